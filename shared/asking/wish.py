"""What somebody asks beside the name of a report, checked. Pure."""

import re
from dataclasses import dataclass
from datetime import date

from shared.asking.errors import MisaskedError
from shared.reports.circle import month_after
from shared.uplift.following import MEASURES

EVER = (1, date.max.toordinal())
_MONTH = re.compile(r"[12]\d{3}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Wish:
    """How a report is wanted; what it has no use for, it leaves alone. Days are ordinals, both included."""

    language: str = "en"
    month: str | None = None
    first: int = EVER[0]
    last: int = EVER[1]
    metric: str | None = None
    margin_percent: float | None = None
    days: int | None = None
    measure: str = "orders"
    by: str | None = None


def wish(
    *,
    language: str = "en",
    month: str | None = None,
    since: str | None = None,
    until: str | None = None,
    metric: str | None = None,
    margin: float | None = None,
    days: int | None = None,
    measure: str = "orders",
    by: str | None = None,
) -> Wish:
    """Check what was asked; raises MisaskedError."""
    first, last = _month_days(month) if month else EVER
    first = max(first, _day("since", since)) if since else first
    last = min(last, _day("until", until)) if until else last
    if first > last:
        raise MisaskedError("the period ends before it begins", "until")
    if margin is not None and not 0 <= margin <= 100:
        raise MisaskedError(f"expected a percentage from 0 to 100, found {margin:g}", "margin")
    if days is not None and days < 1:
        raise MisaskedError(f"expected a number of days from 1 on, found {days}", "days")
    if measure not in MEASURES:
        raise MisaskedError(f"expected one of {', '.join(MEASURES)}, found {measure!r}", "measure")
    return Wish(language, month, first, last, metric, margin, days, measure, by)


def _month_days(month: str) -> tuple[int, int]:
    if not _MONTH.fullmatch(month):
        raise MisaskedError(f"expected a month such as 2011-06, found {month!r}", "month")
    following = date.fromisoformat(f"{month_after(month)}-01").toordinal()
    return date.fromisoformat(f"{month}-01").toordinal(), following - 1


def _day(name: str, text: str) -> int:
    try:
        return date.fromisoformat(text).toordinal()
    except ValueError:
        raise MisaskedError(f"expected a date such as 2011-06-30, found {text!r}", name) from None
