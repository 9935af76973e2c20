"""The conditions of a rule, and the values at which each of them turns. Pure."""

from collections.abc import Iterator

from shared.model.conditions import Leaf, Phrase
from shared.model.rules import Bundle, RuleDef
from shared.model.values import Value
from shared.policy.lowering import leaves
from shared.policy.testing.distances import ORDERED, neat, unit


def parts_of(rule: RuleDef) -> Iterator[tuple[str, int, Leaf]]:
    """Every leaf of *rule*: its part, its number in there, and itself."""
    for part, condition in (("when", rule.when), ("clear_when", rule.clear_when)):
        if condition is not None:
            for number, leaf in enumerate(leaves(condition)):
                yield part, number, leaf


def both_sides(leaf: Leaf, bundle: Bundle) -> tuple[Value, ...]:
    """The values to be seen: the threshold, and one unit off it where the answer differs."""
    limits = [value for value in leaf.values if isinstance(value, (int, float))]
    if leaf.phrase not in ORDERED or not limits:
        return ()
    step = unit(leaf, bundle.facts[leaf.fact], bundle.catalogue.minor_digits)
    if leaf.phrase is Phrase.BETWEEN:
        return tuple(map(neat, (limits[0] - step, limits[0], limits[1], limits[1] + step)))
    limit = -limits[0] if leaf.phrase is Phrase.FELL else limits[0]
    beyond = limit + step if leaf.phrase in _OTHER_ABOVE else limit - step
    return tuple(sorted(map(neat, (limit, beyond))))


_OTHER_ABOVE = frozenset({Phrase.AT_MOST, Phrase.MORE_THAN, Phrase.WITHIN, Phrase.FELL})
