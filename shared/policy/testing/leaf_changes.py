"""The small changes that a leaf of a condition may suffer: what a slip of the pen would make of it. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from shared.model.conditions import Condition, Connective, Group, Leaf, Phrase, Side
from shared.model.rules import Bundle
from shared.model.values import Value
from shared.policy.testing.distances import ORDERED, neat, unit
from shared.policy.testing.equivalence import WHOLE, is_equivalent

NOTHING = Group(Connective.ALL, ())
"""A condition without a leaf: it always holds."""

_OPPOSITE = {
    Phrase.IS: Phrase.IS_NOT,
    Phrase.IS_NOT: Phrase.IS,
    Phrase.ONE_OF: Phrase.NONE_OF,
    Phrase.NONE_OF: Phrase.ONE_OF,
    Phrase.KNOWN: Phrase.MISSING,
    Phrase.MISSING: Phrase.KNOWN,
    Phrase.AT_LEAST: Phrase.LESS_THAN,
    Phrase.LESS_THAN: Phrase.AT_LEAST,
    Phrase.MORE_THAN: Phrase.AT_MOST,
    Phrase.AT_MOST: Phrase.MORE_THAN,
    Phrase.ROSE: Phrase.FELL,
    Phrase.FELL: Phrase.ROSE,
}
_EDGE = {
    Phrase.AT_LEAST: Phrase.MORE_THAN,
    Phrase.MORE_THAN: Phrase.AT_LEAST,
    Phrase.AT_MOST: Phrase.LESS_THAN,
    Phrase.LESS_THAN: Phrase.AT_MOST,
}


def changed_leaves(leaf: Leaf, bundle: Bundle) -> Iterator[Leaf]:
    """Yield every change of *leaf* that may make a difference, each meaning once."""
    seen: list[Leaf] = [leaf]
    for changed in (*_moved(leaf, bundle), *_flipped(leaf, bundle), *_shortened(leaf)):
        if changed not in seen and not any(is_equivalent(one, changed, bundle) for one in seen):
            seen.append(changed)
            yield changed


def _moved(leaf: Leaf, bundle: Bundle) -> Iterator[Leaf]:
    """Each threshold one unit down and up."""
    if leaf.phrase not in ORDERED | {Phrase.IS, Phrase.IS_NOT}:
        return
    step = unit(leaf, bundle.facts[leaf.fact], bundle.catalogue.minor_digits)
    for at, value in enumerate(leaf.values):
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            continue
        for moved in (value - step, value + step):
            values = (*leaf.values[:at], neat(moved), *leaf.values[at + 1 :])
            if (moved >= 0 or leaf.phrase not in _NOT_NEGATIVE) and _in_order(leaf, values):
                yield replace(leaf, values=values)


_NOT_NEGATIVE = frozenset({Phrase.WITHIN, Phrase.ROSE, Phrase.FELL})


def _in_order(leaf: Leaf, values: tuple[Value | None, ...]) -> bool:
    return leaf.phrase is not Phrase.BETWEEN or values[0] <= values[1]  # type: ignore[operator]  # numbers


def _flipped(leaf: Leaf, bundle: Bundle) -> Iterator[Leaf]:
    """The other way round; and with its edge taken in or left out."""
    if leaf.phrase in _OPPOSITE:
        yield replace(leaf, phrase=_OPPOSITE[leaf.phrase])
    if leaf.phrase in _EDGE and bundle.facts[leaf.fact].kind not in WHOLE:
        yield replace(leaf, phrase=_EDGE[leaf.phrase])
    if leaf.phrase is Phrase.WITHIN and leaf.side in (Side.BEFORE, Side.AFTER):
        yield replace(leaf, side=Side.AFTER if leaf.side is Side.BEFORE else Side.BEFORE)
    if leaf.phrase is Phrase.CHANGED and len(set(leaf.values)) == 2:
        yield replace(leaf, values=leaf.values[::-1])


def _shortened(leaf: Leaf) -> Iterator[Leaf]:
    """A list without one of its values."""
    if leaf.phrase in (Phrase.ONE_OF, Phrase.NONE_OF) and len(leaf.values) > 1:
        for at in range(len(leaf.values)):
            yield replace(leaf, values=leaf.values[:at] + leaf.values[at + 1 :])


def with_leaf(condition: Condition, number: int, leaf: Leaf | None) -> Condition:
    """*condition* with its leaf *number* replaced, or without it; a group left empty goes as well."""
    return _replaced(condition, number, leaf)[0] or NOTHING


def _replaced(condition: Condition, number: int, leaf: Leaf | None) -> tuple[Condition | None, int]:
    """The changed condition, and the number counted down past it."""
    if isinstance(condition, Leaf):
        return (leaf if number == 0 else condition), number - 1
    parts: list[Condition] = []
    for part in condition.parts:
        changed, number = _replaced(part, number, leaf)
        if changed is not None:
            parts.append(changed)
    return (Group(condition.connective, tuple(parts)) if parts else None), number
