"""A simulated company written to files: events in the order of time, the truth beside them."""

import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from services.simulation.files import whole_file
from services.simulation.processing import Lives, one_week, pieces, some_lives, workers
from services.simulation.spool import Spool
from shared.simulation.world import World

STANDARD_OUTPUT = "-"


@dataclass(slots=True)
class Written:
    """What was written."""

    customers: int = 0
    events: int = 0
    kinds: Counter[str] = field(default_factory=Counter)

    def add(self, lives: Lives) -> None:
        """Count some customers."""
        self.customers += lives.customers
        self.events += lives.events
        self.kinds.update(lives.kinds)

    def to_json(self) -> dict[str, Any]:
        """The counts for scripts."""
        return {"customers": self.customers, "events": self.events, "kinds": dict(sorted(self.kinds.items()))}


def write_company(
    world: World,
    customers: int,
    events: str,
    truth: Path | None,
    *,
    told: Callable[[int], None],
    processes: int = 1,
) -> Written:
    """Simulate *customers*, write their events to *events* (``-``: standard output) and the truth.

    *told* is called with the number of customers done since the last call.
    """
    written = Written()
    with tempfile.TemporaryDirectory(prefix="guanxi-simulate-") as scratch, workers(processes) as at_work:
        spool = Spool(Path(scratch))
        with _output(truth) as truths:
            for lives in at_work.map(some_lives, pieces(world, customers)):
                for number, lines in lives.weeks.items():
                    spool.extend(number, lines)
                if truths is not None:
                    truths.write(lives.truths)
                written.add(lives)
                told(lives.customers)
        with _output(None if events == STANDARD_OUTPUT else Path(events)) as file:
            is_packed = events.endswith(".gz")
            for path in at_work.map(one_week, ((week, is_packed) for week in spool.files())):
                with path.open("rb") as week:
                    shutil.copyfileobj(week, file or sys.stdout.buffer)
                path.unlink()
    return written


def _output(path: Path | None) -> AbstractContextManager[IO[bytes] | None]:
    return nullcontext() if path is None else whole_file(path)
