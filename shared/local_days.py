"""Local dates of instants and the instants at which local days close. Pure."""

from datetime import date, datetime, time, timezone
from functools import lru_cache
from zoneinfo import ZoneInfo

from shared.clock import from_rfc3339, to_rfc3339

LAST_SECOND = time(23, 59, 59)


def local_day(zone: ZoneInfo, instant: str) -> int:
    """The ordinal of the local date of an RFC 3339 instant."""
    return from_rfc3339(instant).astimezone(zone).toordinal()


@lru_cache(maxsize=4096)
def close_of(zone: ZoneInfo, day: int) -> str:
    """The last whole second of local *day* (an ordinal), as RFC 3339 in UTC."""
    local = datetime.combine(date.fromordinal(day), LAST_SECOND, tzinfo=zone)
    return to_rfc3339(local.astimezone(timezone.utc))
