"""One customer's copy to try things on: the real evaluator, day after day, and nothing is kept.

Pure. Metrics and score are worked out from the customer's own buckets for each day, so that windows move on;
what is supposed of a metric is scored as if it had been measured.
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field

from shared.contracts.decision import DecisionRecord
from shared.contracts.snapshot import Anchor, Cause, Snapshot
from shared.customer.assess import COVERAGE, SCORE, CustomerModel, assess
from shared.customer.local_time import LocalTime
from shared.customer.score import score
from shared.customer.state import CustomerState
from shared.explaining.archive import Stored
from shared.model.rules import Bundle, FactSource
from shared.model.values import FactValue
from shared.policy.engine.port import Engine
from shared.policy.evaluation.admissions import MemoryAdmissions
from shared.policy.evaluation.evaluate import Moment, evaluate
from shared.policy.evaluation.program import Program
from shared.policy.evaluation.relationship import Relationship
from shared.quick_dataclass import replace
from shared.switches.holding import Held, Holding

Facts = Mapping[str, FactValue]
PLENTY = 1_000_000_000
"""Customers that shares of budgets are taken of: another customer never takes the place in a trial."""


@dataclass(frozen=True, slots=True)
class Rulebook:
    """A release made ready for trials."""

    bundle: Bundle
    program: Program
    model: CustomerModel
    local_time: LocalTime

    @classmethod
    def of(cls, bundle: Bundle, engine: Engine) -> "Rulebook":
        """Compile *bundle* for *engine*."""
        model, local_time = CustomerModel.compile(bundle.catalogue), LocalTime(bundle.catalogue.timezone)
        return cls(bundle, Program.compile(bundle, engine), model, local_time)


@dataclass(slots=True)
class Trial:
    """A copy of a stored customer, with what is supposed of them."""

    rulebook: Rulebook
    customer: str
    relationship: Relationship
    snapshot: Snapshot
    state: CustomerState | None
    supposed: Facts = field(default_factory=dict)
    paused: Held = field(default_factory=dict)  # rules that are stopped stay so

    @classmethod
    def of(cls, stored: Stored, rulebook: Rulebook, supposed: Facts | None = None) -> "Trial":
        """Copy *stored*, supposing some facts."""
        copied = deepcopy(stored.relationship)
        copied.forget_idle()
        supposed = supposed or {}
        for name, value in supposed.items():
            if rulebook.bundle.facts[name].source is FactSource.POLICY:
                copied.facts[name] = value
        state = stored.state
        if state is not None and state.definition != rulebook.model.measures.definition:
            state = None
        holding = Holding.of(stored.switches, rulebook.bundle)
        paused = holding.held(stored.customer, copied.facts)
        return cls(rulebook, stored.customer, copied, stored.snapshot, state, supposed, paused)

    def moment_of(self, snapshot: Snapshot) -> Moment:
        """The evaluation of *snapshot*, with the rules that are stopped."""
        return replace(Moment.of(snapshot), paused=self.paused)

    def snapshot_on(self, day: int) -> Snapshot:
        """What is known of the customer at the close of *day*, under what is supposed."""
        facts, anchors = self._known_on(day)
        measured = {name: value for name, value in self.supposed.items() if self._is_measured(name)}
        facts.update(measured)
        anchors = {name: anchor for name, anchor in anchors.items() if name not in measured}
        if measured:
            facts.update(self._scored(facts, anchors, measured, day))
        known = {name: value for name, value in facts.items() if value is not None}
        as_of = self.rulebook.local_time.end_of(day)
        release = self.rulebook.bundle.digest
        return Snapshot(self.customer, as_of, day, Cause("day"), release, known, anchors)

    def live(self, first: int, days: int) -> Iterator[tuple[int, DecisionRecord]]:
        """Judge the closes of *days* days from *first* on; yield what is decided and when."""
        admissions = MemoryAdmissions(PLENTY)
        for day in range(first, first + days):
            snapshot = self.snapshot_on(day)
            moment = self.moment_of(snapshot)
            found = evaluate(self.relationship, snapshot, moment, self.rulebook.program, admissions)
            yield from ((day, decision) for decision in found.decisions)

    def _is_measured(self, name: str) -> bool:
        return self.rulebook.bundle.facts[name].source is not FactSource.POLICY

    def _known_on(self, day: int) -> tuple[dict[str, FactValue], Mapping[str, Anchor]]:
        if self.state is None:
            return dict(self.snapshot.facts), self.snapshot.anchors
        assessed = assess(self.state, self.rulebook.model, day)
        return dict(assessed.facts), assessed.anchors

    def _scored(
        self, facts: Facts, anchors: Mapping[str, Anchor], supposed: Facts, day: int
    ) -> dict[str, FactValue]:
        """Traits, score and coverage that follow from the facts, but for those that are supposed."""
        model = self.rulebook.model.traits
        if not model.traits:
            return {}
        counted = {**facts, **{name: anchor.at(day) for name, anchor in anchors.items()}}
        scored = score(counted, self.state.assessments if self.state else {}, model, day)
        points = {trait: _points(supposed.get(trait), given) for trait, given in scored.traits.items()}
        total = sum(trait.weight * points[trait.id] for trait in model.traits) / 100
        return {**points, SCORE: total, COVERAGE: scored.coverage, **supposed}


def _points(supposed: FactValue, given: int) -> float:
    return supposed if isinstance(supposed, (int, float)) else given
