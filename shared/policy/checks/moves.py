"""What rules move: the tier, a fact, being in a group, having an entitlement; and which rules move it where.

Pure. A thing that is moved has a few places; a rule moves it to one of them when its condition holds.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shared.model.catalogue import Catalogue
from shared.model.conditions import Leaf, Phrase
from shared.model.rules import Action, ActionKind, FactDef
from shared.model.values import FactValue, Kind, Value
from shared.policy.checks.rulebook import Rulebook
from shared.policy.documents.policies import PlacedRule
from shared.policy.facts import ENTITLEMENTS, GROUPS, TIER

_MEMBERS = {
    ActionKind.ADD_TO: (GROUPS, "group", True),
    ActionKind.REMOVE_FROM: (GROUPS, "group", False),
    ActionKind.GRANT: (ENTITLEMENTS, "entitlement", True),
    ActionKind.REVOKE: (ENTITLEMENTS, "entitlement", False),
}
_BY_ITSELF = {TIER: frozenset({TIER, "days_in_tier", ENTITLEMENTS})}


@dataclass(frozen=True, slots=True)
class Thing:
    """A fact with one value, or one *member* of a fact that is a list."""

    fact: str
    member: str | None = None

    def places(self, facts: Mapping[str, FactDef]) -> tuple[Value, ...]:
        """The values it can have."""
        if self.member is not None or facts[self.fact].kind is Kind.BOOLEAN:
            return False, True
        return facts[self.fact].choices

    def at(self, place: Value) -> Leaf:
        """The condition that it is at *place*."""
        if self.member is None:
            return Leaf(self.fact, Phrase.IS, (place,))
        return Leaf(self.fact, Phrase.IS if place else Phrase.IS_NOT, (self.member,))

    def now(self, facts: Mapping[str, FactValue]) -> FactValue:
        """Where it is, of a customer with *facts*."""
        value = facts.get(self.fact)
        if self.member is None:
            return value
        return isinstance(value, (tuple, list)) and self.member in value

    @property
    def follows(self) -> frozenset[str]:
        """The facts that change by themselves when this does."""
        return _BY_ITSELF.get(self.fact, frozenset({self.fact}))

    def say(self, place: Value, language: str = "en") -> str:
        """The place in words."""
        if self.member is None:
            return str(place).lower() if isinstance(place, bool) else str(place)
        inside = {"en": ("without", "with"), "zh": ("无", "有")}[language][bool(place)]
        return f'{inside} "{self.member}"'


@dataclass(frozen=True, slots=True)
class Move:
    """A rule's order to bring *thing* to *to*."""

    placed: PlacedRule
    policy: int  # place in the order of evaluation
    thing: Thing
    to: Value
    keep_days: int = 0
    action: int = 0

    @property
    def is_level(self) -> bool:
        """Whether the rule keeps the thing there while it is active; else it says so once per episode."""
        return self.placed.rule.actions[self.action].kind is ActionKind.SET


def moves(book: Rulebook) -> dict[Thing, list[Move]]:
    """Every move that acting rules order, by what they move. Answers of tables are not followed."""
    acting = {placed.rule.id for placed in book.acting}
    found: dict[Thing, list[Move]] = {}
    for number, (_, rules) in enumerate(book.policies):
        for placed in rules:
            if placed.rule.id in acting:
                for move in _of_rule(placed, number):
                    found.setdefault(move.thing, []).append(move)
    return found


def _of_rule(placed: PlacedRule, policy: int) -> Iterator[Move]:
    for index, action in enumerate(placed.rule.actions):
        target = _target(action)
        if target is not None:
            keep = action.fields.get("keep_at_least_days")
            yield Move(placed, policy, *target, keep if isinstance(keep, int) else 0, index)


def _target(action: Action) -> tuple[Thing, Value] | None:
    if action.kind in _MEMBERS:
        fact, key, inside = _MEMBERS[action.kind]
        return Thing(fact, str(action.fields[key])), inside
    if action.kind is ActionKind.CHANGE_TIER:
        return Thing(TIER), str(action.fields["to"])
    value = action.fields.get("value")
    if action.kind is ActionKind.SET and isinstance(value, (str, bool)):
        return Thing(str(action.fields["fact"])), value
    return None


def own_entitlements(catalogue: Catalogue, tier: str) -> frozenset[str]:
    """What *tier* brings by itself."""
    return next((frozenset(each.entitlements) for each in catalogue.tiers if each.id == tier), frozenset())
