"""Event times as sortable stamps and as local days of the policy's timezone.

Pure: the timezone database is data; nothing here knows what time it is.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
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


@dataclass(frozen=True, slots=True)
class LocalTime:
    """Which local date an instant falls on; a local day may have 23 or 25 hours."""

    timezone: str
    _zone: ZoneInfo = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_zone", ZoneInfo(self.timezone))

    def day_of(self, instant: str) -> int:
        """Return the ordinal of the local date of an RFC 3339 *instant*."""
        if not instant.endswith("Z"):
            instant = to_rfc3339(from_rfc3339(instant))
        utc = datetime.fromisoformat(instant[:19]).replace(tzinfo=timezone.utc)
        return utc.astimezone(self._zone).toordinal()

    def end_of(self, day: int) -> str:
        """Return the last whole second of local date *day*, RFC 3339 in UTC."""
        midnight = datetime.combine(date.fromordinal(day + 1), time(), tzinfo=self._zone)
        return to_rfc3339(midnight.astimezone(timezone.utc) - _SECOND)
