"""From options to what a backtest needs: both releases, the history in its order, and the days compared."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from services.backtest.display import Display
from services.backtest.files import FileHistory
from services.backtest.recorded import RecordedHistory
from services.backtest.releases import release_named
from services.backtest.running import Plan
from services.cli.opened import Opened
from services.replay.reading import readable
from shared.backtest.history import ByEventTime, History, Until
from shared.backtest.report import Window
from shared.clock import SystemClock
from shared.customer.local_time import LocalTime
from shared.errors import RefusedError
from shared.model.rules import Bundle

LOG, EVENT_TIME = "log", "event-time"


class NoEventsError(RefusedError):
    """There is nothing to run over."""

    code = "no-events"


@dataclass(frozen=True, slots=True)
class Request:
    """What to compare and over which events; *files* empty: what the installation has recorded."""

    base: str
    candidate: str
    first: date | None = None
    last: date | None = None
    files: Sequence[str] = ()
    by_event_time: bool = False
    samples: int = 20
    processes: int = 0


@dataclass(frozen=True, slots=True)
class Prepared:
    """Ready to run."""

    plan: Plan
    history: History
    window: Window
    refusals: Sequence[str] = ()


@contextmanager
def prepared(request: Request, installation: Opened | None, display: Display) -> Iterator[Prepared]:
    """Open the events of *request*; raises RefusedError for what it names in vain."""
    base = release_named(request.base, installation)
    candidate = release_named(request.candidate, installation)
    from_day = request.first.toordinal() if request.first else 0
    plan = Plan(base, candidate, from_day, request.samples, request.processes)
    with ExitStack() as stack:
        history, days, refusals = _history(request, base, installation, display, stack)
        first, last = days
        if request.by_event_time:
            history = ByEventTime(history, LocalTime(base.catalogue.timezone).day_of, *days)
        if request.last and request.last.toordinal() < last:
            last = request.last.toordinal()
            history = Until(history, last)
        if from_day > last:
            raise NoEventsError(f"there are no events from {request.first} on: the last day is {iso(last)}")
        window = Window(max(first, from_day), last, EVENT_TIME if request.by_event_time else LOG)
        yield Prepared(plan, history, window, refusals)


def _history(
    request: Request, base: Bundle, installation: Opened | None, display: Display, stack: ExitStack
) -> tuple[History, tuple[int, int], Sequence[str]]:
    if request.files:
        paths: list[Path] = stack.enter_context(readable(request.files))
        read = FileHistory.read(paths, base.catalogue, SystemClock(), display.step("reading", None))
        files = stack.enter_context(read)
        if not files:
            raise NoEventsError(
                f"no event in the files is valid: {'; '.join(files.refusals) or 'they are empty'}"
            )
        told = [f"{files.refused:,} lines are no events that ingest would accept", *files.refusals]
        return files, (files.first_day, files.last_day), told if files.refused else ()
    if installation is None:
        raise NoEventsError("name the events with --events, or an installation with --home")
    recorded = RecordedHistory(installation.bus, installation.store)
    if not recorded:
        raise NoEventsError("the installation has not recorded any event yet")
    return recorded, recorded.days(LocalTime(base.catalogue.timezone).day_of), ()


def iso(day: int) -> str:
    """A local date from its ordinal."""
    return date.fromordinal(day).isoformat()
