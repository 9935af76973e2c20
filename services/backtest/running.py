"""Both sides over a whole history: in several processes where that pays, all customers at once where it must.

The same tally comes out however the work is split.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context

from shared.backtest.admissions import RecordedAdmissions, shares_budgets
from shared.backtest.course import Course, CustomerLog
from shared.backtest.history import History
from shared.backtest.replay import Replayed
from shared.backtest.report import Json, Window, report
from shared.backtest.samples import all_explained, chosen
from shared.backtest.sides import NO_BUDGETS, Sides, sides, together
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

Answers = tuple[RecordedAdmissions, RecordedAdmissions]
"""Which decisions found a place in a budget, on either side."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to compare: from *from_day* on (0: from the first)."""

    base: Bundle
    candidate: Bundle
    from_day: int = 0
    samples: int = 20
    processes: int = 0  # 0: as many as pay

    def ready(self, *, terse: bool) -> Sides:
        """Both sides, compiled; *terse* to count decisions, else to explain them too."""
        return sides(self.base, self.candidate, engine_named(ENGINE), self.from_day, terse=terse)

    @property
    def shares_budgets(self) -> bool:
        """Whether customers depend on each other."""
        return shares_budgets(self.base) or shares_budgets(self.candidate)


def backtest(plan: Plan, history: History, window: Window, advance: Callable[[int], None]) -> Json:
    """The report on *plan*'s releases over *history*; *advance* is told how many events are dealt with."""
    counted, compared = plan.ready(terse=True), plan.ready(terse=False)
    answers: Answers = (NO_BUDGETS, NO_BUDGETS)
    if plan.shares_budgets:
        tally, answers = _all_at_once(counted, history, advance)
    else:
        tally = _one_by_one(plan, counted, history, advance)
    courses = history.courses

    def found(customer: str) -> tuple[CustomerLog, Course]:
        log = history.of(customer)
        return log, courses[log.partition]

    def rerun(side: bool, log: CustomerLog, course: Course) -> Replayed:
        return (compared.candidate if side else compared.base).customer(log, course, answers[side])

    samples = all_explained(chosen(tally, plan.samples), compared, found, rerun)
    return report(compared, tally, window, list(samples))


def _one_by_one(plan: Plan, compared: Sides, history: History, advance: Callable[[int], None]) -> Tally:
    processes = plan.processes or (_cores() if len(history) >= WORTH_PROCESSES else 1)
    if processes > 1:
        return _in_processes(plan, history, processes, advance)
    return tallied([_counted(compared, history, advance)])


def _cores() -> int:
    with suppress(AttributeError):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _counted(compared: Sides, history: History, advance: Callable[[int], None]) -> Tally:
    tally, courses = Tally(), history.courses
    for log in history.logs():
        tally.count(log, compared.customer(log, courses[log.partition]), compared)
        advance(len(log.events))
    return tally


def _all_at_once(compared: Sides, history: History, advance: Callable[[int], None]) -> tuple[Tally, Answers]:
    """Keep every customer in memory, because their rules share budgets."""
    courses, logs = history.courses, list(history.logs())
    base, first = together(compared.base, logs, courses)
    advance(len(history) // 2)
    candidate, second = together(compared.candidate, logs, courses)
    advance(len(history) - len(history) // 2)
    tally = Tally()
    for log in logs:
        tally.count(log, (base[log.customer], candidate[log.customer]), compared)
    return tallied([tally]), (RecordedAdmissions(first.slots), RecordedAdmissions(second.slots))


# -- several processes


@dataclass(slots=True)
class _Worker:
    """What one process has ready."""

    compared: Sides
    courses: Mapping[int, Course]


_ready: list[_Worker] = []


def _in_processes(plan: Plan, history: History, processes: int, advance: Callable[[int], None]) -> Tally:
    courses = history.courses
    whole = Tally()
    waiting: list[Future[Tally]] = []
    context = get_context("spawn")
    with ProcessPoolExecutor(processes, context, _begin, (plan, courses)) as pool:
        for batch in _batches(history.logs()):
            waiting.append(pool.submit(_count_batch, batch))
            if len(waiting) >= processes * AHEAD:
                _take_in(waiting.pop(0).result(), whole, advance)
        for future in waiting:
            _take_in(future.result(), whole, advance)
    return tallied([whole])


def _take_in(tally: Tally, whole: Tally, advance: Callable[[int], None]) -> None:
    whole.add(tally)
    advance(tally.events)


def _begin(plan: Plan, courses: Mapping[int, Course]) -> None:
    collect_garbage_rarely()
    _ready[:] = [_Worker(plan.ready(terse=True), courses)]


def _count_batch(batch: list[CustomerLog]) -> Tally:
    (worker,) = _ready
    tally = Tally()
    for log in batch:
        tally.count(log, worker.compared.customer(log, worker.courses[log.partition]), worker.compared)
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
