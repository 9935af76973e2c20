"""What customers did in the days after a rule decided on them: treated or held out.

Pure. One customer counts once for a rule, from its first decision: later ones depend on what the first did.
A customer whose days are not over yet is left out and counted: missing days are not days without orders.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from shared.uplift.estimate import Arm, Uplift, uplift


@dataclass(frozen=True, slots=True)
class Begun:
    """The first decision of a rule on a customer."""

    rule: str
    customer: str
    day: int
    held_out: bool


class Orders:
    """One customer's orders by day: how many and how much between two days."""

    __slots__ = ("_amounts", "_days")

    def __init__(self, orders: Iterable[tuple[int, float]]) -> None:
        ordered = sorted(orders)
        self._days = [day for day, _ in ordered]
        self._amounts = [0.0, *accumulate(amount for _, amount in ordered)]

    def _within(self, after: int, until: int) -> tuple[int, int]:
        return bisect_right(self._days, after), bisect_right(self._days, until)

    def count(self, after: int, until: int) -> float:
        """Orders after day *after*, up to and with day *until*."""
        first, end = self._within(after, until)
        return float(end - first)

    def amount(self, after: int, until: int) -> float:
        """The same as money."""
        first, end = self._within(after, until)
        return self._amounts[end] - self._amounts[first]


NOTHING = Orders(())
Measure = Callable[[Orders, int, int], float]

MEASURES: Mapping[str, Measure] = {
    "orders": Orders.count,
    "buyers": lambda orders, after, until: float(orders.count(after, until) > 0),
    "revenue": Orders.amount,
}
"""What may be compared: orders per customer, the share of customers who buy, money per customer."""


@dataclass(frozen=True, slots=True)
class Followed:
    """One rule's comparison; *unfinished* customers are not in it yet."""

    name: str
    uplift: Uplift
    unfinished: int


def follow(
    begun: Sequence[Begun],
    orders: Mapping[str, Orders],
    *,
    days: int,
    today: int,
    measure: Measure = Orders.count,
    name: str = "",
) -> Followed:
    """Compare treated and held out over the *days* after their first decision; *today* is a whole day."""
    over = [each for each in begun if each.day + days <= today]
    arms: dict[bool, list[float]] = {False: [], True: []}
    for each in over:
        found = orders.get(each.customer, NOTHING)
        arms[each.held_out].append(measure(found, each.day, each.day + days))
    compared = uplift(Arm.of(arms[False]), Arm.of(arms[True]))
    return Followed(name, compared, len(begun) - len(over))


def first_of_each(decisions: Iterable[Begun]) -> list[Begun]:
    """The first decision of each rule on each customer, in the order of rule, day and customer."""
    first: dict[tuple[str, str], Begun] = {}
    for each in decisions:
        known = first.get((each.rule, each.customer))
        if known is None or each.day < known.day:
            first[each.rule, each.customer] = each
    return sorted(first.values(), key=lambda each: (each.rule, each.day, each.customer))
