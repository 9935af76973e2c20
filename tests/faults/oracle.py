"""What must come out, recomputed from the input alone: plain sums over a list, none of the product's code."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from shared.clock import to_rfc3339
from tests.faults.selling import Sale

LONDON = ZoneInfo("Europe/London")
YEAR_DAYS = 365
SIGNS = {"purchase": 1, "return": -1}


@dataclass(frozen=True, slots=True)
class Expected:
    """What is true of one customer after all of the input."""

    events: int
    net_spend: int
    orders_365d: int
    first_event: str
    last_event: str


def expected(sold: Iterable[Sale]) -> dict[str, Expected]:
    """By customer; *sold* holds every sale once."""
    by_customer: dict[str, list[Sale]] = defaultdict(list)
    for sale in sold:
        by_customer[sale.customer].append(sale)
    return {customer: _of_one(found) for customer, found in by_customer.items()}


def _of_one(found: list[Sale]) -> Expected:
    times = sorted(to_rfc3339(sale.at) for sale in found)
    today = max(_day(sale) for sale in found)
    return Expected(
        events=len(found),
        net_spend=sum(sale.pence * SIGNS.get(sale.type, 0) for sale in found),
        orders_365d=sum(sale.type == "purchase" and (today - _day(sale)).days < YEAR_DAYS for sale in found),
        first_event=times[0],
        last_event=times[-1],
    )


def _day(sale: Sale) -> date:
    return sale.at.astimezone(LONDON).date()
