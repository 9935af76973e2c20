"""What the store knows of profit: purchases, returns, and what care and tasks cost."""

from collections.abc import Iterator

from shared.asking.errors import MisaskedError
from shared.asking.orders import ask_paid
from shared.asking.records import Records
from shared.asking.wish import Wish
from shared.model.values import Kind
from shared.reports.leavings import took_effect
from shared.reports.profit import Costs, Profit, profit
from shared.store.collections import DECISIONS, HISTORY

COST = "cost"
"""The field of events that says what they cost us."""


def ask_profit(records: Records, wanted: Wish) -> Profit:
    """Profit by customer over all that is recorded, and what was spent on what."""
    if wanted.margin_percent is None:
        raise MisaskedError("profit needs the margin, in percent of what is spent", "margin")
    costs = Costs()
    for customer, kind, cost in (*_of_events(records), *_of_actions(records)):
        costs.add(customer, kind, cost)
    net = ((paid.customer, paid.sign * paid.amount) for paid in ask_paid(records, wanted.metric))
    return profit(net, wanted.margin_percent, costs)


def _of_events(records: Records) -> Iterator[tuple[str, str, float]]:
    """Costs that publishers told, such as those of care given."""
    catalogue = records.bundle.catalogue
    scale = 10**catalogue.minor_digits
    telling = {
        name
        for name, event in catalogue.events.items()
        if COST in event.fields and event.fields[COST].kind is Kind.AMOUNT
    }
    for event in records.find(HISTORY) if telling else ():
        if event["type"] in telling:
            yield event["customer"], event["type"], (event["data"].get(COST) or 0) / scale


def _of_actions(records: Records) -> Iterator[tuple[str, str, float]]:
    """Costs that the rule files declare for what was ordered: by task or item, else by kind of action."""
    declared, scale = records.bundle.costs, 10**records.bundle.catalogue.minor_digits
    for decision in records.find(DECISIONS, {"outcome": "fired"}) if declared else ():
        for action in decision["actions"] if took_effect(decision) else ():
            name = action["fields"].get("task") or action["fields"].get("item") or ""
            kind = name if name in declared else action["kind"]
            yield decision["customer"], kind, declared.get(kind, 0) / scale
