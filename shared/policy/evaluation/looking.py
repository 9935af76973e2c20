"""What a policy sees of the facts, no finer than its rules can tell apart.

Pure. A number counts only by its place among the numbers it is compared with, so that a day more of
silence is the same sight as before until it reaches a threshold. Two facts that a rule may read differently
never look alike, not even of the wrong type: what was answered for one sight holds for all customers.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from shared.model.values import FactValue

Sight = tuple[FactValue | tuple[FactValue], ...]
Look = Callable[[Mapping[str, FactValue]], Sight]

_IS_NUMBER = "if t is int or t is float and v - v == 0.0"
_VALUE = "v if t is not bool and t is not list"
_FEW = 3
"""So many comparisons, of two kinds each, are quicker than bisecting twice."""


def look_of(
    names: Iterable[str], thresholds: Mapping[str, tuple[float, ...]], exact: AbstractSet[str]
) -> Look:
    """Return the function that takes facts to what can be told apart of *names*; *exact* ones entirely.

    A number's place among its thresholds is even between two of them and odd on one. Written as one
    straight function, because it runs for every policy at every evaluation; names enter only as literals
    made by `repr`.
    """
    scope: dict[str, Any] = {"left": bisect_left, "right": bisect_right, "apart": _apart}
    lines, cells = ["def look(facts):", " get = facts.get"], []
    for number, name in enumerate(sorted(names)):
        seen = _VALUE
        if name in thresholds and name not in exact:
            scope[f"limits{number}"] = thresholds[name]
            seen = f"{_place(number, thresholds[name])} {_IS_NUMBER}"
        lines += [
            f" v = get({name!r}); t = type(v)",
            f" c{number} = {seen} else v if v is None else apart(v)",
        ]
        cells.append(f"c{number},")
    exec("\n".join([*lines, f" return ({' '.join(cells)})"]), scope)  # noqa: S102  # our own literals only
    look: Look = scope["look"]
    return look


def _apart(value: Any) -> tuple[Any]:
    """*value* wrapped up, so that it equals no number and no text."""
    return (tuple(value) if type(value) is list else value,)


def _place(number: int, limits: tuple[float, ...]) -> str:
    """How to work out the place of ``v`` among *limits*, which the scope has under *number*."""
    if len(limits) > _FEW:
        return f"left(limits{number}, v) + right(limits{number}, v)"
    return " + ".join(f"(v >= {limit!r}) + (v > {limit!r})" for limit in limits)
