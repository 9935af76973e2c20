"""A simulated company written to files: events in the order of time, the truth beside them."""

import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import orjson

from services.simulation.files import whole_file
from services.simulation.spool import Spool
from shared.simulation.company import live
from shared.simulation.world import World

STANDARD_OUTPUT = "-"
WEEK = 7


@dataclass(slots=True)
class Written:
    """What was written."""

    customers: int = 0
    events: int = 0
    kinds: Counter[str] = field(default_factory=Counter)

    def to_json(self) -> dict[str, Any]:
        """The counts for scripts."""
        return {"customers": self.customers, "events": self.events, "kinds": dict(sorted(self.kinds.items()))}


def write_company(
    world: World, customers: int, events: str, truth: Path | None, told: Callable[[int], None]
) -> Written:
    """Simulate *customers*, write their events to *events* (``-``: standard output) and the truth.

    *told* is called with the number of customers done since the last call.
    """
    written = Written()
    with tempfile.TemporaryDirectory(prefix="guanxi-simulate-") as scratch:
        spool = Spool(Path(scratch))
        with _output(truth) as truths:
            for number in range(1, customers + 1):
                life = live(world, number)
                for day, line in life.events:
                    spool.add(day // WEEK, line)
                written.customers += 1
                written.events += len(life.events)
                written.kinds[life.person.kind.name] += 1
                if truths is not None:
                    truths.write(orjson.dumps(life.truth, option=orjson.OPT_APPEND_NEWLINE))
                told(1)
        with _output(None if events == STANDARD_OUTPUT else Path(events)) as file:
            for week in spool.flush():
                (file or sys.stdout.buffer).writelines(spool.take(week))
    return written


def _output(path: Path | None) -> AbstractContextManager[IO[bytes] | None]:
    return nullcontext() if path is None else whole_file(path)
