"""What else happens with a simulated customer: trouble, word of mouth, surveys, news. Pure."""

from collections.abc import Iterator
from random import Random
from typing import Any

from shared.simulation.orders import Happening
from shared.simulation.person import CHANNELS, OWNERS, Person, strand
from shared.simulation.world import World

ABOUT = ("delivery", "quality", "invoice", "service")
SURVEY_DAYS, ACTIVITY_DAYS = 182, 121
REWORKED = 0.25  # requests to do the work again, for each complaint
ABSENT_DAYS = 200.0  # who left is still written to for so long


def incidents(world: World, who: Person) -> Iterator[Happening]:
    """Everything but orders and care."""
    draw = strand(world, who.number, "incidents")
    yield who.joins_on, "customer.updated", who.file
    end = min(float(world.days), who.leaves_on)
    yield from _trouble(who, draw, end)
    yield from _rework(who, strand(world, who.number, "rework"), end)
    yield from _word_of_mouth(who, draw, end)
    yield from _asked(world, who, draw)
    yield from _news(who, draw, end)


def _times(draw: Random, rate: float, start: float, end: float) -> Iterator[float]:
    """The days of a Poisson process of *rate* a year."""
    day = start
    while rate > 0:
        day += draw.expovariate(rate / 365)
        if day >= end:
            return
        yield day


def _trouble(who: Person, draw: Random, end: float) -> Iterator[Happening]:
    for day in _times(draw, who.kind.complaints, who.joins_on, end):
        severity = draw.choices(("low", "medium", "high"), weights=(5, 3, 1))[0]
        yield day, "complaint.raised", {"about": draw.choice(ABOUT), "severity": severity}
        if draw.random() < 0.85:
            yield day + draw.uniform(0.5, 10), "complaint.solved", {"satisfied": draw.random() < 0.8}
    for day in _times(draw, who.kind.objects, who.joins_on, end):
        yield day, "price.objected", {"competitor_price": round(who.kind.amount * draw.uniform(0.7, 0.95), 2)}


def _rework(who: Person, draw: Random, end: float) -> Iterator[Happening]:
    for day in _times(draw, who.kind.complaints * REWORKED, who.joins_on, end):
        yield (
            day,
            "rework.requested",
            {"reason": draw.choice(("not as agreed", "does not fit", "another colour"))},
        )


def _word_of_mouth(who: Person, draw: Random, end: float) -> Iterator[Happening]:
    kind = who.kind
    for day in _times(draw, kind.referrals, who.joins_on + 30, end):
        yield day, "referral.made", {"to": f"friend of {who.id}"}
        if draw.random() < kind.converted:
            first = round(kind.amount * draw.uniform(0.5, 1.5), 2)
            yield day + draw.uniform(5, 60), "referral.converted", {"amount": first}
    for day in _times(draw, kind.suggestions, who.joins_on, end):
        yield day, "suggestion.made", {"about": draw.choice(("assortment", "website", "packing", "delivery"))}
    stars = 5 if who.kind.loyal else 3
    for day in _times(draw, kind.reviews, who.joins_on, end):
        yield day, "review.posted", {"stars": max(1, min(5, stars + draw.choice((-1, 0, 0, 1))))}
    for day in _times(draw, kind.topics, who.joins_on, end):
        yield day, "topic.joined", {"topic": draw.choice(("new ideas", "how others use it", "ask us"))}


def _asked(world: World, who: Person, draw: Random) -> Iterator[Happening]:
    """Surveys and invitations go to everybody on the same days."""
    until = min(float(world.days), who.leaves_on + ABSENT_DAYS)
    for first in range(45, world.days, SURVEY_DAYS):
        day = first + 0.4
        if who.joins_on < day < until:
            yield day, "survey.asked", {}
            if day < who.leaves_on and draw.random() < who.kind.surveys:
                liked = max(0, min(10, round(draw.gauss(8.5 if who.kind.loyal else 6.5, 1.2))))
                yield day + draw.uniform(0.1, 12), "survey.answered", {"satisfaction": liked}
    for number, first in enumerate(range(100, world.days, ACTIVITY_DAYS), start=1):
        day, data = first + 0.4, {"activity": f"open day {number}"}
        if who.joins_on < day < until:
            yield day, "activity.invited", data
            if day < who.leaves_on and draw.random() < who.kind.activities:
                yield first + 21.6, "activity.joined", data


def _news(who: Person, draw: Random, end: float) -> Iterator[Happening]:
    for day in _times(draw, who.kind.credit_news, who.joins_on, end):
        bad = draw.choices(("downgrade", "lawsuit", "upgrade", "other"), weights=(4, 1, 2, 2))[0]
        yield day, "credit.news", {"kind": bad, "source": "gazette"}
    if who.bankrupt_on is not None:
        yield who.bankrupt_on, "credit.news", {"kind": "bankruptcy", "source": "court register"}
    for day in _times(draw, 0.4, who.joins_on, end):
        yield day, "customer.updated", _change(who, draw)


def _change(who: Person, draw: Random) -> dict[str, Any]:
    name = draw.choice(("owner", "phone", "preferred_channel", "business_trend"))
    if name == "owner":
        return {"owner": draw.choice(OWNERS)}
    if name == "phone":
        return {"phone": f"+44 20 {draw.randint(0, 9_999):04d} {draw.randint(0, 9_999):04d}"}
    if name == "preferred_channel":
        return {"preferred_channel": draw.choice(CHANNELS)}
    shrinks = who.file.get("business_trend") == "shrinking"
    return {"business_trend": "shrinking" if shrinks else draw.choice(("growing", "steady"))}
