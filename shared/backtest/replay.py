"""The replay of one customer: events to facts to decisions, by the very code that scoring and rules run.

Pure. *Turns* let a caller interleave customers where rules share a budget; alone, a customer is `replay`ed.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from shared.backtest.course import NEVER, Course, CustomerLog
from shared.contracts.cloudevents import CloudEvent
from shared.contracts.decision import DecisionRecord
from shared.contracts.snapshot import Cause, Snapshot
from shared.contracts.topics import EventTypes
from shared.customer.standing import Standing
from shared.customer.yardstick import Yardstick
from shared.policy.evaluation.admissions import Admissions
from shared.policy.evaluation.case import NONE, Case, Judges

Told = tuple[int, float, Snapshot]
"""How many controls came before a snapshot, the place of what caused it, and the snapshot."""

Turn = tuple[int, bool, float, str]
"""When a judgement is due among those of all customers: day, its events before its close, place, customer."""

RULES_SOURCE = "guanxi/rules"


class Holds(Protocol):
    """What switches held back when it was recorded: by rule, what held it."""

    def at_snapshot(self, case: Case, number: int, release: str) -> Mapping[str, str]:
        """What was held back when the customer's snapshot of that *number*, from 1 on, was judged."""

    def at_close(self, case: Case, day: int) -> Mapping[str, str]:
        """What was held back when *day* was closed for the customer."""


class NothingHeld:
    """No switches: as in every comparison."""

    def at_snapshot(self, case: Case, number: int, release: str) -> Mapping[str, str]:
        """Nothing."""
        return NONE

    def at_close(self, case: Case, day: int) -> Mapping[str, str]:
        """Nothing."""
        return NONE


NOTHING_HELD = NothingHeld()


@dataclass(frozen=True, slots=True)
class Instruments:
    """How every release of a course measures and judges, by its digest."""

    yardstick: Callable[[str], Yardstick]
    judge: Judges
    holds: Holds = NOTHING_HELD


@dataclass(slots=True)
class Replayed:
    """What became of one customer."""

    case: Case
    decisions: list[DecisionRecord] = field(default_factory=list)


def replay(log: CustomerLog, course: Course, instruments: Instruments, admissions: Admissions) -> Replayed:
    """Every decision about one customer over *course*, in order, and the relationship at the end."""
    replayed = Replayed(Case(log.customer))
    told = measured(log, course, instruments.yardstick)
    for _ in turns(told, course, instruments, admissions, replayed):
        pass
    return replayed


def measured(log: CustomerLog, course: Course, yardstick: Callable[[str], Yardstick]) -> Iterator[Told]:
    """What scoring tells of a customer: after each event, at each close or release that changes something."""
    measuring = _Measuring(Standing(log.customer), log, course, yardstick)
    at = course.before(log.events[0][0]) if log.events else course.length
    for number, (place, event) in enumerate(log.events):
        upto = course.before(place)
        if upto > at:
            yield from measuring.controls(at, upto, number)
            at = upto
        cause = Cause("event", event.id, event.type, event.source)
        ruler = yardstick(course.releases[at])
        for snapshot in measuring.standing.take(event, cause, ruler, course.closed[at]):
            yield at, place, snapshot
    yield from measuring.controls(at, course.length, len(log.events))


@dataclass(frozen=True, slots=True)
class _Measuring:
    standing: Standing
    log: CustomerLog
    course: Course
    yardstick: Callable[[str], Yardstick]

    def controls(self, at: int, upto: int, known: int) -> Iterator[Told]:
        """Pass the controls from *at* to *upto*, after *known* events; most find the customer not due."""
        course, standing = self.course, self.standing
        while (at := _next_control(standing.due_day, at, course)) < upto:
            place, ruler = course.places[at], self.yardstick(course.releases[at + 1])
            if day := course.days[at]:
                while standing.due_day is not None and standing.due_day <= day:
                    for snapshot in standing.close_day(standing.due_day, ruler):
                        yield at, place, snapshot
            elif standing.release != ruler.digest:
                yield at, place, self._adopted(ruler, at, known)
            at += 1

    def _adopted(self, ruler: Yardstick, at: int, known: int) -> Snapshot:
        accepted = sorted((event for _, event in self.log.events[:known]), key=_by_time)
        cause = Cause("release", self.course.announced[at], EventTypes.RELEASE_ACTIVATED, RULES_SOURCE)
        return self.standing.adopt(ruler, cause, self.course.closed[at], accepted)


def _next_control(due: int | None, at: int, course: Course) -> int:
    """The first control from *at* on that closes a day which is due, or changes the release."""
    closing = NEVER if due is None else max(at, course.closing(due))
    return min(closing, course.next_switch(at)) if course.switches else closing


def _by_time(event: CloudEvent) -> tuple[str, str, str]:
    return event.time, event.source, event.id


def turns(
    told: Iterable[Told],
    course: Course,
    instruments: Instruments,
    admissions: Admissions,
    replayed: Replayed,
    *,
    at: int = 0,
) -> Iterator[Turn]:
    """Judge what is *told*, and the days that close in between, into *replayed*, from control *at* on.

    Yields before each judgement when it is its turn; going on lets it happen.
    """
    case, decisions = replayed.case, replayed.decisions
    for number, (passed, place, snapshot) in enumerate(told, start=1):
        yield from _closings(replayed, (at, passed), course, instruments, admissions)
        at = passed
        yield snapshot.day, snapshot.cause.kind == "day", place, case.key
        paused = instruments.holds.at_snapshot(case, number, snapshot.release)
        decisions += case.take(snapshot, instruments.judge, admissions, paused)
    yield from _closings(replayed, (at, course.length), course, instruments, admissions)


def _closings(
    replayed: Replayed,
    span: tuple[int, int],
    course: Course,
    instruments: Instruments,
    admissions: Admissions,
) -> Iterator[Turn]:
    """Close the days of *span* at which the customer is due."""
    case = replayed.case
    at, upto = span
    while case.due_day is not None and (at := max(at, course.closing(case.due_day))) < upto:
        day = course.days[at]
        while case.due_day is not None and case.due_day <= day:
            yield case.due_day, True, course.places[at], case.key
            paused = instruments.holds.at_close(case, day)
            replayed.decisions += case.close_day(case.due_day, instruments.judge, admissions, paused)
        at += 1
