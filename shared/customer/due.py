"""When a customer must be measured again although nothing happens.

Pure. Day counts do not make a customer due, rules reads their anchors for any day; but a trait built
on one does when the count reaches a band's floor.
"""

from bisect import bisect_right
from collections.abc import Mapping
from math import ceil

from shared.contracts.snapshot import Anchor
from shared.customer.file import FileStanding
from shared.customer.measure import Measured
from shared.customer.state import HandRating
from shared.customer.traits import TraitModel


def next_due(
    measured: Measured,
    file: FileStanding,
    assessments: Mapping[str, HandRating],
    model: TraitModel,
    day: int,
) -> int | None:
    """Return the first day after *day* on which a fact scoring sends may change without an event.

    That is the soonest of: a metric changing, a field of the file going stale, a day count reaching the
    floor of a band, a hand rating beginning to count or going stale.
    """
    days = _rating_days(assessments, model, day) if assessments else []
    if measured.next_change is not None:
        days.append(measured.next_change)
    if file.next_change is not None:
        days.append(file.next_change)
    for metric, anchor in measured.anchors.items():
        floors = model.floors.get(metric)
        if floors:
            at = bisect_right(floors, anchor.at(day))
            if at < len(floors):
                days.append(_reaches(anchor, floors[at]))
    return min(days, default=None)


def _reaches(anchor: Anchor, floor: float) -> int:
    """The first day on which the count is at least *floor*. It grows, but is rounded: hence the steps."""
    day = anchor.day + ceil(floor * anchor.divisor / anchor.factor)
    while anchor.at(day) < floor:
        day += 1
    while anchor.at(day - 1) >= floor:
        day -= 1
    return day


def _rating_days(assessments: Mapping[str, HandRating], model: TraitModel, day: int) -> list[int]:
    """The later days on which hand ratings begin or cease to count."""
    days = []
    for trait in model.traits:
        rating = assessments.get(trait.id)
        if rating and trait.rating_weight:
            days += [rating.day, rating.day + trait.rating_stale_days + 1]
    return [change for change in days if change > day]
