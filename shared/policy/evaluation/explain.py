"""Why not: how far a customer is from the rules that would move the tier or raise an alert.

Pure, by the definition of conditions; the engine is not asked.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from shared.contracts.decision import LeafTrace
from shared.contracts.snapshot import Snapshot
from shared.model.conditions import Condition, Connective, Leaf
from shared.model.rules import ActionKind, Bundle
from shared.model.values import FactValue, Text
from shared.policy.engine.truth import Situation, trace, truth
from shared.policy.evaluation.context import anchors
from shared.policy.evaluation.episode import PENDING
from shared.policy.evaluation.program import Policy, Program, Rule
from shared.policy.evaluation.relationship import Relationship
from shared.policy.evaluation.wording import masked

_EXPLAINED = {ActionKind.CHANGE_TIER, ActionKind.RAISE_ALERT}
_OPPOSITE = {Connective.ALL: Connective.ANY, Connective.ANY: Connective.ALL}


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A rule that does not hold: the fewest *leaves* that would have to turn for it to hold.

    With no leaves the condition holds and only waits: *days_left* of its `for`.
    """

    rule: str
    policy: str
    title: Text
    leaves: tuple[LeafTrace, ...]
    days_left: int = 0


def near_misses(
    relationship: Relationship, snapshot: Snapshot, program: Program, day: int
) -> tuple[NearMiss, ...]:
    """Return the tier and alert rules that do not act on the customer, nearest first."""
    facts = snapshot.facts_on(day)
    facts.update(relationship.facts)
    facts.update({name: anchor.at(day) for name, anchor in anchors(relationship).items()})
    found = []
    for policy in program.policies:
        situation = _situation(policy, relationship, facts, program.bundle, day)
        for rule in policy.rules:
            if any(action.kind in _EXPLAINED for action in rule.orders):
                miss = _miss(policy, rule, relationship, situation, program.bundle)
                found += [miss] if miss else []
    return tuple(sorted(found, key=lambda miss: len(miss.leaves)))


def _situation(
    policy: Policy, relationship: Relationship, facts: dict[str, FactValue], bundle: Bundle, day: int
) -> Situation:
    previous = relationship.previous.get(policy.id, {})
    return Situation(facts, previous, day, bundle.facts, bundle.catalogue.calendars)


def _miss(
    policy: Policy, rule: Rule, relationship: Relationship, situation: Situation, bundle: Bundle
) -> NearMiss | None:
    definition, episode = rule.definition, relationship.episodes.get(rule.key)
    if episode is not None and episode.phase != PENDING:
        return None
    holds = truth(definition.when, situation) is True
    begun = situation.day if episode is None else episode.since
    left = begun + definition.for_days - situation.day
    if holds and left <= 0:
        return None
    leaves = () if holds else fewest(definition.when, situation)
    shown = tuple(masked(leaf, bundle) for leaf in leaves)
    return NearMiss(definition.id, policy.id, definition.title, shown, left if holds else definition.for_days)


def fewest(condition: Condition, situation: Situation, *, wanted: bool = True) -> tuple[LeafTrace, ...]:
    """Return the smallest set of leaves that would have to turn to make *condition* be *wanted*.

    Among sets of equal size the first as written. An unknown leaf has to turn as well.
    """
    if isinstance(condition, Leaf):
        (leaf,) = trace(condition, situation)
        return () if leaf.outcome is wanted else (leaf,)
    connective = condition.connective
    if connective is Connective.NONE:
        connective, wanted = Connective.ANY, not wanted
    options = [fewest(part, situation, wanted=wanted) for part in condition.parts]
    together = connective if wanted else _OPPOSITE[connective]
    return _union(options) if together is Connective.ALL else min(options, key=len)


def _union(options: Iterable[tuple[LeafTrace, ...]]) -> tuple[LeafTrace, ...]:
    found: list[LeafTrace] = []
    for option in options:
        found += [leaf for leaf in option if leaf not in found]
    return tuple(found)
