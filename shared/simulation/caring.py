"""What one care does to a simulated customer: the contact, its answer, the order it may bring. Pure.

Each care has a strand of its own. So what it does depends on nothing else that happens, changes nothing else,
and never reaches back before itself: a life may be told while the care of later days is not decided yet.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from shared.simulation.kinds import CARE_DAYS
from shared.simulation.orders import Happening, order
from shared.simulation.person import Person, strand
from shared.simulation.world import Care, World


@dataclass(frozen=True, slots=True)
class Cared:
    """One care, what followed, and when the order that it brought was placed, if it brought one."""

    care: Care
    happened: tuple[Happening, ...]
    brought_on: float | None


def cared(world: World, who: Person, care: Care) -> Cared:
    """Give *care* to the customer."""
    draw = strand(world, who.number, f"care {care.rule} {care.kind} {care.second}")
    moved, wait = draw.random() < who.care_effect, draw.uniform(0.5, CARE_DAYS)
    happened = list(_contact(who, draw, care))
    bought = care.day + wait
    if not moved or bought >= min(float(world.days), who.leaves_on):
        return Cared(care, tuple(happened), None)
    invoice = f"{who.id}-care-{care.second}"
    happened += order(who, draw, invoice, bought, care.day)
    return Cared(care, tuple(happened), bought)


def _contact(who: Person, draw: Random, care: Care) -> Iterator[Happening]:
    """Who answers does so within days; who has left does not."""
    cost, answers, wait = round(draw.uniform(2, 8), 2), draw.random(), draw.uniform(0.02, 6)
    channel = who.file.get("preferred_channel", "phone")
    if care.is_contact:
        yield care.day, "contact.made", {"channel": channel}
    yield care.day + 0.01, "care.given", {"kind": care.kind, "cost": cost}
    if care.is_contact and care.day < who.leaves_on and answers < who.kind.answers * who.pace_on(care.day):
        yield care.day + wait, "contact.answered", {"channel": channel}
