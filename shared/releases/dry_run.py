"""What a release would do with the customers as they are now and in the days after, if nothing else came.

Pure. Both releases judge every stored customer in memory; nobody is touched. Budgets are left out on purpose:
they would hide how much a change wants. A metric whose definition changed reads as it was last measured.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from math import floor
from typing import Any

from shared.contracts.snapshot import Cause, Snapshot
from shared.customer.score import score
from shared.model.rules import ActionKind, Budget, RuleDef
from shared.policy.evaluation.admissions import Admission, places
from shared.policy.evaluation.evaluate import evaluate
from shared.policy.evaluation.moment import Moment
from shared.policy.evaluation.program import Program
from shared.policy.evaluation.relationship import Relationship
from shared.quick_dataclass import replace

ALWAYS_ALLOWED = 10
"""So many customers of a tier may always move: in a small circle one customer is a large share."""


@dataclass(frozen=True, slots=True)
class Customer:
    """One stored customer: the relationship's document and the last snapshot."""

    relationship: Mapping[str, Any]
    snapshot: Snapshot


@dataclass(frozen=True, slots=True)
class Move:
    """A customer who would be in another tier than under the active release, for a time or for good.

    *day* is the ordinal of the first local day on which the two differ, in *active* and *candidate*.
    """

    customer: str
    now: str
    day: int
    active: str
    candidate: str
    rule: str


@dataclass(frozen=True, slots=True)
class Excess:
    """Why the release is refused: more than *allowed* customers of the tier, or by the rule, *name*."""

    kind: str  # tier | rule
    name: str
    wanted: int
    allowed: int


@dataclass(frozen=True, slots=True)
class DryRun:
    """What would happen. *fired* counts by rule what the candidate would order at once and the active not."""

    customers: int
    days: int
    moves: tuple[Move, ...]
    fired: Mapping[str, int]
    excesses: tuple[Excess, ...]

    @property
    def impact_percent(self) -> float:
        """The share of customers who would be in another tier."""
        return round(100 * len(self.moves) / self.customers, 2) if self.customers else 0.0


def horizon(*programs: Program) -> int:
    """How many days it takes until no tier is held back by `for`, `keep_for` or `keep_at_least` any more."""
    rules = [rule for program in programs for policy in program.policies for rule in policy.rules]
    waits = [
        rule.definition.for_days + rule.definition.keep_for_days + _kept(rule.definition)
        for rule in rules
        if any(action.kind is ActionKind.CHANGE_TIER for action in rule.orders)
    ]
    return max(waits, default=0) + 1


def _kept(rule: RuleDef) -> int:
    days = [action.fields.get("keep_at_least_days") for action in rule.actions]
    return max((each for each in days if isinstance(each, int)), default=0)


def dry_run(
    customers: Iterable[Customer], active: Program, candidate: Program, today: int, at_most_percent: float
) -> DryRun:
    """Judge *customers* by both releases from local day *today* on."""
    days = horizon(active, candidate)
    moves: list[Move] = []
    fired: Counter[str] = Counter()
    tiers: Counter[str] = Counter()
    other_traits = active.bundle.catalogue.traits != candidate.bundle.catalogue.traits
    for customer in customers:
        before, now = _Future(active, days), _Future(candidate, days)
        before.run(customer.relationship, customer.snapshot, today)
        snapshot = _rescored(customer.snapshot, active, candidate) if other_traits else customer.snapshot
        now.run(customer.relationship, snapshot, today)
        tiers[now.began] += 1
        fired.update(now.at_once - before.at_once)
        if differing := _first_difference(before, now):
            moves.append(Move(customer.snapshot.customer, now.began, *differing))
    amount = sum(tiers.values())
    excesses = (*_tier_excesses(moves, tiers, at_most_percent), *_rule_excesses(fired, candidate, amount))
    return DryRun(amount, days, tuple(moves), dict(sorted(fired.items())), excesses)


def _first_difference(before: "_Future", now: "_Future") -> tuple[int, str, str, str] | None:
    """The day, both tiers on it, and the rule behind, if the two futures differ."""
    if before.tiers == now.tiers:
        return None
    days = sorted({*before.tiers, *now.tiers})
    day = next(day for day in days if before.tiers.get(day) != now.tiers.get(day))
    on = [future.tier_on(day) for future in (before, now)]
    return day, on[0], on[1], now.movers.get(day) or before.movers.get(day, "")


def _tier_excesses(moves: list[Move], tiers: Counter[str], at_most_percent: float) -> Iterator[Excess]:
    """Of every tier's customers only a share may end up elsewhere than they would anyway."""
    left = Counter(move.now for move in moves)
    for tier, amount in sorted(left.items()):
        allowed = max(ALWAYS_ALLOWED, floor(tiers[tier] * at_most_percent / 100))
        if amount > allowed:
            yield Excess("tier", tier, amount, allowed)


def _rule_excesses(fired: Counter[str], candidate: Program, customers: int) -> Iterator[Excess]:
    """A rule may want no more at once than its own budget lets through on a day."""
    budgets: dict[str, Budget] = {
        rule.definition.id: rule.definition.budget
        for policy in candidate.policies
        for rule in policy.rules
        if rule.definition.budget is not None and not rule.is_shadow
    }
    for rule, amount in sorted(fired.items()):
        if rule in budgets and amount > (allowed := places(budgets[rule], customers)):
            yield Excess("rule", rule, amount, allowed)


class _Everything:
    """Admissions without a limit."""

    def admit(self, rule: str, day: int, decision_id: str, budget: Budget) -> Admission:
        return Admission(1, 1)


_EVERYTHING = _Everything()


class _Future:
    """One customer's next days under one release."""

    def __init__(self, program: Program, days: int) -> None:
        self._program = program
        self._days = days
        self.at_once: Counter[str] = Counter()
        self.tiers: dict[int, str] = {}  # by the day it changed
        self.movers: dict[int, str] = {}  # by the same day, the rule that did it
        self.began = ""

    def run(self, document: Mapping[str, Any], snapshot: Snapshot, today: int) -> None:
        """Judge the customer today, then at the close of each day on which something may change."""
        relationship = Relationship.from_document(document)
        self.began = relationship.tier
        cause, day = Cause("release"), max(today, snapshot.day)
        last, due = day + self._days, self._judge(relationship, snapshot, day, cause)
        while due is not None and due <= last:
            day = max(day, due)
            due = self._judge(relationship, snapshot, day, Cause("day"))

    def tier_on(self, day: int) -> str:
        """The tier at the end of *day*."""
        return next((tier for since, tier in reversed(self.tiers.items()) if since <= day), self.began)

    def _judge(self, relationship: Relationship, snapshot: Snapshot, day: int, cause: Cause) -> int | None:
        moment = Moment(snapshot.customer, day, snapshot.as_of, cause)
        judgement = evaluate(relationship, snapshot, moment, self._program, _EVERYTHING)
        for decision in judgement.decisions:
            if decision.outcome == "fired" and decision.mode != "shadow":
                if cause.kind == "release":
                    self.at_once[decision.rule] += 1
                if decision.tier_change:
                    self.movers[day], self.tiers[day] = decision.rule, relationship.tier
        return judgement.next_due


def _rescored(snapshot: Snapshot, active: Program, candidate: Program) -> Snapshot:
    """The snapshot as the candidate's traits score it; what a person's rating has moved keeps its points."""
    facts = snapshot.facts_on(snapshot.day)
    before = score(facts, {}, active.traits, snapshot.day).traits
    scored = score(facts, {}, candidate.traits, snapshot.day)
    points: dict[str, Any] = {
        name: given if facts.get(name) in (None, before.get(name)) else facts[name]
        for name, given in scored.traits.items()
    }
    total = sum(points[trait.id] * trait.weight for trait in candidate.traits.traits)
    changed = {"score": total / 100, "coverage": scored.coverage, **points}
    return replace(snapshot, facts={**snapshot.facts, **changed})


def told(run: DryRun, *, at_most: int = 1_000) -> dict[str, Any]:
    """A dry run as JSON; of very many moves the first *at_most* are named."""
    return {
        "customers": run.customers,
        "days": run.days,
        "impact_percent": run.impact_percent,
        "moved": len(run.moves),
        "moves": [
            {
                "customer": move.customer,
                "now": move.now,
                "day": date.fromordinal(move.day).isoformat(),
                "active": move.active,
                "candidate": move.candidate,
                "rule": move.rule,
            }
            for move in run.moves[:at_most]
        ],
        "fired_at_once": dict(run.fired),
        "excesses": [
            {"kind": each.kind, "name": each.name, "wanted": each.wanted, "allowed": each.allowed}
            for each in run.excesses
        ],
    }
