"""Watch one customer, whose facts stay as they are, live under the rules: the proof of what a check found.

Pure. The evaluator of production judges at every day that is due, with the plain engine. Rollouts are on,
holdouts and budgets off, since they are about other customers.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from shared.contracts.snapshot import Cause, Snapshot
from shared.model.rules import Bundle, FactSource, RolloutMode, RuleDef
from shared.model.values import FactValue
from shared.policy.checks.moves import own_entitlements
from shared.policy.checks.regions.customer import Customer
from shared.policy.engine.registry import engine_named
from shared.policy.evaluation.admissions import MemoryAdmissions
from shared.policy.evaluation.evaluate import evaluate
from shared.policy.evaluation.moment import Moment
from shared.policy.evaluation.program import Program
from shared.policy.evaluation.relationship import Relationship
from shared.policy.facts import ENTITLEMENTS, TIER

MOST_JUDGEMENTS = 500
NAME = "somebody"


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule that fired, on which day from the first."""

    day: int
    rule: str


@dataclass(frozen=True, slots=True)
class Watch:
    """The rules of a bundle made ready to watch customers live under them."""

    program: Program

    @classmethod
    def over(cls, bundle: Bundle) -> "Watch":
        """Compile *bundle* with every rule in full force."""
        policies = tuple(
            replace(policy, rules=tuple(map(_in_full_force, policy.rules))) for policy in bundle.policies
        )
        return cls(Program.compile(replace(bundle, policies=policies), engine_named("reference")))

    def life(self, customer: Customer, first_day: int, days: int) -> list[Fired]:
        """Return what fires within *days* from *first_day* (or from the day that *customer* names)."""
        start = customer.day or first_day
        relationship = self._relationship(customer, start)
        snapshot = self._snapshot(customer, start)
        moment = Moment.of(snapshot)
        fired: list[Fired] = []
        for _ in range(MOST_JUDGEMENTS):
            judgement = evaluate(relationship, snapshot, moment, self.program, MemoryAdmissions())
            fired += [Fired(moment.day - start, d.rule) for d in judgement.decisions if d.outcome == "fired"]
            if judgement.next_due is None or judgement.next_due - start > days:
                break
            due = judgement.next_due
            moment = Moment(NAME, due, f"{due}", Cause("day"))
        return fired

    def _relationship(self, customer: Customer, day: int) -> Relationship:
        facts = {name: value for name, value in customer.facts.items() if self._is_kept(name)}
        relationship = Relationship(facts={**self._first_values(), **facts})
        days = customer.facts.get("days_in_tier")
        relationship.tier_since = day - int(days) if isinstance(days, (int, float)) else day
        held = customer.facts.get(ENTITLEMENTS)
        if isinstance(held, tuple):
            own = own_entitlements(self.program.bundle.catalogue, str(relationship.facts.get(TIER)))
            relationship.granted, relationship.revoked = set(held) - own, set(own) - set(held)
        for policy in self.program.policies:
            relationship.previous[policy.id] = {
                name: customer.previous.get(name, customer.facts.get(name)) for name in policy.watched
            }
        return relationship

    def _first_values(self) -> dict[str, FactValue]:
        facts: Mapping[str, FactValue] = {
            name: fact.initial
            for name, fact in self.program.bundle.facts.items()
            if fact.source is FactSource.POLICY and fact.initial is not None
        }
        return dict(facts)

    def _is_kept(self, name: str) -> bool:
        fact = self.program.bundle.facts.get(name)
        return fact is not None and fact.source is FactSource.POLICY

    def _snapshot(self, customer: Customer, day: int) -> Snapshot:
        facts = {name: value for name, value in customer.facts.items() if not self._is_kept(name)}
        cause = Cause("event", "first")
        return Snapshot(NAME, f"{day}", day, cause, self.program.digest, facts)


def _in_full_force(rule: RuleDef) -> RuleDef:
    mode = RolloutMode.SHADOW if rule.rollout is RolloutMode.SHADOW else RolloutMode.LIVE
    return replace(rule, rollout=mode, holdout_percent=0.0, budget=None)
