"""What the store knows of rules in shadow."""

from collections.abc import Iterator

from shared.asking.records import Records
from shared.reports.shadow import Order, Shadowed, orders_of, shadowed
from shared.store.collections import DECISIONS


def ask_shadow(records: Records) -> list[Shadowed]:
    """Every rule that ever decided in shadow, beside the live rules that order the same."""
    shadow: list[Order] = []
    live: list[Order] = []
    for mode, order in _orders(records):
        (shadow if mode == "shadow" else live).append(order)
    return shadowed(shadow, live)


def _orders(records: Records) -> Iterator[tuple[str, Order]]:
    for decision in records.find(DECISIONS, {"outcome": "fired"}):
        for order in orders_of(decision):
            yield decision["mode"], order
