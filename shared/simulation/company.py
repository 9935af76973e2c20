"""A simulated company, customer by customer: the truth and all events of each, in the order of time. Pure.

The same world gives the same bytes, whatever the number of customers.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from shared.simulation.caring import Cared, cared
from shared.simulation.incidents import ABSENT_DAYS, incidents
from shared.simulation.orders import Happening, order, orders
from shared.simulation.person import Person, person, strand
from shared.simulation.world import Care, World

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
    bought = orders(world, who)
    events = numbered(world, who, [*_by_rhythm(who, bought, world), *incidents(world, who)])
    care = _care(world, who)
    for each in care:
        found = cared(world, who, each)
        events += after_care(world, who, found)
        bought += [] if found.brought_on is None else [found.brought_on]
    if care:
        events.sort(key=lambda event: event[0])
    truth = {**who.truth(), "orders": len(bought), "care_given": len(care)}
    return Life(who, truth, tuple((int(day), line) for day, line in events))


def after_care(world: World, who: Person, found: Cared) -> list[tuple[float, bytes]]:
    """The events of one care, with the day of each."""
    return numbered(world, who, found.happened, f"{found.care.rule or 'care'}-{found.care.second}-")


def numbered(
    world: World, who: Person, happened: Iterable[Happening], series: str = ""
) -> list[tuple[float, bytes]]:
    """What happened within the simulation, as lines in the order of time, numbered within their *series*."""
    within = sorted((each for each in happened if 0 <= each[0] < world.days), key=lambda each: each[:2])
    return [
        (each[0], _line(world, who, f"{who.id}-{series}{count:05d}", each))
        for count, each in enumerate(within, start=1)
    ]


def _by_rhythm(who: Person, days: Iterable[float], world: World) -> Iterator[Happening]:
    draw = strand(world, who.number, "orders")
    for count, day in enumerate(days, start=1):
        yield from order(who, draw, f"{who.id}-{count}", day)


def _care(world: World, who: Person) -> list[Care]:
    """The care given: what others decided, else the cycle from a day of the own."""
    if world.care_on is not None:
        return sorted(world.care_on(who.id), key=lambda care: care.day)
    draw = strand(world, who.number, "care days")
    until = min(float(world.days), who.leaves_on + ABSENT_DAYS)
    day = who.joins_on + draw.uniform(10, 10 + world.care_every)
    given = []
    consents = who.file.get("contact_consent", False)
    while day < until:
        hour = 0.3 + 0.4 * draw.random()
        if consents and world.care(who.id, int(day)):
            given.append(Care(int(day) + hour))
        day += world.care_every
    return given


def _line(world: World, who: Person, identity: str, happening: Happening) -> bytes:
    day, kind, data = happening
    event = {
        "id": identity,
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
