"""A simulated company, customer by customer: the truth and all events of each, in the order of time. Pure.

The same world gives the same bytes, whatever the number of customers.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from shared.simulation.incidents import ABSENT_DAYS, incidents
from shared.simulation.orders import Happening, order, orders
from shared.simulation.person import Person, person, strand
from shared.simulation.world import World

SOURCE = "simulation"


@dataclass(frozen=True, slots=True)
class Life:
    """One customer: the hidden truth, and the events as lines of JSON with the day of each."""

    person: Person
    truth: dict[str, Any]
    events: tuple[tuple[int, bytes], ...]


def live(world: World, number: int) -> Life:
    """Simulate customer *number* from joining to the end of the simulation."""
    who = person(world, number)
    care = _care(world, who)
    bought = orders(world, who, care)
    happened: list[Happening] = list(incidents(world, who, care))
    draw = strand(world, number, "orders")
    for count, day in enumerate(bought, start=1):
        happened += order(world, who, draw, count, day)
    happened = [each for each in happened if 0 <= each[0] < world.days]
    happened.sort(key=lambda each: (each[0], each[1]))
    lines = tuple((int(each[0]), _line(world, who, count, each)) for count, each in enumerate(happened, 1))
    truth = {**who.truth(), "orders": len(bought), "care_given": len(care)}
    return Life(who, truth, lines)


def _care(world: World, who: Person) -> list[float]:
    """The days on which care is given: what others decided, else the cycle from a day of the own."""
    if world.care_on is not None:
        return sorted(world.care_on(who.id))
    draw = strand(world, who.number, "care days")
    until = min(float(world.days), who.leaves_on + ABSENT_DAYS)
    day = who.joins_on + draw.uniform(10, 10 + world.care_every)
    given = []
    consents = who.file.get("contact_consent", False)
    while day < until:
        hour = 0.3 + 0.4 * draw.random()
        if consents and world.care(who.id, int(day)):
            given.append(int(day) + hour)
        day += world.care_every
    return given


def _line(world: World, who: Person, number: int, happening: Happening) -> bytes:
    day, kind, data = happening
    event = {
        "id": f"{who.id}-{number:05d}",
        "source": SOURCE,
        "type": kind,
        "customer_id": who.id,
        "time": world.instant(day),
        "data": data,
    }
    return orjson.dumps(event, option=orjson.OPT_APPEND_NEWLINE)


def lives(world: World, customers: int) -> Iterator[Life]:
    """Every customer in turn."""
    for number in range(1, customers + 1):
        yield live(world, number)
