"""Hysteresis of alerts: what opens at one value must clear at another, or it flutters."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shared.model.conditions import Condition, Connective, Leaf, Phrase
from shared.model.rules import ActionKind, FactDef, RuleDef
from shared.policy.phrases.naming import phrase_name
from shared.policy.quantities import write_value
from shared.policy.said import Said

_RISING = frozenset({Phrase.AT_LEAST, Phrase.MORE_THAN, Phrase.ROSE})
_FALLING = frozenset({Phrase.AT_MOST, Phrase.LESS_THAN, Phrase.FELL})


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap that is missing; *leaf* is the clearing one, ``None`` when nothing clears."""

    message: Said
    suggestion: Said
    leaf: Leaf | None = None


def gaps(rule: RuleDef, facts: Mapping[str, FactDef], currency: str) -> Iterator[Gap]:
    """Yield the thresholds of an alert that are not apart from those that clear it."""
    if not any(action.kind is ActionKind.RAISE_ALERT for action in rule.actions):
        return
    opening = list(_thresholds(rule.when))
    if rule.clear_when is None:
        if opening:
            yield _never_clears(rule.id, opening[0].fact, _words(opening[0], facts, currency))
        return
    for leaf in opening:
        for clearing in _thresholds(rule.clear_when):
            if clearing.fact == leaf.fact and _touches(leaf, clearing):
                yield _no_gap(clearing, _words(leaf, facts, currency), _words(clearing, facts, currency))


def _never_clears(rule: str, fact: str, opens: Said) -> Gap:
    return Gap(
        Said(
            f'the alert of "{rule}" opens and clears at the same value of "{fact}"',
            f"规则“{rule}”的预警在“{fact}”的同一值上触发与解除",
        ),
        Said(
            f'add "clear_when:" with a value apart from {opens.en}',
            f"加上“clear_when:”，其值须与{opens.zh}拉开距离",
        ),
    )


def _no_gap(clearing: Leaf, opens: Said, clears: Said) -> Gap:
    return Gap(
        Said(
            f'"{clearing.fact}" opens the alert at {opens.en} and clears it at {clears.en}',
            f"“{clearing.fact}”在{opens.zh}时触发预警，在{clears.zh}时即解除",
        ),
        Said(
            "leave a gap, so that the alert does not open and close from day to day",
            "留出间距，以免预警每天反复触发又解除",
        ),
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


def _words(leaf: Leaf, facts: Mapping[str, FactDef], currency: str) -> Said:
    english, chinese = (
        " ".join(
            write_value(value, facts[leaf.fact].kind, currency, language)
            for value in leaf.values
            if value is not None
        )
        for language in ("en", "zh")
    )
    return Said(f'"{leaf.phrase.value} {english}"', f"“{phrase_name(leaf.phrase)} {chinese}”")
