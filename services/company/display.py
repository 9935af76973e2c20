"""What a person sees while a company lives: customers who join, then rounds. On standard error."""

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


class Display:
    """Two progress bars; use as a context manager. Silent where nobody looks."""

    def __init__(self, customers: int, rounds: int) -> None:
        columns = (
            TextColumn("{task.description:<10}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
        )
        self._progress = Progress(*columns, console=Console(stderr=True))
        self._customers = self._progress.add_task("customers", total=customers)
        self._rounds = self._progress.add_task("rounds", total=rounds)

    def __enter__(self) -> "Display":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def joined(self, customers: int) -> None:
        """So many customers more have lives."""
        self._progress.advance(self._customers, customers)

    def round(self, number: int) -> None:
        """So many rounds are over."""
        self._progress.update(self._rounds, completed=number)
