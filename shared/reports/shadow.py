"""What rules in shadow would have done, beside what live rules did: the measure for letting them live.

Pure. Two orders agree when they are of the same kind about the same thing (tier, task, alert, item, fact and
value …) for the same customer; days may differ.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

ABOUT = ("to", "task", "alert", "severity", "item", "fact", "value", "entitlement", "group", "template")
"""The fields that say what an order is about; words and dates are left out."""


class Order(NamedTuple):
    """One action that a rule ordered, or would have."""

    rule: str
    customer: str
    day: int
    action: str


@dataclass(frozen=True, slots=True)
class Shadowed:
    """One rule in shadow and one thing it would order.

    *both*: customers for whom live rules ordered it too since the rule first spoke. *only_live*: those for
    whom live rules did and this one would not have.
    """

    rule: str
    action: str
    times: int
    customers: int
    both: int
    only_shadow: int
    only_live: int
    first_day: int
    last_day: int


def orders_of(decision: Mapping[str, Any]) -> Iterable[Order]:
    """The orders of one decision record."""
    for action in decision["actions"]:
        yield Order(decision["rule"], decision["customer"], decision["day"], told(action))


def told(action: Mapping[str, Any]) -> str:
    """An action by its kind and what it is about, such as ``change_tier to core``."""
    fields = action["fields"]
    parts = [f"{name} {fields[name]}" for name in ABOUT if fields.get(name) is not None]
    return " ".join([action["kind"], *parts])


def shadowed(shadow: Iterable[Order], live: Iterable[Order]) -> list[Shadowed]:
    """Compare, by rule and action."""
    ordered: dict[tuple[str, str], list[Order]] = {}
    for order in shadow:
        ordered.setdefault((order.rule, order.action), []).append(order)
    by_action: dict[str, list[Order]] = {}
    for order in live:
        by_action.setdefault(order.action, []).append(order)
    return [
        _compared(rule, action, orders, by_action.get(action, ()))
        for (rule, action), orders in sorted(ordered.items())
    ]


def _compared(rule: str, action: str, orders: list[Order], live: Iterable[Order]) -> Shadowed:
    days = [order.day for order in orders]
    here = {order.customer for order in orders}
    there = {order.customer for order in live if order.day >= min(days)}
    return Shadowed(
        rule=rule,
        action=action,
        times=len(orders),
        customers=len(here),
        both=len(here & there),
        only_shadow=len(here - there),
        only_live=len(there - here),
        first_day=min(days),
        last_day=max(days),
    )
