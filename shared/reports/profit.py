"""What each customer brings after what serving them costs: margin × net spend − cost to serve.

Pure. Costs are those that somebody declared, on events or for actions in the rule files; nothing is guessed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from shared.reports.pareto import Pareto, pareto


@dataclass(slots=True)
class Costs:
    """Cost to serve by customer, with what it was spent on."""

    by_customer: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    by_kind: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    def add(self, customer: str, kind: str, cost: float) -> None:
        """Take in one cost."""
        if cost:
            self.by_customer[customer] += cost
            self.by_kind[kind] += cost


def profits(net: Iterable[tuple[str, float]], margin_percent: float, costs: Costs) -> Mapping[str, float]:
    """Profit of everybody who bought, returned or cost something; *net* may name a customer many times."""
    found: dict[str, float] = defaultdict(float)
    for customer, amount in net:
        found[customer] += amount * margin_percent / 100
    for customer, cost in costs.by_customer.items():
        found[customer] -= cost
    return {customer: round(profit, 2) for customer, profit in found.items()}


@dataclass(frozen=True, slots=True)
class Profit:
    """The curve of profit, who costs more than they bring (the most first), and what was spent on what."""

    margin_percent: float
    curve: Pareto
    losing: tuple[tuple[str, float], ...]
    costs: tuple[tuple[str, float], ...]


def profit(net: Iterable[tuple[str, float]], margin_percent: float, costs: Costs) -> Profit:
    """Reckon everybody's profit and rank it."""
    found = profits(net, margin_percent, costs)
    losing = sorted((value, customer) for customer, value in found.items() if value < 0)
    kinds = sorted(costs.by_kind.items(), key=lambda entry: (-entry[1], entry[0]))
    spent = tuple((kind, round(cost, 2)) for kind, cost in kinds)
    return Profit(margin_percent, pareto(found), tuple((each, value) for value, each in losing), spent)
