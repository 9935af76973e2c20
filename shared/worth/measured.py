"""What recorded purchases tell about the premises: customers, churn and revenue, whole or by group.

Pure. Two years of 365 local days are looked at. Churn is the share of those who bought in the year before and
did not buy in the last one: no opinion on when a customer is gone enters it. Acquisition cost and margin are
in no event; people give them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

YEAR = 365
EVERYBODY = ""


@dataclass(slots=True)
class Bought:
    """One customer's last two years. *revenue* is that of the last year, returns taken off, main unit."""

    before: bool = False
    since: bool = False
    revenue: float = 0.0

    def add(self, day: int, today: int, amount: float, sign: int) -> None:
        """Count one event of *day*: a purchase when *sign* is +1, a return when it is -1."""
        age = today - day
        if age < YEAR:
            self.revenue += sign * amount
            self.since = self.since or sign > 0
        elif age < 2 * YEAR:
            self.before = self.before or sign > 0


@dataclass(frozen=True, slots=True)
class Measured:
    """Premises as measured; None is "not enough data", never a guess."""

    group: str
    bought_before: int
    stayed: int
    customers: int
    revenue_total: float

    @property
    def churn(self) -> float | None:
        """Share of last year's buyers who bought nothing since."""
        return 1 - self.stayed / self.bought_before if self.bought_before else None

    @property
    def revenue(self) -> float | None:
        """Revenue of the last year per customer who bought in it."""
        return max(self.revenue_total, 0.0) / self.customers if self.customers else None


def measure(bought: Mapping[str, Bought], group_of: Mapping[str, str] | None = None) -> list[Measured]:
    """Measure each group of customers in the order of their names; without *group_of* all as one group.

    A customer without a group is counted under `EVERYBODY`.
    """
    groups: dict[str, list[Bought]] = {}
    for customer, each in bought.items():
        name = group_of.get(customer, EVERYBODY) if group_of is not None else EVERYBODY
        groups.setdefault(name, []).append(each)
    return [_measured(name, groups[name]) for name in sorted(groups)]


def _measured(name: str, members: Iterable[Bought]) -> Measured:
    members = [each for each in members if each.before or each.since]
    return Measured(
        group=name,
        bought_before=sum(each.before for each in members),
        stayed=sum(each.before and each.since for each in members),
        customers=sum(each.since for each in members),
        revenue_total=sum(each.revenue for each in members if each.since),
    )
