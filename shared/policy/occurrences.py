"""When a date comes round: days to its next occurrence, since its last one, and when that matters next.

Pure calendar arithmetic on ordinals of local dates. What a rule makes of the distance is not known here.
"""

from bisect import bisect_left, bisect_right
from calendar import isleap
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import MAXYEAR, date
from functools import lru_cache
from itertools import accumulate

from shared.model.catalogue import Period
from shared.model.conditions import Side
from shared.model.values import Kind

NEVER = 10_000_000
"""Days to an occurrence that does not exist: further than any calendar reaches, and yet a number, so that
"not again" is false rather than unknown."""


@dataclass(frozen=True, slots=True)
class Occurrences:
    """The spans of days (first, last) on which something occurs, in order of their first day."""

    spans: tuple[tuple[int, int], ...]
    first_days: tuple[int, ...]
    last_days: tuple[int, ...]  # in order of their own
    latest_ends: tuple[int, ...]  # the latest last day among the spans up to each

    def until(self, day: int) -> int:
        """Return the days from *day* to the first day of the next span, 0 on that day."""
        at = bisect_left(self.first_days, day)
        return self.first_days[at] - day if at < len(self.first_days) else NEVER

    def since(self, day: int) -> int:
        """Return the days from the last day of the span that ended last, 0 on that day."""
        at = bisect_right(self.last_days, day)
        return day - self.last_days[at - 1] if at else NEVER

    def near(self, day: int) -> int:
        """Return the days to the nearest span on either side, 0 inside one."""
        at = bisect_right(self.first_days, day)
        behind = max(0, day - self.latest_ends[at - 1]) if at else NEVER
        return min(behind, self.until(day))

    def turn(self, side: Side, within: int, day: int) -> int | None:
        """Return the first day after *day* on which ``distance <= within`` may turn, or None."""
        return next_of(self.turns(side, within), day)

    def turns(self, side: Side, within: int) -> tuple[int, ...]:
        """Return every day on which ``distance <= within`` may turn, in order."""
        return tuple(sorted(turn for span in self.spans for turn in _turns(span, side, within)))

    def distance(self, side: Side) -> Callable[[int], int]:
        """Return the measure that belongs to *side*."""
        return {Side.BEFORE: self.until, Side.AFTER: self.since, Side.AROUND: self.near}[side]


def next_of(days: tuple[int, ...], day: int) -> int | None:
    """Return the first of *days*, which are in order, after *day*."""
    at = bisect_right(days, day)
    return days[at] if at < len(days) else None


def _turns(span: tuple[int, int], side: Side, within: int) -> tuple[int, int]:
    first, last = span
    if side is Side.BEFORE:
        return first - within, first + 1
    if side is Side.AFTER:
        return last, last + within + 1
    return first - within, last + within + 1


def of_spans(spans: Iterable[tuple[int, int]]) -> Occurrences:
    """Order *spans* of (first, last) day."""
    ordered = tuple(sorted(spans))
    ends = [last for _, last in ordered]
    firsts = tuple(first for first, _ in ordered)
    return Occurrences(ordered, firsts, tuple(sorted(ends)), tuple(accumulate(ends, max)))


def of_periods(periods: Iterable[Period], entry: str | None = None) -> Occurrences:
    """Return a calendar's occurrences, only those named *entry* if given."""
    return of_spans((p.first_day, p.last_day) for p in periods if entry is None or p.name == entry)


@lru_cache(maxsize=65536)
def of_value(kind: Kind, value: str, year: int) -> Occurrences | None:
    """Return when a DATE or MONTH_DAY *value* occurs in the years around *year*; None if it is not a date."""
    if kind is Kind.DATE:
        day = day_of(value)
        return None if day is None else of_spans([(day, day)])
    parts = _month_day(value)
    if parts is None:
        return None
    years = range(max(1, year - 1), min(MAXYEAR, year + 2) + 1)
    return of_spans((on, on) for on in (_in_year(*parts, each) for each in years))


def is_date(kind: Kind, value: str) -> bool:
    """Tell whether *value* is a date of *kind* (DATE ``2010-12-24``, MONTH_DAY ``12-24``)."""
    return (day_of(value) if kind is Kind.DATE else _month_day(value)) is not None


@lru_cache(maxsize=65536)
def day_of(value: str) -> int | None:
    """Return the ordinal of an ISO date, None if it is not one."""
    if len(value) != 10:
        return None
    try:
        return date.fromisoformat(value).toordinal()
    except ValueError:
        return None


@lru_cache(maxsize=1024)
def _month_day(value: str) -> tuple[int, int] | None:
    if len(value) != 5 or day_of(f"2000-{value}") is None:
        return None
    return int(value[:2]), int(value[3:])


def _in_year(month: int, day: int, year: int) -> int:
    """29 February is kept on the 28th in years without one."""
    if (month, day) == (2, 29) and not isleap(year):
        day = 28
    return date(year, month, day).toordinal()
