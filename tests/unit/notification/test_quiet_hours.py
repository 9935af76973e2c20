from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notification.quiet_hours import end_of_quiet

NIGHT = (21 * 60, 8 * 60)
YEARS = (datetime(2009, 1, 1), datetime(2030, 1, 1))  # noqa: DTZ001 - hypothesis adds the zone


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("instant", "end"),
    [
        ("2010-01-04T20:59:59", None),
        ("2010-01-04T21:00:00", "2010-01-05T08:00:00"),
        ("2010-01-05T07:59:59", "2010-01-05T08:00:00"),
        ("2010-01-05T08:00:00", None),
        ("2010-06-15T19:59:00", None),  # summer time: 20:59
        ("2010-06-15T20:00:00", "2010-06-16T07:00:00"),
    ],
)
def test_hours_over_midnight_are_local(instant: str, end: str | None) -> None:
    assert end_of_quiet(utc(instant), NIGHT, "Europe/London") == (end and utc(end))


@pytest.mark.parametrize(
    ("hours", "instant", "end"),
    [
        (NIGHT, "2010-03-27T21:00:00", "2010-03-28T07:00:00"),  # the night has ten hours
        (NIGHT, "2010-10-30T20:00:00", "2010-10-31T08:00:00"),  # and twelve
        (NIGHT, "2012-02-28T21:00:00", "2012-02-29T08:00:00"),
        (NIGHT, "2012-02-29T21:00:00", "2012-03-01T08:00:00"),
        ((23 * 60, 90), "2010-03-27T23:30:00", "2010-03-28T01:30:00"),  # 01:30 does not come: 02:30 does
        ((23 * 60, 90), "2010-10-30T23:30:00", "2010-10-31T01:30:00"),  # 01:30 comes twice: the second
        ((12 * 60, 14 * 60), "2010-03-28T11:00:00", "2010-03-28T13:00:00"),
        ((12 * 60, 14 * 60), "2010-10-31T12:00:00", "2010-10-31T14:00:00"),
    ],
)
def test_hours_are_those_of_the_clock_on_days_of_23_and_25_hours_and_on_29_february(
    hours: tuple[int, int], instant: str, end: str
) -> None:
    assert end_of_quiet(utc(instant), hours, "Europe/London") == utc(end)


def test_hours_within_a_day() -> None:
    siesta = (12 * 60, 14 * 60)

    assert end_of_quiet(utc("2010-01-04T13:00:00"), siesta, "UTC") == utc("2010-01-04T14:00:00")
    assert end_of_quiet(utc("2010-01-04T11:59:00"), siesta, "UTC") is None


def test_no_hours_are_never_quiet() -> None:
    assert end_of_quiet(utc("2010-01-04T03:00:00"), None, "UTC") is None
    assert end_of_quiet(utc("2010-01-04T03:00:00"), (480, 480), "UTC") is None


@given(
    st.datetimes(*YEARS, timezones=st.just(timezone.utc)),
    # What is allowed lasts longer than the hour that a spring day skips, or there is none of it that day.
    st.tuples(st.integers(0, 1439), st.integers(0, 1439)).filter(
        lambda quiet: (quiet[0] - quiet[1]) % 1440 > 60
    ),
    st.sampled_from(["Europe/London", "America/New_York", "Asia/Shanghai", "Australia/Lord_Howe"]),
)
def test_the_end_lies_ahead_within_a_day_and_is_not_quiet(
    now: datetime, hours: tuple[int, int], zone: str
) -> None:
    end = end_of_quiet(now, hours, zone)
    if end is not None:
        assert now < end <= now + timedelta(hours=26)
        again = end_of_quiet(end, hours, zone)
        assert again is None or again - end <= timedelta(hours=1)  # the hour a clock change repeats
