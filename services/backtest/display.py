"""One progress bar on standard error while a backtest runs; silent when it is not a terminal."""

from pathlib import Path
from types import TracebackType

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)

from services.replay.display import RateColumn


class Display:
    """Use as a context manager; each `step` begins a new bar. *file*: keep the percentage there as well."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        console = Console(stderr=True)
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description:<12}"),
            BarColumn(),
            TextColumn("{task.percentage:>3.0f} %"),
            RateColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )

    def __enter__(self) -> "Display":
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def step(self, name: str, events: int | None) -> "Step":
        """Begin to deal with so many events; ``None``: nobody knows yet how many."""
        return Step(self._progress, name, events, self._file)


class Step:
    """One bar; call it with how many events more were dealt with."""

    def __init__(self, progress: Progress, name: str, events: int | None, file: Path | None) -> None:
        self._progress = progress
        self._task = progress.add_task(name, total=events)
        self._whole, self._done, self._percent = events or 0, 0, 0
        self._file = file

    def __call__(self, events: int) -> None:
        """So many events more were dealt with."""
        self._progress.advance(self._task, events)
        self._done += events
        percent = 100 * self._done // self._whole if self._whole else 0
        if self._file is not None and percent > self._percent:
            self._percent = percent
            self._file.write_text(str(percent), encoding="ascii")
