"""One simulated customer: the hidden truth and the file that the company keeps. Pure.

Drawn from the seed and the customer's number alone: more customers do not change those before.
"""

from dataclasses import dataclass
from math import exp, log
from random import Random
from typing import Any

from shared.simulation.kinds import KINDS, Kind
from shared.simulation.world import World

REGIONS = ("north", "east", "south", "west", "abroad")
INDUSTRIES = ("retail", "catering", "crafts", "education", "health", "private")
CHANNELS = ("phone", "visit", "sms", "email", "online")
OWNERS = tuple(f"manager-{number:02d}" for number in range(1, 13))
KNOWN_BEFORE = 0.6  # share of customers whom the company knows on the first day
FADING_DAYS = 70.0  # the pace of who fades falls to a third in so many days


@dataclass(frozen=True, slots=True)
class Person:
    """The truth about one customer. Days count from the start; *leaves_on* may lie beyond the end."""

    number: int
    id: str
    kind: Kind
    joins_on: float
    leaves_on: float
    fades_from: float | None
    pace: float  # own pace against the type's
    size: float  # own size of orders against the type's
    care_effect: float
    bankrupt_on: float | None
    file: dict[str, Any]

    def pace_on(self, day: float) -> float:
        """How fast the customer buys on *day* because of fading; 1 is the own usual pace."""
        if self.fades_from is None or day < self.fades_from:
            return 1.0
        return max(0.02, exp(-log(3) * (day - self.fades_from) / FADING_DAYS))

    def truth(self) -> dict[str, Any]:
        """What a judge of policies wants to know, as JSON."""
        return {
            "customer_id": self.id,
            "kind": self.kind.name,
            "loyal": self.kind.loyal,
            "joins_on": round(self.joins_on, 2),
            "leaves_on": round(self.leaves_on, 2),
            "fades_from": None if self.fades_from is None else round(self.fades_from, 2),
            "bankrupt_on": None if self.bankrupt_on is None else round(self.bankrupt_on, 2),
            "care_effect": round(self.care_effect, 4),
            "usual_gap_days": round(self.kind.gap_days / self.pace, 2),
            "usual_amount": round(self.kind.amount * self.size, 2),
        }


def strand(world: World, number: int, name: str) -> Random:
    """The generator of one part of a customer's life: parts do not disturb each other.

    So the same customer with and without care can be compared.
    """
    return Random(f"{world.seed}/{number}/{name}")  # noqa: S311 - to be repeated is what it is for


def person(world: World, number: int) -> Person:
    """Draw customer *number*."""
    draw = strand(world, number, "person")
    kind = draw.choices(KINDS, weights=[each.share for each in KINDS])[0]
    joins_on = 0.0 if draw.random() < KNOWN_BEFORE else draw.uniform(0, world.days)
    leaves_on = joins_on + draw.expovariate(kind.leaves / 365)
    fades = draw.random() < kind.fades
    fades_from = draw.uniform(joins_on + 30, max(joins_on + 31, world.days)) if fades else None
    bankrupt = draw.random() < kind.credit_news / 8
    bankrupt_on = draw.uniform(joins_on + 60, joins_on + 60 + world.days) if bankrupt else None
    if bankrupt_on is not None:
        leaves_on = min(leaves_on, bankrupt_on + 5)
    return Person(
        number=number,
        id=f"c{number:07d}",
        kind=kind,
        joins_on=joins_on,
        leaves_on=leaves_on,
        fades_from=fades_from,
        pace=draw.lognormvariate(0, 0.25),
        size=draw.lognormvariate(0, 0.3),
        care_effect=min(1.0, kind.care_effect * world.care_effect * draw.uniform(0.7, 1.3)),
        bankrupt_on=bankrupt_on,
        file=_file(draw, kind, number, shrinking=fades and draw.random() < 0.15),
    )


def number_of(identity: str) -> int:
    """The number of the customer with that id."""
    return int(identity[1:])


def _file(draw: Random, kind: Kind, number: int, *, shrinking: bool) -> dict[str, Any]:
    """The customer's file; some fields are missing, as in every real one."""
    yearly = kind.amount * 365 / kind.gap_days
    fields: dict[str, tuple[float, Any]] = {
        "name": (0.98, f"Customer {number}"),
        "birthday": (0.6, f"{draw.randint(1, 12):02d}-{draw.randint(1, 28):02d}"),
        "phone": (0.85, f"+44 20 {draw.randint(0, 9_999):04d} {draw.randint(0, 9_999):04d}"),
        "email": (0.8, f"c{number}@example.com"),
        "contact_consent": (0.95, draw.random() < 0.9),
        "preferred_channel": (0.7, draw.choice(CHANNELS)),
        "owner": (0.97, draw.choice(OWNERS)),
        "region": (0.9, draw.choice(REGIONS)),
        "industry": (0.75, draw.choice(INDUSTRIES)),
        "credit_rating": (0.6, draw.choices(("good", "fair", "poor"), weights=_credit(kind))[0]),
        "total_business": (0.5, round(yearly * draw.uniform(1.2, 5.0), 2)),
        "business_trend": (0.5, "shrinking" if shrinking else draw.choice(("growing", "steady"))),
    }
    return {name: value for name, (known, value) in fields.items() if draw.random() < known}


def _credit(kind: Kind) -> tuple[float, float, float]:
    return (0.2, 0.4, 0.4) if kind.late > 0.3 else (0.7, 0.25, 0.05)
