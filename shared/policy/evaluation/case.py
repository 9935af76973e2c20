"""One customer under judgement along the log: what follows from a snapshot or a closed day.

Pure but for the case itself, which changes in place, and for admissions. The rules service and backtests both
go through here; what becomes of the decisions is theirs to say.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from shared.contracts.decision import DecisionRecord
from shared.contracts.snapshot import Cause, Snapshot
from shared.policy.evaluation.admissions import Admissions
from shared.policy.evaluation.evaluate import evaluate
from shared.policy.evaluation.judge import Judge
from shared.policy.evaluation.moment import Moment
from shared.policy.evaluation.relationship import Relationship

BY_DAY = Cause("day")
Paused = Mapping[str, str]
"""Rules that are stopped, by id, and what a decision of theirs says that is held back."""

NONE: Paused = {}

Judges = Callable[[str], Judge]
"""How each release judges, by its digest."""


@dataclass(slots=True)
class Case:
    """One customer's relationship, its last snapshot, and when it is to be judged again by itself.

    *paused* are rules that are stopped.
    """

    key: str
    relationship: Relationship = field(default_factory=Relationship)
    snapshot: Snapshot | None = None
    due_day: int | None = None

    def take(
        self, snapshot: Snapshot, judge: Judges, admissions: Admissions, paused: Paused = NONE
    ) -> list[DecisionRecord]:
        """Judge what was due before the snapshot's day, then the snapshot."""
        decisions: list[DecisionRecord] = []
        while self.due_day is not None and self.due_day < snapshot.day:
            decisions += self.close_day(self.due_day, judge, admissions, paused)
        self.snapshot = snapshot
        found, cause = judge(snapshot.release), snapshot.cause
        moment = Moment(self.key, snapshot.day, snapshot.as_of, cause, paused)
        decisions += self.judged(snapshot, moment, found, admissions)
        return decisions

    def close_day(
        self, day: int, judge: Judges, admissions: Admissions, paused: Paused = NONE
    ) -> list[DecisionRecord]:
        """Judge the close of *day* by the last snapshot, whose day counts are read for that day."""
        snapshot = self.snapshot
        if snapshot is None:
            self.due_day = None
            return []
        found = judge(snapshot.release)
        moment = Moment(self.key, day, found.local_time.end_of(day), BY_DAY, paused)
        return self.judged(snapshot, moment, found, admissions)

    def judged(
        self, snapshot: Snapshot, moment: Moment, judge: Judge, admissions: Admissions
    ) -> list[DecisionRecord]:
        """One evaluation, after which the case is due again when that says."""
        judgement = evaluate(self.relationship, snapshot, moment, judge.program, admissions)
        self.due_day = judgement.next_due
        return list(judgement.decisions)
