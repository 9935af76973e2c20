"""When a date matters next to a policy: only to those whom a condition with dates may concern.

Pure but for the memory, which never changes an answer: who look alike and have the same dates turn together.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache

from shared.model.values import FactValue
from shared.policy.columns import Crossing
from shared.policy.engine.condition_set import ConditionSet
from shared.policy.evaluation.looking import Sight

NextDate = Callable[[Sight, Mapping[str, FactValue], int], int | None]
"""From what a policy sees, the facts and the day: the next day on which a date may turn an answer."""

_MOST = 4_096


def next_date(conditions: ConditionSet, dates: tuple[str, ...]) -> NextDate:
    """Return the function for *conditions*, of whose facts *dates* are dates."""
    if not dates:
        return lambda seen, facts, day: None
    concerned: dict[Sight, frozenset[Crossing]] = {}

    @lru_cache(maxsize=16384)
    def turn(crossings: frozenset[Crossing], values: tuple[FactValue, ...], day: int) -> int | None:
        return conditions.next_days(dict(zip(dates, values, strict=True)), day, crossings)

    def of_customer(seen: Sight, facts: Mapping[str, FactValue], day: int) -> int | None:
        crossings = concerned.get(seen)
        if crossings is None:
            if len(concerned) >= _MOST:
                concerned.clear()
            crossings = concerned[seen] = conditions.date_crossings(facts)
        return turn(crossings, tuple(map(facts.get, dates)), day) if crossings else None

    return of_customer
