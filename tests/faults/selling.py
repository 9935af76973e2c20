"""Made-up sales to publish: always the same for a seed, each customer's in the order of their times.

Gaps of a year lie between some of them, so that customers fall silent, lose their tier and come back.
"""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from shared.clock import to_rfc3339

START = datetime(2010, 1, 4, 9, tzinfo=timezone.utc)
SOURCE = "shop"


@dataclass(frozen=True, slots=True)
class Sale:
    """One event as a publisher knows it; *pence* is what it is worth."""

    id: str
    customer: str
    type: str
    at: datetime
    pence: int
    source: str = SOURCE

    @property
    def body(self) -> dict[str, Any]:
        """What is sent over HTTP."""
        return {
            "id": self.id,
            "source": self.source,
            "type": self.type,
            "customer_id": self.customer,
            "time": to_rfc3339(self.at),
            "data": {"amount": self.pence / 100},
        }


def sales(events: int, customers: int, seed: int, gap_minutes: int = 9_000) -> list[Sale]:
    """*events* sales of *customers*, by time of day within each customer, interleaved at random.

    Two sales of one customer lie up to *gap_minutes* apart, one in a hundred 400 days. Very many sales need
    smaller gaps: ingest refuses what has not happened yet.
    """
    chance = random.Random(seed)
    clocks = dict.fromkeys((f"c{number}" for number in range(customers)), START)
    names = sorted(clocks)
    made = []
    for number in range(events):
        customer = chance.choice(names)
        silent = chance.random() < 0.01
        gap = timedelta(days=400) if silent else timedelta(minutes=chance.randrange(1, gap_minutes))
        clocks[customer] += gap
        kind = "return" if chance.random() < 0.1 else "purchase"
        made.append(Sale(f"s{number:07d}", customer, kind, clocks[customer], chance.randrange(100, 90_000)))
    return made
