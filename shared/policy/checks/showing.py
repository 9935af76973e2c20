"""Write a customer's facts the way rule files have them: ready to read, and to paste into a test. Pure."""

from collections.abc import Iterator, Mapping
from datetime import date

from shared.model.rules import FactDef
from shared.model.values import FactValue, Kind
from shared.policy.checks.regions.customer import Customer
from shared.policy.quantities import write_value

CHANGE, BEFORE, DAY = "~change", "~before", "day"
Shown = tuple[tuple[str, str], ...]


def shown(customer: Customer, facts: Mapping[str, FactDef], currency: str) -> Shown:
    """Every fact of *customer* with its value as it is written; what was before, and the day, come last."""
    return tuple(_lines(customer, facts, currency))


def _lines(customer: Customer, facts: Mapping[str, FactDef], currency: str) -> Iterator[tuple[str, str]]:
    for name, value in customer.facts.items():
        yield name, _written(name, value, facts, currency)
    for name, value in customer.previous.items():
        yield name + BEFORE, _written(name, value, facts, currency)
    if customer.day is not None:
        yield DAY, date.fromordinal(customer.day).isoformat()


def _written(name: str, value: FactValue, facts: Mapping[str, FactDef], currency: str) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(value)}]"
    kind = Kind.PERCENT if name.endswith(CHANGE) else facts[name].kind
    return "" if value is None else write_value(value, kind, currency)
