"""Which part of the customers brings which part of the value: measured, never assumed to be 80/20.

Pure, over values by customer. Who costs more than they bring counts with what they cost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from math import ceil

TOP_PERCENT, MOST_PERCENT = 20, 80
STEPS = (1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100)


@dataclass(frozen=True, slots=True)
class Point:
    """The best *percent* of customers (*customers* of them) bring *share_percent* of the value."""

    percent: int
    customers: int
    value: float
    share_percent: float


@dataclass(frozen=True, slots=True)
class Pareto:
    """The curve, and who stands at either end. Shares are 0 when there is no value at all.

    *percent_for_most*: the least share of customers, the best first, that brings 80 % of the value.
    """

    customers: int
    total: float
    curve: tuple[Point, ...]
    top: tuple[tuple[str, float], ...]
    losing: int
    lost: float
    percent_for_most: float | None = None

    @property
    def top_share_percent(self) -> float:
        """The share of the top 20 percent."""
        return next((point.share_percent for point in self.curve if point.percent == TOP_PERCENT), 0.0)


def pareto(values: Mapping[str, float], steps: Sequence[int] = STEPS, top: int = 10) -> Pareto:
    """Rank customers by value and add up; equal values rank by customer id."""
    ranked = sorted(values.items(), key=lambda entry: (-entry[1], entry[0]))
    sums = [0.0, *accumulate(value for _, value in ranked)]
    total = sums[-1]
    negative = [value for _, value in ranked if value < 0]
    return Pareto(
        customers=len(ranked),
        total=total,
        curve=tuple(_point(percent, sums) for percent in steps),
        top=tuple(ranked[:top]),
        losing=len(negative),
        lost=sum(negative),
        percent_for_most=_needed(sums),
    )


def _needed(sums: Sequence[float]) -> float | None:
    """How many percent of customers bring most of the value; None when there is none."""
    wanted = sums[-1] * MOST_PERCENT / 100
    if wanted <= 0:
        return None
    return round(100 * next(at for at, value in enumerate(sums) if value >= wanted) / (len(sums) - 1), 1)


def _point(percent: int, sums: Sequence[float]) -> Point:
    customers, total = len(sums) - 1, sums[-1]
    count = ceil(customers * percent / 100)
    share = round(100 * sums[count] / total, 1) if total > 0 else 0.0
    return Point(percent, count, sums[count], share)
