"""What a person sees while a replay runs: one progress bar for sending, one for each service's rest.

On standard error, so that standard output stays for the summary; silent when it is not a terminal.
"""

from collections.abc import Sequence
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)
from rich.text import Text

from services.replay.waiting import Lag


class RateColumn(ProgressColumn):
    """Units a second over the last moments."""

    def render(self, task: Task) -> Text:
        """The speed as text."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f} events/s" if speed else "", style="cyan")


class Display:
    """Progress bars; use as a context manager."""

    def __init__(self, console: Console | None = None) -> None:
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description:<12}"),
            BarColumn(),
            MofNCompleteColumn(),
            RateColumn(),
            TimeElapsedColumn(),
            console=console or Console(stderr=True),
        )
        self._sending: TaskID | None = None
        self._behind: dict[str, tuple[TaskID, int]] = {}

    def __enter__(self) -> "Display":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def total(self, lines: int) -> None:
        """So many lines will be sent."""
        self._sending = self._progress.add_task("sending", total=lines)

    def sent(self, lines: int) -> None:
        """So many lines more were sent."""
        if self._sending is not None:
            self._progress.advance(self._sending, lines)

    def lags(self, lags: Sequence[Lag]) -> None:
        """Show how much each service has left to do."""
        for lag in lags:
            if lag.group not in self._behind:
                if not lag.records:
                    continue
                self._behind[lag.group] = self._progress.add_task(lag.group, total=lag.records), lag.committed
            task, committed_before = self._behind[lag.group]
            done = lag.committed - committed_before
            self._progress.update(task, completed=done, total=done + lag.records)
