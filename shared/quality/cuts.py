"""On which days a policy is put to the test: month ends, if nobody names others. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Cuts:
    """The days whose window is observed to its end, and how many were left out because theirs is not."""

    days: tuple[int, ...]
    left_out: int


def cuts(named: Sequence[int], first_day: int, last_day: int, window: int) -> Cuts:
    """Take the *named* days, or every month end with a *window* of history before it."""
    wanted = sorted(set(named)) or list(_month_ends(first_day + window - 1, last_day))
    whole = tuple(day for day in wanted if first_day <= day <= last_day - window)
    return Cuts(whole, len(wanted) - len(whole))


def _month_ends(first_day: int, last_day: int) -> list[int]:
    ends: list[int] = []
    day = date.fromordinal(first_day)
    while True:
        end = (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        if end.toordinal() > last_day:
            return ends
        ends.append(end.toordinal())
        day = end + timedelta(days=1)
