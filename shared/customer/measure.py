"""Every metric of a customer on one local date, and when the next would change by itself.

Pure. A window of N days ending on *day* holds the dates day-N+1 … day, whatever order events came in.
The window before holds the N dates before those.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping

from shared.contracts.snapshot import Anchor
from shared.customer.derived import Reading
from shared.customer.measures import Measures, Prospect, Window
from shared.customer.state import CustomerState
from shared.customer.views import NO_DAYS, View
from shared.model.values import FactValue
from shared.quick_dataclass import dataclass

_NEVER = 1 << 60


@dataclass(frozen=True, slots=True)
class Measured:
    """Known metrics on one day.

    A fact that only counts days is in *anchors* instead of *facts*. *next_change* is the first later day
    on which any fact may differ, or an anchor may appear, move or vanish, with no new event.
    """

    facts: Mapping[str, FactValue]
    anchors: Mapping[str, Anchor]
    next_change: int | None


def measure(state: CustomerState, measures: Measures, day: int) -> Measured:
    """Return every metric of *state* as it stands on local date *day*."""
    views = measures.views_of(state).all()
    reading = Reading(day)
    soonest = _NEVER
    for prospect, view in zip(measures.prospects, views, strict=True):
        if view is NO_DAYS:
            if prospect.idle:  # most metrics of what never happened are unknown
                reading.facts.update(prospect.idle)
                reading.before.update(prospect.idle_before)
        else:
            soonest = min(soonest, _look(prospect, view, reading))
    if measures.shares:
        soonest = min(soonest, _shares(measures, views, reading))
    for step in measures.steps:
        step.add_to(reading)
    if reading.changes_daily:
        soonest = day + 1
    return Measured(reading.facts, reading.anchors, soonest if soonest < _NEVER else None)


def _look(prospect: Prospect, view: View, reading: Reading) -> int:
    """Read all windows of one view; return the next day on which one of them holds other days."""
    days = view.days
    hi = len(days)
    soonest = _NEVER
    if days[-1] > reading.day:  # measured in the past: later days come into view one by one
        hi = bisect_right(days, reading.day)
        soonest = days[hi]
    for window in prospect.windows:
        change = _read(window, view, hi, reading)
        soonest = min(soonest, change)
    return soonest


def _read(window: Window, view: View, hi: int, reading: Reading) -> int:
    """Read one window; return the day on which its first day leaves it (or leaves the one before)."""
    lo = 0
    soonest = _NEVER
    if window.days is not None:
        lo = bisect_left(view.days, reading.day - window.days + 1)
        if lo < hi:
            soonest = view.days[lo] + window.days
        if window.before:
            soonest = min(soonest, _read_before(window, window.days, view, lo, reading))
    facts = reading.facts
    for metric, read in window.reads:
        value = read(view, lo, hi)
        if value is not None:
            facts[metric] = value
    for metric, read in window.anchors:
        last_day = read(view, lo, hi)
        if last_day is not None:
            reading.anchors[metric] = Anchor(int(last_day))
    return soonest


def _read_before(window: Window, length: int, view: View, end: int, reading: Reading) -> int:
    start = bisect_left(view.days, reading.day - 2 * length + 1)
    for metric, read in window.before:
        value = read(view, start, end)
        if value is not None:
            reading.before[metric] = value
    return view.days[start] + 2 * length if start < end else _NEVER


def _shares(measures: Measures, views: list[View], reading: Reading) -> int:
    soonest = _NEVER
    for share in measures.shares:
        if views[share.asks] is NO_DAYS:
            continue
        value = share.on(views, reading.day)
        if value is not None:
            reading.facts[share.metric] = value
        soonest = min(soonest, share.next_change(views, reading.day, _NEVER))
        if share.before and share.window_days is not None:
            then = reading.day - share.window_days
            earlier = share.on(views, then)
            if earlier is not None:
                reading.before[share.metric] = earlier
            soonest = min(soonest, share.next_change(views, then, _NEVER) + share.window_days)
    return soonest
