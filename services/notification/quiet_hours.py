"""When a customer may not be disturbed, in the policy's time zone.

Pure. Minutes count from local midnight; the hours may span midnight.
"""

from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

QuietHours = tuple[int, int]
"""Local minutes of the day (from, until); *until* itself is allowed again."""


def end_of_quiet(instant: datetime, hours: QuietHours | None, zone: str) -> datetime | None:
    """Return when the quiet hours that cover *instant* end, or None when it is not covered."""
    if hours is None or hours[0] == hours[1]:
        return None
    start, until = hours
    local = instant.astimezone(ZoneInfo(zone))
    minute = local.hour * 60 + local.minute
    overnight = start > until
    if not (minute >= start or minute < until if overnight else start <= minute < until):
        return None
    day = local.date() + timedelta(days=1 if overnight and minute >= start else 0)
    return _latest_reading(datetime.combine(day, time(until // 60 % 24, until % 60)), ZoneInfo(zone))


def _latest_reading(wall: datetime, zone: ZoneInfo) -> datetime:
    # A clock change makes some wall times ambiguous or absent; quiet lasts until the later reading.
    readings = (wall.replace(tzinfo=zone, fold=fold).astimezone(timezone.utc) for fold in (0, 1))
    return max(readings)
