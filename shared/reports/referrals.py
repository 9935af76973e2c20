"""The referral programme as a funnel: chosen, asked, recommended, converted; and what it brought.

Pure. A customer stands in a step when they also stood in the one before, and not earlier: who recommends of
their own accord is counted beside the funnel, not in it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

CHOSEN, ASKED, RECOMMENDED, CONVERTED = "chosen", "asked", "recommended", "converted"


@dataclass(frozen=True, slots=True)
class Step:
    """How many customers came so far, and which share of the step before and of the first."""

    step: str
    customers: int
    of_before_percent: float
    of_chosen_percent: float


@dataclass(frozen=True, slots=True)
class Recommender:
    """One customer who recommended us: how often, how many came of it, and what those first bought."""

    customer: str
    was_asked: bool
    recommendations: int
    converted: int
    value: float


@dataclass(frozen=True, slots=True)
class Referrals:
    """The funnel of who was chosen in the period, and everybody who recommended us in it."""

    steps: tuple[Step, ...]
    recommenders: tuple[Recommender, ...]
    value: float
    value_when_asked: float


@dataclass(frozen=True, slots=True)
class Programme:
    """Of each customer the days of being chosen, asked and recommending; conversions with their value."""

    chosen: Mapping[str, Sequence[int]] = field(default_factory=dict)
    asked: Mapping[str, Sequence[int]] = field(default_factory=dict)
    recommended: Mapping[str, Sequence[int]] = field(default_factory=dict)
    converted: Mapping[str, Sequence[tuple[int, float]]] = field(default_factory=dict)


def referrals(found: Programme, first: int, last: int) -> Referrals:
    """Follow who was chosen from *first* to *last* (days, both included) through the steps."""
    converted = {customer: [day for day, _ in each] for customer, each in found.converted.items()}
    at = _since(found.chosen, dict.fromkeys(found.chosen, first), last)
    counts = [(CHOSEN, len(at))]
    for step, days in ((ASKED, found.asked), (RECOMMENDED, found.recommended), (CONVERTED, converted)):
        at = _since(days, at, last)
        counts.append((step, len(at)))
    recommenders = _recommenders(found, first, last)
    return Referrals(
        tuple(_steps(counts)),
        tuple(recommenders),
        sum(each.value for each in recommenders),
        sum(each.value for each in recommenders if each.was_asked),
    )


def _since(days: Mapping[str, Sequence[int]], before: Mapping[str, int], last: int) -> dict[str, int]:
    """Of everybody in the step *before* the first day of this one, no earlier than that."""
    found: dict[str, int] = {}
    for customer, since in before.items():
        fitting = [day for day in days.get(customer, ()) if since <= day <= last]
        if fitting:
            found[customer] = min(fitting)
    return found


def _steps(counts: Sequence[tuple[str, int]]) -> Iterable[Step]:
    chosen = before = counts[0][1]
    for step, count in counts:
        yield Step(step, count, _percent(count, before), _percent(count, chosen))
        before = count


def _recommenders(found: Programme, first: int, last: int) -> list[Recommender]:
    recommenders: list[Recommender] = []
    for customer in found.recommended.keys() | found.converted.keys():
        days = [day for day in found.recommended.get(customer, ()) if first <= day <= last]
        values = [value for day, value in found.converted.get(customer, ()) if first <= day <= last]
        if days or values:
            until = max(days, default=last)
            asked = any(day <= until for day in found.asked.get(customer, ()))
            recommenders.append(Recommender(customer, asked, len(days), len(values), sum(values)))
    return sorted(recommenders, key=lambda each: (-each.value, -each.recommendations, each.customer))


def _percent(count: int, of: int) -> float:
    return round(100 * count / of, 1) if of else 0.0
