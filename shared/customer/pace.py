"""Whether a customer buys on while something goes on: the pace inside a calendar's periods against outside.

Pure. Only the time between the first and the last active day of a window tells: before it nothing is known of
the customer, and silence after it is no matter of these periods. The first day begins the count, so what it
brought is not counted: else everybody would seem to begin in a hurry. So the figure changes with events, or
when a day leaves the window, and never by mere passing of time.
"""

from bisect import bisect_right
from collections.abc import Callable

from shared.customer.rounding import percent
from shared.customer.views import View


def pace_inside(periods: frozenset[int]) -> Callable[[View, int, int], float | None]:
    """Return the formula: amount per day on the days of *periods* as percentage of that on other days.

    Unknown where there were no days of either kind, or nothing outside to compare with.
    """
    ordered = sorted(periods)

    def pace(view: View, lo: int, hi: int) -> float | None:
        if hi - lo < 2:
            return None
        days, totals = view.days, view.totals
        first, last = days[lo], days[hi - 1]
        days_inside = bisect_right(ordered, last) - bisect_right(ordered, first)
        days_outside = last - first - days_inside
        if not days_inside or not days_outside:
            return None
        inside = sum(totals[at + 1] - totals[at] for at in range(lo + 1, hi) if days[at] in periods)
        outside = totals[hi] - totals[lo + 1] - inside
        return percent(inside * days_outside, outside * days_inside) if outside > 0 else None

    return pace
