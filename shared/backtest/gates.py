"""Whether a backtest passes the gates of policy.yaml. Pure.

Of both releases' gates the narrower one holds: an edit cannot widen the gate that it has to pass.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from shared.backtest.acts import ALERT, TASK
from shared.backtest.tally import Tally
from shared.model.rules import Gates


@dataclass(frozen=True, slots=True)
class Gate:
    """One gate with what was measured at it."""

    name: str
    limit: float
    measured: float

    @property
    def passed(self) -> bool:
        """Whether the candidate stays within it."""
        return self.measured <= self.limit


def narrower(one: Gates, other: Gates) -> Gates:
    """For each gate the smaller limit of the two."""
    found = {}
    for each in fields(Gates):
        limits = [getattr(gates, each.name) for gates in (one, other)]
        found[each.name] = min((limit for limit in limits if limit is not None), default=None)
    return Gates(**found)


def judged(gates: Gates, tally: Tally, moved: int, costs: Mapping[str, int]) -> Iterator[Gate]:
    """Every declared gate with what the candidate measures."""
    measured = {
        "max_share_moved": round(100 * moved / tally.customers, 2) if tally.customers else 0,
        "max_flips_per_year": tally.most_flips[True],
        "max_alerts_per_day": busiest(by_day(tally, ALERT, candidate=True)),
        "max_tasks_per_day": busiest(by_day(tally, TASK, candidate=True)),
        "max_cost_per_day": busiest(cost_by_day(tally, costs, candidate=True)),
    }
    for each in fields(Gates):
        limit = getattr(gates, each.name)
        if limit is not None:
            yield Gate(each.name, limit, measured[each.name])


def by_day(tally: Tally, kind: str, *, candidate: bool) -> Counter[int]:
    """Actions of *kind* by day."""
    found: Counter[int] = Counter()
    for (counted, _, day, side), number in tally.days.items():
        if counted == kind and side is candidate:
            found[day] += number
    return found


def cost_by_day(tally: Tally, costs: Mapping[str, int], *, candidate: bool) -> Counter[int]:
    """Declared costs by day, in minor units."""
    found: Counter[int] = Counter()
    for (kind, name, day, side), number in tally.days.items():
        if side is candidate:
            found[day] += number * cost_of(kind, name, costs)
    return found


def cost_of(kind: str, name: str, costs: Mapping[str, int]) -> int:
    """What one action costs: by its task or item, else by its kind, else nothing."""
    return costs.get(name, costs.get(kind, 0))


def busiest(days: Mapping[int, int]) -> int:
    """The most that fell on one day."""
    return max(days.values(), default=0)
