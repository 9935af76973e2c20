"""Buckets made ready for windows: days in order with running sums, seen through a calendar if need be.

Pure. A view is made once per series and calendar and lives until an event touches the series.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from shared.customer.series import COUNTS, DAYS, FIRST_COLUMN, Bucketing, Column, Columns


@dataclass(slots=True, eq=False)
class View:
    """Active days of a series, ascending; slices ``lo:hi`` of it are windows.

    ``counts[hi] - counts[lo]`` events lie in a window, ``totals`` likewise; *columns* are the buckets
    themselves, by position.
    """

    days: list[int]
    counts: list[int]
    totals: list[int]
    columns: Columns


NO_DAYS = View([], [0], [0], [[] for _ in range(FIRST_COLUMN + len(Column))])


@dataclass(frozen=True, slots=True)
class Sight:
    """Which buckets a view shows: of one series, on all days or only on *days* of a calendar."""

    series: int
    bucketing: Bucketing
    days: frozenset[int] | None

    def of(self, buckets: Columns) -> View:
        """Return the view of *buckets*."""
        shown = self._filtered(buckets, self.days) if buckets and self.days is not None else buckets
        if not shown or not shown[DAYS]:
            return NO_DAYS
        counts = list(accumulate(shown[COUNTS], initial=0))
        totals: list[int] = []
        if self.bucketing.columns[:1] == (Column.TOTAL,):
            totals = list(accumulate(shown[FIRST_COLUMN], initial=0))
        return View(shown[DAYS], counts, totals, shown)

    def _filtered(self, buckets: Columns, days: frozenset[int]) -> Columns:
        kept = [at for at, day in enumerate(buckets[DAYS]) if day in days]
        return [[cells[at] for at in kept] for cells in buckets]


class Views:
    """The views of one state under one compiled catalogue, each made when first asked for."""

    __slots__ = ("_made", "_series", "sights")

    def __init__(self, sights: Sequence[Sight], series: list[Columns]) -> None:
        self.sights = sights
        self._series = series
        self._made: list[View | None] = [None] * len(sights)

    def all(self) -> list[View]:
        """Return every view, in the order of the sights."""
        made: list[Any] = self._made
        if None in made:
            for at, sight in enumerate(self.sights):
                if made[at] is None:
                    buckets = self._series[sight.series]
                    made[at] = sight.of(buckets) if buckets else NO_DAYS
        return made

    def forget(self, touched: Sequence[int]) -> None:
        """Drop the views of the *touched* series."""
        for at, sight in enumerate(self.sights):
            if sight.series in touched:
                self._made[at] = None
