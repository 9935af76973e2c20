"""Both sides over a whole history: in several processes where that pays, all customers at once where it must.

The same tally comes out however the work is split.
"""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context

from shared.backtest.admissions import shares_budgets
from shared.backtest.course import CustomerLog
from shared.backtest.history import History
from shared.backtest.sides import Sides, sides, together
from shared.backtest.tally import Tally, tallied
from shared.lifecycle import collect_garbage_rarely
from shared.model.rules import Bundle
from shared.policy.engine.registry import engine_named

ENGINE = "python"
"""Generated Python: all engines decide alike, this one does so fastest."""

WORTH_PROCESSES = 20_000
"""From so many events on another process earns more than its start costs."""

BATCH = 100
AHEAD = 4
"""Batches of customers that may wait for each process, so that reading ahead does not fill the memory."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to compare: from *from_day* on (0: from the first)."""

    base: Bundle
    candidate: Bundle
    from_day: int = 0
    processes: int = 0  # 0: as many as pay

    def ready(self) -> Sides:
        """Both sides, compiled."""
        return sides(self.base, self.candidate, engine_named(ENGINE), self.from_day)

    @property
    def shares_budgets(self) -> bool:
        """Whether customers depend on each other."""
        return shares_budgets(self.base) or shares_budgets(self.candidate)


def run(plan: Plan, history: History, advance: Callable[[int], None]) -> Tally:
    """Compare *plan*'s releases over *history*; *advance* is told how many events have been dealt with."""
    if plan.shares_budgets:
        return _all_at_once(plan, history, advance)
    processes = plan.processes or (_cores() if len(history) >= WORTH_PROCESSES else 1)
    if processes > 1:
        return _in_processes(plan, history, processes, advance)
    return tallied([_counted(plan.ready(), history, history.logs(), advance)])


def _cores() -> int:
    with suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _counted(
    compared: Sides, history: History, logs: Iterator[CustomerLog], advance: Callable[[int], None]
) -> Tally:
    tally, courses = Tally(), history.courses
    for log in logs:
        tally.count(log, compared.customer(log, courses[log.partition]), compared)
        advance(len(log.events))
    return tally


def _all_at_once(plan: Plan, history: History, advance: Callable[[int], None]) -> Tally:
    compared, courses, logs = plan.ready(), history.courses, list(history.logs())
    base, _ = together(compared.base, logs, courses)
    advance(len(history) // 2)
    candidate, _ = together(compared.candidate, logs, courses)
    advance(len(history) - len(history) // 2)
    tally = Tally()
    for log in logs:
        tally.count(log, (base[log.customer], candidate[log.customer]), compared)
    return tallied([tally])


# -- several processes

_worker: dict[str, object] = {}


def _in_processes(plan: Plan, history: History, processes: int, advance: Callable[[int], None]) -> Tally:
    courses = history.courses
    tallies: list[Tally] = [Tally()]
    waiting: list[Future[Tally]] = []
    context = get_context("spawn")
    with ProcessPoolExecutor(processes, context, _begin, (plan, courses)) as pool:
        for batch in _batches(history.logs()):
            waiting.append(pool.submit(_count_batch, batch))
            if len(waiting) >= processes * AHEAD:
                _take_in(waiting.pop(0).result(), tallies[0], advance)
        for future in waiting:
            _take_in(future.result(), tallies[0], advance)
    return tallied(tallies)


def _take_in(tally: Tally, whole: Tally, advance: Callable[[int], None]) -> None:
    whole.add(tally)
    advance(tally.events)


def _begin(plan: Plan, courses: object) -> None:
    collect_garbage_rarely()
    _worker.update(compared=plan.ready(), courses=courses)


def _count_batch(batch: list[CustomerLog]) -> Tally:
    compared, courses = _worker["compared"], _worker["courses"]
    tally = Tally()
    for log in batch:
        tally.count(log, compared.customer(log, courses[log.partition]), compared)
    return tally


def _batches(logs: Iterator[CustomerLog]) -> Iterator[list[CustomerLog]]:
    batch: list[CustomerLog] = []
    for log in logs:
        batch.append(log)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
