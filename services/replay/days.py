"""The order of a replay: by local day, file order within a day, and a marker for every day that passes.

Pure but for reading lines. The last day stays open, because more of it may come with the next file.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from services.replay.reading import Line
from shared.clock import to_rfc3339
from shared.contracts.limits import parsed_instant
from shared.contracts.topics import EventTypes

MARKER_SOURCE = "guanxi.replay"


@dataclass(frozen=True, slots=True)
class Dated:
    """A line and the ordinal of the local day it belongs to."""

    day: int
    line: Line


@dataclass(frozen=True, slots=True)
class Survey:
    """What a first reading found."""

    lines: int
    first_day: int
    last_day: int
    is_sorted: bool


def survey(lines: Iterable[Line], zone: ZoneInfo) -> Survey:
    """Read every line once for its day alone."""
    count, first, last, is_sorted, previous = 0, 0, 0, True, 0
    for dated in with_days(lines, zone):
        count += 1
        first = min(first, dated.day) if first else dated.day
        last = max(last, dated.day)
        is_sorted = is_sorted and dated.day >= previous
        previous = dated.day
    return Survey(count, first, last, is_sorted)


def in_order(read: Callable[[], Iterable[Line]], zone: ZoneInfo, *, is_sorted: bool) -> Iterable[Dated]:
    """Lines by local day; sorted files stream, others are sorted in memory, stably."""
    dated = with_days(read(), zone)
    return dated if is_sorted else sorted(dated, key=lambda entry: entry.day)


def with_days(lines: Iterable[Line], zone: ZoneInfo) -> Iterator[Dated]:
    """Each line with its local day; one whose time cannot be read stays with the line before it."""
    day = 0
    for line in lines:
        day = local_day(line.text, zone) or day
        yield Dated(day, line)


def local_day(text: bytes, zone: ZoneInfo) -> int | None:
    """The ordinal of the local date of a line's ``time``, or None when there is none to read."""
    try:
        return parsed_instant(orjson.loads(text)["time"]).astimezone(zone).toordinal()
    except (ValueError, KeyError, TypeError):
        return None


def days_to_close(days: Iterable[Dated], open_day: int | None) -> Iterator[tuple[list[int], Line]]:
    """Each line with the days that close before it.

    *open_day* is the first day that the services know of and have not closed (None: they know nothing):
    the days from there to the first line close too, so that two halves of a file replayed apart close
    the same days as the whole.
    """
    for dated in days:
        open_day = open_day or dated.day
        yield list(range(open_day, dated.day)), dated.line
        open_day = max(open_day, dated.day)


def marker(day: int, zone: ZoneInfo) -> dict[str, Any]:
    """The CloudEvent that closes local *day*; its time is the first instant after it."""
    closed = date.fromordinal(day)
    after = datetime.combine(closed + timedelta(days=1), time(0), tzinfo=zone)
    return {
        "specversion": "1.0",
        "id": f"day-closed/{closed.isoformat()}",
        "source": MARKER_SOURCE,
        "type": EventTypes.DAY_CLOSED,
        "time": to_rfc3339(after.astimezone(timezone.utc)),
        "datacontenttype": "application/json",
        "data": {"day": closed.isoformat()},
    }
