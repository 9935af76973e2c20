"""Each aggregate as a formula over a window of active days.

Pure. ``read(view, lo, hi)`` condenses the days ``view.days[lo:hi]`` to a value, or None when the metric
is unknown there. Absent is not zero: a mean of nothing is unknown, a count of nothing is 0 unless
``at_least`` asks for more.
"""

from collections.abc import Callable, Mapping
from operator import sub
from typing import Any

from shared.customer.pace import pace_inside
from shared.customer.rounding import Rounding, rounding_for
from shared.customer.series import MICRO, Bucketing, Column
from shared.customer.views import View
from shared.model.catalogue import Aggregate, MetricDef
from shared.model.values import Value

Read = Callable[[View, int, int], Any]

NEEDS: Mapping[Aggregate, Column] = {
    Aggregate.SUM: Column.TOTAL,
    Aggregate.MEAN: Column.TOTAL,
    Aggregate.MIN: Column.LOW,
    Aggregate.MAX: Column.HIGH,
    Aggregate.LAST: Column.LATEST,
    Aggregate.DISTINCT: Column.VALUES,
    Aggregate.ANSWERED_SHARE: Column.FIRST_STAMP,
    Aggregate.PACE_INSIDE: Column.TOTAL,
}
"""The column that an aggregate needs of its series; the others live on days and counts alone."""


def compile_read(metric: MetricDef, bucketing: Bucketing, calendar: frozenset[int]) -> Read:
    """Return *metric*'s formula. With fewer than ``at_least`` events in the window it is unknown.

    *calendar* holds the days that a pace is measured inside and outside of.
    """
    if metric.aggregate is Aggregate.USUAL_GAP_DAYS:
        return _usual_gap(max(2, metric.at_least))
    if metric.aggregate is Aggregate.PACE_INSIDE:
        read: Read = pace_inside(calendar)
    else:
        read = _FORMULAS[metric.aggregate](bucketing, rounding_for(metric.kind))
    return _with_evidence(read, metric.at_least) if metric.at_least else read


def _with_evidence(read: Read, at_least: int) -> Read:
    def with_evidence(view: View, lo: int, hi: int) -> Value | None:
        return read(view, lo, hi) if view.counts[hi] - view.counts[lo] >= at_least else None

    return with_evidence


def _count(_: Bucketing, __: Rounding) -> Read:
    """Events in the window; 0 when there are none."""
    return lambda view, lo, hi: view.counts[hi] - view.counts[lo]


def _sum(bucketing: Bucketing, _: Rounding) -> Read:
    """Sum of the signed field; 0 when there are none. Exact: whole units, or millionths for decimals."""
    if bucketing.scale == 1:
        return lambda view, lo, hi: view.totals[hi] - view.totals[lo]
    return lambda view, lo, hi: (view.totals[hi] - view.totals[lo]) / MICRO


def _mean(bucketing: Bucketing, rounded: Rounding) -> Read:
    """Sum / events that have the field; unknown without any."""
    scale = bucketing.scale

    def mean(view: View, lo: int, hi: int) -> Value | None:
        events = view.counts[hi] - view.counts[lo]
        return rounded(view.totals[hi] - view.totals[lo], scale * events) if events else None

    return mean


def _low(bucketing: Bucketing, _: Rounding) -> Read:
    """Smallest signed value; unknown without any."""
    at = bucketing.position(Column.LOW)
    return lambda view, lo, hi: min(view.columns[at][lo:hi]) if lo < hi else None


def _high(bucketing: Bucketing, _: Rounding) -> Read:
    """Largest signed value; unknown without any."""
    at = bucketing.position(Column.HIGH)
    return lambda view, lo, hi: max(view.columns[at][lo:hi]) if lo < hi else None


def _latest(bucketing: Bucketing, _: Rounding) -> Read:
    """Value of the latest event by (time, source, id); unknown without any."""
    at = bucketing.position(Column.LATEST)
    return lambda view, lo, hi: view.columns[at][hi - 1][3] if lo < hi else None


def _distinct(bucketing: Bucketing, _: Rounding) -> Read:
    """How many different values; 0 when there are none."""
    at = bucketing.position(Column.VALUES)
    return lambda view, lo, hi: len({value for values in view.columns[at][lo:hi] for value in values})


def _last_day(_: Bucketing, __: Rounding) -> Read:
    """Ordinal of the last active day: the anchor of a `days_since_last`."""
    return lambda view, lo, hi: view.days[hi - 1] if lo < hi else None


def _usual_gap(fewest_days: int) -> Read:
    """Median of the gaps between neighbouring active days in the window; halves stay (4.5 days)."""

    def usual_gap(view: View, lo: int, hi: int) -> Value | None:
        if hi - lo < fewest_days:
            return None
        gaps: list[int] = sorted(map(sub, view.days[lo + 1 : hi], view.days[lo : hi - 1]))
        middle, odd = divmod(len(gaps), 2)
        if odd:
            return gaps[middle]
        twice = gaps[middle - 1] + gaps[middle]
        return twice / 2 if twice % 2 else twice // 2

    return usual_gap


_FORMULAS: Mapping[Aggregate, Callable[[Bucketing, Rounding], Read]] = {
    Aggregate.COUNT: _count,
    Aggregate.SUM: _sum,
    Aggregate.MEAN: _mean,
    Aggregate.MIN: _low,
    Aggregate.MAX: _high,
    Aggregate.LAST: _latest,
    Aggregate.DISTINCT: _distinct,
    Aggregate.DAYS_SINCE_LAST: _last_day,
}
