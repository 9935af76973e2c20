"""The two sides of a comparison, and both runs of one customer.

Pure. Where both measure alike, what scoring tells is worked out once; where only rules differ, and only
counts are asked for, what both decide alike is decided once (`twins`). Rules that share budgets over
customers need all customers at once (`together`); all others are run one by one.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import heapify, heapreplace

from shared.backtest.admissions import CountedAdmissions, RecordedAdmissions
from shared.backtest.changes import Changes, changes_between
from shared.backtest.course import Course, CustomerLog
from shared.backtest.replay import Instruments, Replayed, measured, turns
from shared.backtest.twins import run_both
from shared.customer.yardstick import yardsticks
from shared.model.rules import Bundle
from shared.policy.engine.port import Engine
from shared.policy.evaluation.admissions import Admissions
from shared.policy.evaluation.case import Case
from shared.policy.evaluation.judge import judges
from shared.policy.evaluation.pairing import Pairing

NO_BUDGETS = RecordedAdmissions()


@dataclass(frozen=True, slots=True)
class Side:
    """One release and the course that it takes through the recorded days."""

    bundle: Bundle
    instruments: Instruments
    course: Callable[[Course], Course]  # of the recorded one

    def customer(self, log: CustomerLog, recorded: Course, admissions: Admissions = NO_BUDGETS) -> Replayed:
        """Run one customer alone."""
        replayed = Replayed(Case(log.customer))
        for _ in self.turns(log, recorded, admissions, replayed):
            pass
        return replayed

    def turns(
        self, log: CustomerLog, recorded: Course, admissions: Admissions, replayed: Replayed
    ) -> Iterator[object]:
        """Run one customer turn by turn, into *replayed*."""
        course = self.course(recorded)
        told = measured(log, course, self.instruments.yardstick)
        return turns(told, course, self.instruments, admissions, replayed)


@dataclass(frozen=True, slots=True)
class Sides:
    """Base and candidate. From *from_day* on differences count; before it both are the base's."""

    base: Side
    candidate: Side
    changes: Changes
    from_day: int = 0
    pairing: Pairing | None = None  # where both can be judged in one go

    def customer(self, log: CustomerLog, recorded: Course) -> tuple[Replayed, Replayed]:
        """Run one customer on both sides, no budgets shared."""
        if not self.changes.measures_alike or self.from_day:
            return self.base.customer(log, recorded), self.candidate.customer(log, recorded)
        course = self.base.course(recorded)
        told = list(measured(log, course, self.base.instruments.yardstick))
        if self.pairing is not None:
            return run_both(log.customer, told, course, self.pairing, self._judges())
        pair = Replayed(Case(log.customer)), Replayed(Case(log.customer))
        for instruments, replayed in zip(self._judges(), pair, strict=True):
            for _ in turns(told, course, instruments, NO_BUDGETS, replayed):
                pass
        return pair

    def _judges(self) -> tuple[Instruments, Instruments]:
        return _always(self.base), _always(self.candidate)


def _always(side: Side) -> Instruments:
    """The side's instruments with its own judge, whatever release did the measuring."""
    judge = side.instruments.judge(side.bundle.digest)
    return Instruments(side.instruments.yardstick, lambda _digest: judge)


def sides(
    base: Bundle, candidate: Bundle, engine: Engine, from_day: int = 0, *, terse: bool = False
) -> Sides:
    """Make both releases ready; with *from_day* the candidate takes over from the base before that day.

    *terse*: for counting alone, decisions need not say why.
    """
    known = {base.digest: base, candidate.digest: candidate}
    instruments = Instruments(yardsticks(known.__getitem__), judges(known.__getitem__, engine, terse=terse))

    @lru_cache(maxsize=64)
    def kept(recorded: Course) -> Course:
        return recorded.under(base.digest)

    @lru_cache(maxsize=64)
    def switched(recorded: Course) -> Course:
        if not from_day:
            return recorded.under(candidate.digest)
        return kept(recorded).switched(candidate.digest, from_day)

    changes = changes_between(base, candidate)
    pairing = None
    if terse and changes.measures_alike and not from_day:
        programs = [instruments.judge(side.digest).program for side in (base, candidate)]
        pairing = Pairing.of(*programs)
    return Sides(
        Side(base, instruments, kept), Side(candidate, instruments, switched), changes, from_day, pairing
    )


def together(
    side: Side, logs: Sequence[CustomerLog], courses: Mapping[int, Course]
) -> tuple[dict[str, Replayed], CountedAdmissions]:
    """Run all customers side by side in the order of the log: budgets go to whoever comes first."""
    runs = {log.customer: Replayed(Case(log.customer)) for log in logs}
    begun = 0

    def customers() -> int:
        return begun

    admissions = CountedAdmissions(customers)
    waiting = []
    for number, log in enumerate(logs):
        going = side.turns(log, courses[log.partition], admissions, runs[log.customer])
        first = next(going, None)
        if first is not None:
            waiting.append((first, number, going))
    heapify(waiting)
    while waiting:
        _, number, going = waiting[0]
        begun += runs[logs[number].customer].case.snapshot is None
        following = next(going, None)
        if following is None:
            waiting[0] = waiting[-1]
            waiting.pop()
            heapify(waiting)
        else:
            heapreplace(waiting, (following, number, going))
    return runs, admissions
