"""The work of a simulation in pieces: some customers' lives, and the events of one week sorted and packed.

A piece is the same wherever it is worked, so several processes write the same bytes as one.
"""

import os
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import islice
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import TypeVar

import orjson

from services.simulation.files import packing
from services.simulation.spool import sorted_lines, stamped
from shared.simulation.company import live
from shared.simulation.world import World

WEEK = 7
CUSTOMERS_AT_ONCE = 100
LINES_AT_ONCE = 500
AHEAD = 2
"""Pieces for each process that wait to be worked or taken, so that none stands idle."""

Piece = TypeVar("Piece")
Result = TypeVar("Result")


@dataclass(slots=True)
class Lives:
    """Some customers: their events by week, each stamped for the spool, and their truths as lines."""

    customers: int = 0
    events: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    weeks: dict[int, bytearray] = field(default_factory=lambda: defaultdict(bytearray))
    truths: bytearray = field(default_factory=bytearray)


def some_lives(piece: tuple[World, range]) -> Lives:
    """Simulate the customers of those numbers."""
    world, numbers = piece
    found = Lives()
    for number in numbers:
        life = live(world, number)
        for day, line in life.events:
            found.weeks[day // WEEK] += stamped(line)
        found.customers += 1
        found.events += len(life.events)
        found.kinds[life.person.kind.name] += 1
        found.truths += orjson.dumps(life.truth, option=orjson.OPT_APPEND_NEWLINE)
    found.weeks = dict(found.weeks)
    return found


def pieces(world: World, customers: int) -> Iterator[tuple[World, range]]:
    """All customers, some at a time."""
    for first in range(1, customers + 1, CUSTOMERS_AT_ONCE):
        yield world, range(first, min(first + CUSTOMERS_AT_ONCE, customers + 1))


def one_week(piece: tuple[Path, bool]) -> Path:
    """Sort one week's file of the spool; what comes of it, packed if so wished, is the caller's to remove."""
    spooled, is_packed = piece
    path = spooled.with_suffix(".sorted")
    with path.open("wb") as raw, packing(raw) if is_packed else nullcontext(raw) as file:
        lines = sorted_lines(spooled)
        while block := b"".join(islice(lines, LINES_AT_ONCE)):  # packing costs by the write
            file.write(block)
    return path


@dataclass(frozen=True, slots=True)
class Workers:
    """Where pieces are worked: in so many processes of *pool*, or here."""

    pool: ProcessPoolExecutor | None = None
    processes: int = 1

    def map(self, do: Callable[[Piece], Result], given: Iterable[Piece]) -> Iterator[Result]:
        """Results in the order of the pieces, with only some under way at once: memory stays bounded."""
        if self.pool is None:
            yield from map(do, given)
            return
        waiting: deque[Future[Result]] = deque()
        for piece in given:
            waiting.append(self.pool.submit(do, piece))
            if len(waiting) >= self.processes * AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


@contextmanager
def workers(processes: int) -> Iterator[Workers]:
    """That many processes, or with one none but this."""
    if processes == 1:
        yield Workers()
        return
    with ProcessPoolExecutor(processes, get_context("spawn"), _end_with_parent) as pool:
        yield Workers(pool, processes)


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for pieces for ever."""
    Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    if parent := parent_process():
        parent.join()
        os._exit(1)
