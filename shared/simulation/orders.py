"""When and what a simulated customer buys, and what follows from an order: quote, return, payment. Pure."""

from collections.abc import Iterator
from random import Random
from typing import Any

from shared.simulation.person import Person, strand
from shared.simulation.world import World

Happening = tuple[float, str, dict[str, Any]]
"""Day with its fraction, event type, data."""

TERMS_DAYS = 30.0


def orders(world: World, who: Person) -> list[float]:
    """The days on which the customer buys by the own rhythm, whatever care is given."""
    end = min(float(world.days), who.leaves_on)
    return list(_rhythm(world, who, strand(world, who.number, "rhythm"), end))


def _rhythm(world: World, who: Person, draw: Random, end: float) -> Iterator[float]:
    gap, shape = who.kind.gap_days / who.pace, who.kind.regularity
    day = who.joins_on + draw.random() * (gap if who.joins_on == 0 else 1.0)
    while day < end:
        yield day
        waited = draw.gammavariate(shape, gap / shape)
        day = _later(world, who, day, waited)


def _later(world: World, who: Person, day: float, wait: float) -> float:
    """The day on which *wait* days of the usual pace have passed, at the paces of the days between."""
    seasons, promotions, end = world.seasons, world.promotions, world.days
    promo_pace, fades_from = who.kind.promo_pace, who.fades_from
    while wait > 0 and day < end:
        today = int(day)
        pace = seasons[today]
        if fades_from is not None and day >= fades_from:
            pace *= who.pace_on(day)
        if today in promotions:
            pace *= promo_pace
        if pace >= wait:
            return day + wait / pace
        wait -= pace
        day += 1.0
    return day


def order(who: Person, draw: Random, invoice: str, day: float, earliest: float = 0.0) -> Iterator[Happening]:
    """One order with its return and payment after, and its quote before, but not before *earliest*."""
    kind = who.kind
    listed = round(kind.amount * who.size * draw.lognormvariate(0, kind.amount_spread), 2)
    data: dict[str, Any] = {"list_price": listed, "quantity": max(1, int(listed / draw.uniform(4, 20)))}
    if draw.random() < kind.quotes:
        yield from _quote(draw, kind.rounds, (earliest, day), listed, data)
    discounted = draw.random() < kind.discounted
    data["discount"] = round(min(60.0, draw.uniform(0.5, 1.5) * kind.discount), 1) if discounted else 0.0
    data["amount"] = round(listed * (1 - data["discount"] / 100), 2)
    yield day, "purchase", data
    if draw.random() < kind.returns:
        part = round(data["amount"] * draw.uniform(0.2, 1.0), 2)
        reason = draw.choice(("damaged", "wrong size", "not as described", "changed my mind"))
        yield day + draw.uniform(2, 21), "return", {"amount": part, "reason": reason}
    if draw.random() < kind.invoiced:
        yield from _payment(who, draw, invoice, day, data["amount"])


def _quote(
    draw: Random, rounds: float, between: tuple[float, float], listed: float, data: dict[str, Any]
) -> Iterator[Happening]:
    earliest, day = between
    data["rounds"] = max(1, round(draw.gammavariate(2.0, rounds / 2.0)))
    data["negotiation_hours"] = round(data["rounds"] * draw.uniform(1, 20), 1)
    asked, estimate = day - data["negotiation_hours"] / 24, round(listed * draw.uniform(0.9, 1.3), 2)
    if asked > earliest:
        yield asked, "quote.requested", {"amount": estimate}


def _payment(who: Person, draw: Random, invoice: str, day: float, amount: float) -> Iterator[Happening]:
    due = day + TERMS_DAYS
    yield due, "payment.due", {"amount": amount, "invoice": invoice}
    broke = who.bankrupt_on is not None and due > who.bankrupt_on - 60
    if not broke and draw.random() >= who.kind.late:
        yield due - draw.uniform(0, 15), "payment.received", {"amount": amount, "invoice": invoice}
        return
    paid_after = float("inf") if broke else draw.expovariate(1 / 25)
    for days in (7, 30, 60):
        if paid_after > days:
            yield due + days, "payment.overdue", {"amount": amount, "days": days, "invoice": invoice}
    if paid_after < 120:
        yield due + paid_after, "payment.received", {"amount": amount, "invoice": invoice}
