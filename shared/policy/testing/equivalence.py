"""Proofs that a changed condition means the same for every customer there can be. Pure.

Only exact proofs: the values at which a leaf holds, within those that its fact can have, are the same.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from math import ceil, floor, inf

from shared.model.catalogue import Aggregate
from shared.model.conditions import Leaf, Phrase
from shared.model.rules import Bundle, FactDef, Table
from shared.model.values import Kind, Value
from shared.policy.evaluation.tables import answer

Interval = tuple[float, bool, float, bool]
"""Low end, whether it is left out, high end, whether it is left out."""

WHOLE = frozenset({Kind.INTEGER, Kind.DAYS, Kind.AMOUNT})
_NEVER_NEGATIVE = frozenset({Aggregate.COUNT, Aggregate.DISTINCT, Aggregate.USUAL_GAP_DAYS})


def is_equivalent(one: Leaf, other: Leaf, bundle: Bundle) -> bool:
    """Whether both leaves hold for exactly the same values of their fact."""
    fact = bundle.facts[one.fact]
    left, right = holding(one, fact, bundle), holding(other, fact, bundle)
    return left is not None and left == right


def holding(leaf: Leaf, fact: FactDef, bundle: Bundle) -> Interval | None:
    """The values of *fact* at which an ordered *leaf* holds; None for a phrase without order."""
    numbers = [value for value in leaf.values if isinstance(value, (int, float))]
    ends = _ENDS.get(leaf.phrase)
    if ends is None or not fact.kind.is_numeric or not numbers:
        return None
    low, low_open, high, high_open = ends(numbers)
    least, most = domain(fact, bundle)
    if least > low or (least == low and not low_open):
        low, low_open = least, False
    if most < high or (most == high and not high_open):
        high, high_open = most, False
    found = (low, low_open, high, high_open)
    return _empty_is_one(_whole(found) if fact.kind in WHOLE else found)


def domain(fact: FactDef, bundle: Bundle) -> tuple[float, float]:
    """The least and the greatest value that *fact* can have."""
    metric = bundle.catalogue.metrics.get(fact.name)
    counts = metric is not None and metric.aggregate in _NEVER_NEGATIVE
    least = fact.minimum if fact.minimum is not None else 0.0 if counts else -inf
    return least, inf if fact.maximum is None else fact.maximum


def same_answers(one: Table, other: Table, bundle: Bundle) -> bool:
    """Whether both tables answer alike for every combination of choices; False when that is not known."""
    choices = [bundle.facts[name].choices for name in one.inputs]
    if not all(choices):
        return False
    cells: list[Mapping[str, Value]] = [dict(zip(one.inputs, row, strict=True)) for row in product(*choices)]
    return all(answer(one, facts) == answer(other, facts) for facts in cells)


def _whole(found: Interval) -> Interval:
    """The same whole numbers, with both ends included."""
    low, low_open, high, high_open = found
    if low != -inf:
        low = floor(low) + 1 if low_open else ceil(low)
    if high != inf:
        high = ceil(high) - 1 if high_open else floor(high)
    return low, False, high, False


def _empty_is_one(found: Interval) -> Interval:
    low, low_open, high, high_open = found
    empty = low > high or (low == high and (low_open or high_open))
    return (inf, True, -inf, True) if empty else found


_ENDS: Mapping[Phrase, Callable[[Sequence[float]], Interval]] = {
    Phrase.AT_LEAST: lambda of: (of[0], False, inf, True),
    Phrase.MORE_THAN: lambda of: (of[0], True, inf, True),
    Phrase.AT_MOST: lambda of: (-inf, True, of[0], False),
    Phrase.LESS_THAN: lambda of: (-inf, True, of[0], True),
    Phrase.BETWEEN: lambda of: (of[0], False, of[-1], False),
}
