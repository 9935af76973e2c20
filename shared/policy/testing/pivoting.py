"""What the leaves of a condition have to say so that it holds, or so that one leaf alone decides it. Pure.

Answers are lists of demands; there may be several, because any part of an `any` may do. Whether one fact can
meet all demands on it is not asked here.
"""

from collections.abc import Iterator
from itertools import product

from shared.model.conditions import Condition, Connective, Leaf

Demand = tuple[Leaf, bool | None]
"""A leaf and the answer wanted of it."""
Demands = tuple[Demand, ...]


def satisfying(condition: Condition, *, wanted: bool) -> Iterator[Demands]:
    """Yield demands each of which makes *condition* say *wanted*."""
    if isinstance(condition, Leaf):
        yield ((condition, wanted),)
        return
    if condition.connective is Connective.NONE:
        yield from _any(condition.parts, wanted=not wanted)
    elif condition.connective is Connective.ANY:
        yield from _any(condition.parts, wanted=wanted)
    else:
        yield from _all(condition.parts, wanted=wanted)


def _all(parts: tuple[Condition, ...], *, wanted: bool) -> Iterator[Demands]:
    if wanted:
        options = [tuple(satisfying(part, wanted=True)) for part in parts]
        yield from (tuple(demand for option in chosen for demand in option) for chosen in product(*options))
    else:
        for part in parts:
            yield from satisfying(part, wanted=False)


def _any(parts: tuple[Condition, ...], *, wanted: bool) -> Iterator[Demands]:
    if wanted:
        for part in parts:
            yield from satisfying(part, wanted=True)
    else:
        options = [tuple(satisfying(part, wanted=False)) for part in parts]
        yield from (tuple(demand for option in chosen for demand in option) for chosen in product(*options))


def pivots(condition: Condition, number: int) -> Iterator[Demands]:
    """Yield demands on the other leaves under which *condition* turns with its leaf *number*."""
    if isinstance(condition, Leaf):
        yield ()
        return
    at, inner = _part_with(condition.parts, number)
    neutral = condition.connective is Connective.ALL
    others = [part for index, part in enumerate(condition.parts) if index != at]
    options = [tuple(satisfying(part, wanted=neutral)) for part in others]
    for deeper in pivots(condition.parts[at], inner):
        for chosen in product(*options):
            yield (*deeper, *(demand for option in chosen for demand in option))


def _part_with(parts: tuple[Condition, ...], number: int) -> tuple[int, int]:
    """Which part holds leaf *number*, and its number in there."""
    for at, part in enumerate(parts):
        count = count_leaves(part)
        if number < count:
            return at, number
        number -= count
    raise IndexError(number)


def count_leaves(condition: Condition) -> int:
    """How many leaves *condition* has."""
    return 1 if isinstance(condition, Leaf) else sum(map(count_leaves, condition.parts))
