"""One customer on both sides at once: judged in one go until the sides part, then each by itself.

Pure. Records of what both decided alike are the base's, on both sides.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.backtest.admissions import RecordedAdmissions
from shared.backtest.course import Course
from shared.backtest.replay import Instruments, Replayed, Told, turns
from shared.contracts.decision import DecisionRecord
from shared.contracts.snapshot import Snapshot
from shared.policy.evaluation.admissions import Admissions
from shared.policy.evaluation.case import Case
from shared.policy.evaluation.judge import Judge
from shared.policy.evaluation.moment import Moment
from shared.policy.evaluation.pairing import Pairing, evaluate_both
from shared.policy.evaluation.relationship import Relationship

NO_BUDGETS = RecordedAdmissions()


@dataclass(slots=True)
class Twins(Case):
    """The base's case, and the candidate's while it is the same; *other* is its own since they parted."""

    pairing: Pairing | None = None
    other: Case | None = None
    others: list[DecisionRecord] = field(default_factory=list)

    def judged(
        self, snapshot: Snapshot, moment: Moment, judge: Judge, admissions: Admissions
    ) -> list[DecisionRecord]:
        """One evaluation of both, or of the base alone once they have parted."""
        if self.other is not None or self.pairing is None:
            return Case.judged(self, snapshot, moment, judge, admissions)
        found = evaluate_both(self.relationship, snapshot, moment, self.pairing, admissions)
        self.due_day = found.base.next_due
        self.others += found.candidate.decisions
        if found.relationship is not None:
            self.other = Case(self.key, found.relationship, snapshot, found.candidate.next_due)
        return list(found.base.decisions)


def run_both(
    customer: str,
    told: Sequence[Told],
    course: Course,
    pairing: Pairing,
    instruments: tuple[Instruments, Instruments],
) -> tuple[Replayed, Replayed]:
    """Both runs of one customer of whom *told* is all that scoring tells, no budgets shared."""
    twins = Twins(customer, Relationship(), pairing=pairing)
    base = Replayed(twins)
    for _ in turns(told, course, instruments[0], NO_BUDGETS, base):
        pass
    if twins.other is None:
        relationship = twins.relationship.copy()
        relationship.release = pairing.candidate.digest
        return base, Replayed(Case(customer, relationship, twins.snapshot, twins.due_day), base.decisions)
    candidate = Replayed(twins.other, twins.others)
    passed = next(number for number, each in enumerate(told, 1) if each[2] is twins.other.snapshot)
    rest, at = told[passed:], told[passed - 1][0]
    for _ in turns(rest, course, instruments[1], NO_BUDGETS, candidate, at=at):
        pass
    return base, candidate
