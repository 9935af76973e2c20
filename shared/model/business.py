"""Business days: which days count as working days, and which day a term of so many days ends on.

Pure. Days are ordinals of local dates; calendars have been resolved to closed stretches by the checker.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

MONDAY_TO_FRIDAY = (0, 1, 2, 3, 4)

Stretch = tuple[int, int]
"""First and last day, both included."""


@dataclass(frozen=True, slots=True)
class Term:
    """So many days, counted by the calendar, or by *business* days alone."""

    days: int
    business: bool = False


def term_of(fields: Mapping[str, Any]) -> Term:
    """How long a task may take, by the fields of its action."""
    return Term(int(fields.get("due_days") or 0), bool(fields.get("due_business")))


@dataclass(frozen=True, slots=True)
class BusinessWeek:
    """*weekdays* worked, Monday is 0; never none. *closed*: see `merged`."""

    weekdays: tuple[int, ...] = MONDAY_TO_FRIDAY
    closed: tuple[Stretch, ...] = ()

    def is_open(self, day: int) -> bool:
        """Whether *day* is a business day."""
        return weekday(day) in self.weekdays and self._closed_until(day) is None

    def end_of(self, day: int, term: Term) -> int:
        """The day on which *term*, counted from *day*, ends.

        No business days from a day that is none end on the next that is one.
        """
        if not term.business:
            return day + term.days
        end = self._open_from(day if term.days == 0 else day + 1)
        for _ in range(term.days - 1):
            end = self._open_from(end + 1)
        return end

    def _open_from(self, day: int) -> int:
        """The first business day from *day* on. There is one, because closed stretches end."""
        while not self.is_open(day):
            day = (self._closed_until(day) or day) + 1
        return day

    def _closed_until(self, day: int) -> int | None:
        at = bisect_right(self.closed, day, key=_first) - 1
        if at < 0 or self.closed[at][1] < day:
            return None
        return self.closed[at][1]


def weekday(day: int) -> int:
    """The day of the week of *day*, Monday is 0."""
    return (day - 1) % 7  # day 1 is 1 January of year 1, a Monday


def merged(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """The same days as *stretches*, in order, none touching the next."""
    found: list[Stretch] = []
    for first, last in sorted(stretches):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def _first(stretch: Stretch) -> int:
    return stretch[0]
