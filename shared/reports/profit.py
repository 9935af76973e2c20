"""What each customer brings after what serving them costs: margin × net spend − cost to serve.

Pure. Costs are those that somebody declared, on events or for actions in the rule files; nothing is guessed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from shared.reports.pareto import Pareto, pareto

FIFTHS = 5


@dataclass(slots=True)
class Costs:
    """Cost to serve by customer and by what it was spent on."""

    by_customer: dict[str, dict[str, float]] = field(default_factory=dict)

    def add(self, customer: str, kind: str, cost: float) -> None:
        """Take in one cost."""
        if cost:
            spent = self.by_customer.setdefault(customer, {})
            spent[kind] = spent.get(kind, 0.0) + cost

    def of(self, customer: str) -> Mapping[str, float]:
        """What was spent on one customer, by kind."""
        return self.by_customer.get(customer, {})

    def by_kind(self) -> tuple[tuple[str, float], ...]:
        """What was spent on all, the most first."""
        kinds: dict[str, float] = defaultdict(float)
        for _, spent in sorted(self.by_customer.items()):
            for kind, cost in spent.items():
                kinds[kind] += cost
        ordered = sorted(kinds.items(), key=lambda entry: (-entry[1], entry[0]))
        return tuple((kind, round(cost, 2)) for kind, cost in ordered)


@dataclass(frozen=True, slots=True)
class Balance:
    """One customer's balance; *mostly*: what most of the cost was spent on."""

    customer: str
    bought: float
    returned: float
    cost: float
    mostly: str
    profit: float


@dataclass(frozen=True, slots=True)
class Fifth:
    """A fifth of the customers, ranked by profit, *until_percent* of them from the best on."""

    until_percent: int
    customers: int
    bought: float
    returned: float
    cost: float
    profit: float


@dataclass(frozen=True, slots=True)
class Profit:
    """The curve of profit, its fifths, who costs more than they bring (the most first), and what for."""

    margin_percent: float
    curve: Pareto
    fifths: tuple[Fifth, ...]
    losing: tuple[Balance, ...]
    costs: tuple[tuple[str, float], ...]


def profit(net: Iterable[tuple[str, float]], margin_percent: float, costs: Costs) -> Profit:
    """Reckon the balance of everybody who bought, returned or cost something; *net*: returns below zero."""
    found = _balances(net, margin_percent, costs)
    ranked = sorted(found, key=lambda each: (-each.profit, each.customer))
    losing = [each for each in reversed(ranked) if each.profit < 0]
    return Profit(
        margin_percent,
        pareto({each.customer: each.profit for each in found}),
        tuple(_fifths(ranked)),
        tuple(sorted(losing, key=lambda each: (each.profit, each.customer))),
        costs.by_kind(),
    )


def _balances(net: Iterable[tuple[str, float]], margin_percent: float, costs: Costs) -> list[Balance]:
    bought: dict[str, float] = defaultdict(float)
    returned: dict[str, float] = defaultdict(float)
    for customer, amount in net:
        (bought if amount >= 0 else returned)[customer] += abs(amount)
    found: list[Balance] = []
    for customer in sorted(bought.keys() | returned.keys() | costs.by_customer.keys()):
        came, went, spent = bought[customer], returned[customer], costs.of(customer)
        cost = sum(spent.values())
        mostly = max(spent, key=lambda kind: (spent[kind], kind), default="")
        brought = (came - went) * margin_percent / 100 - cost
        found.append(
            Balance(customer, round(came, 2), round(went, 2), round(cost, 2), mostly, round(brought, 2))
        )
    return found


def _fifths(ranked: Sequence[Balance]) -> Iterable[Fifth]:
    for number in range(FIFTHS):
        first, end = (len(ranked) * (number + step) // FIFTHS for step in (0, 1))
        part = ranked[first:end]
        sums = (
            round(sum(getattr(each, name) for each in part), 2)
            for name in ("bought", "returned", "cost", "profit")
        )
        yield Fifth(100 * (number + 1) // FIFTHS, len(part), *sums)
