"""What a change of the rules is worth: members gained and lost, and the actions that it orders more or less.

Pure. Being a member is not worth anything by itself; it is worth what it does to the customer, and that is an
assumption in words, a scenario such as ``churn -10 percent``. So one more member of a group is priced at what
that scenario adds to one customer of the group. Nobody is acquired by it, so no acquisition cost enters.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from shared.worth.measured import YEAR
from shared.worth.premises import PremiseError, Premises
from shared.worth.scenarios import Scenario
from shared.worth.value import worth

USUAL_EFFECT = "churn -10 percent"
"""What membership is assumed to do unless somebody says otherwise: it fits any churn."""


@dataclass(frozen=True, slots=True)
class PricedGroup:
    """The members of one group that are *gained* and *lost* in the whole window; worth is of one customer."""

    group: str
    gained: int
    lost: int
    worth_each: float
    effect_each: float  # what membership adds to it
    at_stake: float  # worth of those gained less that of those lost
    value: float


@dataclass(frozen=True, slots=True)
class PricedAction:
    """What one kind of action is ordered more or less, and what that costs in the whole window."""

    kind: str
    name: str
    orders: int
    cost: float


@dataclass(frozen=True, slots=True)
class Priced:
    """A backtest priced. What falls on a year is the window's, times 365 by its *days*."""

    days: int
    effect: str
    groups: tuple[PricedGroup, ...]
    actions: tuple[PricedAction, ...]
    other_moves: int  # members earlier, later or otherwise: not priced

    @property
    def value(self) -> float:
        """Present value of what membership adds, over the window."""
        return sum(each.value for each in self.groups)

    @property
    def cost(self) -> float:
        """What actions cost more, over the window."""
        return sum(each.cost for each in self.actions)

    def a_year(self, amount: float) -> float:
        """Its share of a year."""
        return amount * YEAR / self.days

    @property
    def net_a_year(self) -> float:
        """What one year of the change adds, less what it costs."""
        return self.a_year(self.value - self.cost)


def price(
    report: Mapping[str, Any],
    premises: Mapping[str, Premises],
    effect: Scenario,
    group_of: Callable[[str], str],
    minor_digits: int,
) -> Priced:
    """Price a backtest's *report*; *premises* by group, those of ``""`` stand in for a group without any."""
    moves = report["tiers"]
    gained, lost = (_customers(moves[change]) for change in ("gained", "lost"))
    counted = {True: _groups(gained - lost, group_of), False: _groups(lost - gained, group_of)}
    names = sorted(counted[True].keys() | counted[False].keys())
    return Priced(
        days=report["window"]["days"],
        effect=effect.name,
        groups=tuple(
            _group(name, counted[True][name], counted[False][name], _of(premises, name), effect)
            for name in names
        ),
        actions=tuple(_actions(report["actions"], 10**minor_digits)),
        other_moves=sum(len(moves[change]) for change in ("earlier", "later", "otherwise")),
    )


def _customers(moves: Iterable[Mapping[str, Any]]) -> set[str]:
    return {str(move["customer"]) for move in moves}


def _groups(customers: Iterable[str], group_of: Callable[[str], str]) -> Counter[str]:
    return Counter(map(group_of, customers))


def _of(premises: Mapping[str, Premises], group: str) -> Premises:
    found = premises.get(group) or premises.get("")
    if found is None:
        raise PremiseError(f"not enough purchases were recorded to price customers of the group {group!r}")
    return found


def _group(name: str, gained: int, lost: int, premises: Premises, effect: Scenario) -> PricedGroup:
    one = replace(premises, customers=1, acquisition_cost=0)
    each = worth(one).total
    adds = worth(effect.apply(one)).total - each
    more = gained - lost
    return PricedGroup(name, gained, lost, each, adds, more * each, more * adds)


def _actions(rows: Iterable[Mapping[str, Any]], scale: int) -> Iterable[PricedAction]:
    """Those that are ordered more or less often, what costs most first."""
    found = [
        PricedAction(
            row["kind"],
            row["name"],
            row["candidate"] - row["base"],
            (row["candidate_cost"] - row["base_cost"]) / scale,
        )
        for row in rows
    ]
    return sorted(
        (each for each in found if each.orders), key=lambda each: (-abs(each.cost), each.kind, each.name)
    )
