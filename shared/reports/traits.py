"""How each trait and the score are spread over the customers, and how much of it rests on evidence.

Pure. Points without evidence are the neutral ones that the rule files declare: they are left out, because a
spread of assumptions says nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

QUINTILES = (0, 20, 40, 60, 80, 100)


@dataclass(frozen=True, slots=True)
class Rating:
    """A rating by hand, how many days ago, and after how many days it no longer counts."""

    days_ago: int
    stale_days: int

    @property
    def is_stale(self) -> bool:
        """Whether it no longer counts."""
        return self.days_ago > self.stale_days


@dataclass(frozen=True, slots=True)
class Measured:
    """One customer's points in one trait (or the score); *evident* says whether anything proves them."""

    points: float
    evident: bool
    rating: Rating | None = None


@dataclass(frozen=True, slots=True)
class Spread:
    """One trait, over those of whom there is evidence: least, four quintile bounds, most; else None."""

    name: str
    customers: int
    evident: int
    evident_percent: float
    mean: float | None
    quintiles: tuple[float, ...] | None
    rated: int
    stale: int


@dataclass(frozen=True, slots=True)
class Traits:
    """Every trait, the score last; and whose hand ratings are stale: customer, trait, days ago."""

    spreads: tuple[Spread, ...]
    stale: tuple[tuple[str, str, int], ...]


def traits(found: Mapping[str, Mapping[str, Measured]]) -> Traits:
    """Spread *found*: of each trait, by customer."""
    stale = [
        (customer, name, each.rating.days_ago)
        for name, measured in found.items()
        for customer, each in measured.items()
        if each.rating and each.rating.is_stale
    ]
    spreads = tuple(_spread(name, measured.values()) for name, measured in found.items())
    return Traits(spreads, tuple(sorted(stale, key=lambda each: (-each[2], each[0], each[1]))))


def _spread(name: str, measured: Iterable[Measured]) -> Spread:
    everybody = list(measured)
    points = sorted(each.points for each in everybody if each.evident)
    ratings = [each.rating for each in everybody if each.rating]
    return Spread(
        name=name,
        customers=len(everybody),
        evident=len(points),
        evident_percent=round(100 * len(points) / len(everybody), 1) if everybody else 0.0,
        mean=round(mean(points), 1) if points else None,
        quintiles=tuple(_at(points, percent) for percent in QUINTILES) if points else None,
        rated=len(ratings),
        stale=sum(1 for rating in ratings if rating.is_stale),
    )


def _at(ordered: Sequence[float], percent: int) -> float:
    """The value that *percent* of all do not exceed."""
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
