"""What a policy sees of the facts, no finer than its rules can tell apart.

Pure. A number counts only by its place among the numbers it is compared with, so that a day more of
silence is the same sight as before until it reaches a threshold.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet

from shared.model.values import FactValue

Sight = tuple[FactValue, ...]
Look = Callable[[Mapping[str, FactValue]], Sight]


def look_of(
    names: Iterable[str], thresholds: Mapping[str, tuple[float, ...]], exact: AbstractSet[str]
) -> Look:
    """Return the function that takes facts to what can be told apart of *names*; *exact* ones entirely.

    A number's place among its thresholds is even between two of them and odd on one.
    """
    ordered = sorted(names)
    coarse = tuple((name, thresholds[name]) for name in ordered if name in thresholds and name not in exact)
    fine = tuple(name for name in ordered if name not in thresholds or name in exact)

    def look(facts: Mapping[str, FactValue]) -> Sight:
        get = facts.get
        places = [
            bisect_left(numbers, value) + bisect_right(numbers, value)
            if isinstance(value, (int, float))
            else value
            for name, numbers in coarse
            for value in (get(name),)
        ]
        return (*map(get, fine), *places)

    return look
