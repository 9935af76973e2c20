"""Event times as sortable stamps and as local days of the policy's timezone.

Pure: the timezone database is data; nothing here knows what time it is.
"""

from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from shared.clock import from_rfc3339, to_rfc3339

_SECOND = timedelta(seconds=1)


def stamp(instant: str) -> str:
    """Return *instant* without its ``Z`` and idle zeros, so that stamps sort as their instants do.

    As plain text ``00Z`` would sort after ``00.5Z``.
    """
    if not instant.endswith("Z"):
        instant = to_rfc3339(from_rfc3339(instant))
    bare = instant[:-1]
    return bare.rstrip("0").rstrip(".") if "." in bare else bare


def later(one: str, other: str) -> str:
    """Return the later of two RFC 3339 instants; an empty text is before all."""
    if not one or not other:
        return one or other
    return other if stamp(other) > stamp(one) else one


class LocalTime:
    """Which local date an instant falls on; a local day may have 23 or 25 hours."""

    def __init__(self, timezone: str) -> None:
        self.timezone = timezone
        self._zone = ZoneInfo(timezone)
        self._day_of_hour = lru_cache(maxsize=4_096)(self._day_throughout)
        self.end_of = lru_cache(maxsize=4_096)(self._end_of)
        """``end_of(day)``: the last whole second of local date *day*, RFC 3339 in UTC."""

    def day_of(self, instant: str) -> int:
        """Return the ordinal of the local date of an RFC 3339 *instant*."""
        if not instant.endswith("Z"):
            instant = to_rfc3339(from_rfc3339(instant))
        return self._day_of_hour(instant[:13]) or self._local(instant[:19]).toordinal()

    def _day_throughout(self, hour: str) -> int | None:
        """The local date of all of an *hour* in UTC; None when midnight or a change of offset lies within."""
        first, last = self._local(f"{hour}:00:00"), self._local(f"{hour}:59:59")
        whole = first.date() == last.date() and first.utcoffset() == last.utcoffset()
        return first.toordinal() if whole else None

    def _local(self, second: str) -> datetime:
        return datetime.fromisoformat(second).replace(tzinfo=timezone.utc).astimezone(self._zone)

    def _end_of(self, day: int) -> str:
        midnight = datetime.combine(date.fromordinal(day + 1), time(), tzinfo=self._zone)
        return to_rfc3339(midnight.astimezone(timezone.utc) - _SECOND)
