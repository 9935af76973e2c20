"""Hysteresis of alerts: what opens at one value must clear at another, or it flutters."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shared.model.conditions import Condition, Connective, Leaf, Phrase
from shared.model.rules import ActionKind, FactDef, RuleDef
from shared.policy.quantities import write_value

_RISING = frozenset({Phrase.AT_LEAST, Phrase.MORE_THAN, Phrase.ROSE})
_FALLING = frozenset({Phrase.AT_MOST, Phrase.LESS_THAN, Phrase.FELL})


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap that is missing; *leaf* is the clearing one, ``None`` when nothing clears."""

    message: str
    suggestion: str
    leaf: Leaf | None = None


def gaps(rule: RuleDef, facts: Mapping[str, FactDef], currency: str) -> Iterator[Gap]:
    """Yield the thresholds of an alert that are not apart from those that clear it."""
    if not any(action.kind is ActionKind.RAISE_ALERT for action in rule.actions):
        return
    opening = list(_thresholds(rule.when))
    if rule.clear_when is None:
        if opening:
            said = _words(opening[0], facts, currency)
            message = f'the alert of "{rule.id}" opens and clears at the same value of "{opening[0].fact}"'
            yield Gap(message, f'add "clear_when:" with a value apart from {said}')
        return
    for leaf in opening:
        for clearing in _thresholds(rule.clear_when):
            if clearing.fact == leaf.fact and _touches(leaf, clearing):
                opens, clears = _words(leaf, facts, currency), _words(clearing, facts, currency)
                message = f'"{leaf.fact}" opens the alert at {opens} and clears it at {clears}'
                yield Gap(
                    message,
                    "leave a gap, so that the alert does not open and close from day to day",
                    clearing,
                )


def _thresholds(condition: Condition, negated: bool = False) -> Iterator[Leaf]:
    """Yield the leaves that name a border and are asked for as they stand: none under ``none``."""
    if isinstance(condition, Leaf):
        if not negated and condition.phrase in _RISING | _FALLING:
            yield condition
        return
    for part in condition.parts:
        yield from _thresholds(part, negated or condition.connective is Connective.NONE)


def _touches(opening: Leaf, clearing: Leaf) -> bool:
    """Whether a value can open and clear, or the two thresholds are one."""
    up, down = opening.values[0], clearing.values[0]
    if not isinstance(up, (int, float)) or not isinstance(down, (int, float)):
        return False
    if opening.phrase in {Phrase.ROSE, Phrase.FELL} or clearing.phrase in {Phrase.ROSE, Phrase.FELL}:
        return False
    if opening.phrase in _RISING:
        return clearing.phrase in _FALLING and down >= up
    return clearing.phrase in _RISING and down <= up


def _words(leaf: Leaf, facts: Mapping[str, FactDef], currency: str) -> str:
    values = " ".join(
        write_value(value, facts[leaf.fact].kind, currency) for value in leaf.values if value is not None
    )
    return f'"{leaf.phrase.value} {values}"'
