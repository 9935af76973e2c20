"""Local days are those of the policy's timezone, whatever their length."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.clock import from_rfc3339, to_rfc3339
from shared.customer.assess import CustomerModel, assess
from shared.customer.local_time import LocalTime, later, stamp
from tests.unit.customer.catalogues import catalogue, ordinal
from tests.unit.customer.histories import ZONES, lived, purchase


@pytest.mark.parametrize(
    ("zone", "instant", "day"),
    [
        ("Europe/London", "2010-03-27T23:59:59Z", "2010-03-27"),
        ("Europe/London", "2010-03-28T23:00:00Z", "2010-03-29"),  # summer time began that night
        ("Europe/London", "2010-10-30T23:00:00Z", "2010-10-31"),
        ("Europe/London", "2010-10-31T23:00:00Z", "2010-10-31"),  # the day had 25 hours
        ("Asia/Shanghai", "2010-12-31T15:59:59Z", "2010-12-31"),
        ("Asia/Shanghai", "2010-12-31T16:00:00Z", "2011-01-01"),
        ("Asia/Shanghai", "2012-02-28T16:00:00.5Z", "2012-02-29"),
        ("Europe/London", "2012-02-29T23:59:59.999999Z", "2012-02-29"),
        ("Europe/London", "2012-03-01T01:00:00+02:00", "2012-02-29"),
    ],
)
def test_an_instant_falls_on_the_date_its_timezone_shows(zone: str, instant: str, day: str) -> None:
    assert LocalTime(zone).day_of(instant) == ordinal(day)


@pytest.mark.parametrize(
    ("zone", "day", "end"),
    [
        ("Europe/London", "2010-03-28", "2010-03-28T22:59:59Z"),
        ("Europe/London", "2010-10-31", "2010-10-31T23:59:59Z"),
        ("Asia/Shanghai", "2012-02-29", "2012-02-29T15:59:59Z"),
    ],
)
def test_a_day_ends_one_second_before_the_next(zone: str, day: str, end: str) -> None:
    assert LocalTime(zone).end_of(ordinal(day)) == end


@given(st.sampled_from((*ZONES, "America/Sao_Paulo", "America/Havana")), st.integers(733_000, 740_000))
def test_the_end_of_a_day_is_on_it_and_its_last_second(zone: str, day: int) -> None:
    local = LocalTime(zone)
    end = local.end_of(day)
    a_second_later = to_rfc3339(from_rfc3339(end) + timedelta(seconds=1))

    assert (local.day_of(end), local.day_of(a_second_later)) == (day, day + 1)


def test_stamps_sort_as_instants_do() -> None:
    instants = [
        "2010-05-01T10:00:00Z",
        "2010-05-01T10:00:00.000001Z",
        "2010-05-01T10:00:00.5Z",
        "2010-05-01T10:00:01Z",
    ]

    assert sorted(instants, key=stamp) == instants
    assert stamp("2010-05-01T10:00:00.500Z") == stamp("2010-05-01T10:00:00.5Z")
    assert stamp("2010-05-01T12:00:00+02:00") == stamp("2010-05-01T10:00:00Z")
    assert later("", instants[0]) == later(instants[0], "") == instants[0]
    assert later(instants[2], instants[0]) == instants[2]


@pytest.mark.parametrize("zone", ["Europe/London", "Asia/Shanghai"])
def test_a_window_over_29_february_counts_it_as_a_day(zone: str) -> None:
    model = CustomerModel.compile(catalogue(zone))
    state = lived(model, [purchase("2012-02-28T12:00:00Z"), purchase("2012-02-29T12:00:00Z")])
    counted = [assess(state, model, ordinal("2012-03-05") + late).facts["orders_7d"] for late in range(3)]

    assert counted == [2, 1, 0]


def test_a_window_over_the_night_of_25_hours_keeps_its_dates() -> None:
    model = CustomerModel.compile(catalogue("Europe/London"))
    state = lived(model, [purchase("2010-10-30T22:59:59Z"), purchase("2010-10-30T23:00:00Z")])
    counted = [assess(state, model, ordinal("2010-11-05") + late).facts["orders_7d"] for late in range(3)]

    assert counted == [2, 1, 0]


def test_a_window_over_the_day_of_23_hours_keeps_its_dates() -> None:
    model = CustomerModel.compile(catalogue("Europe/London"))
    around = ("2010-03-27T23:59:59Z", "2010-03-28T00:00:00Z", "2010-03-28T22:59:59Z", "2010-03-28T23:00:00Z")
    state = lived(model, [purchase(instant) for instant in around])
    counted = [assess(state, model, ordinal("2010-04-02") + late).facts["orders_7d"] for late in range(4)]

    assert counted == [4, 3, 1, 0]


@pytest.mark.parametrize(
    ("zone", "first", "hours"),
    [
        ("Europe/London", "2010-10-30T20:00:00+00:00", 30),
        ("Asia/Kolkata", "2010-01-01T00:00:00+00:00", 26),  # midnight at 18:30 UTC
        (
            "America/St_Johns",
            "2010-11-06T20:00:00+00:00",
            30,
        ),  # 00:01 became 23:01 of the day before
        ("Europe/Amsterdam", "1936-12-31T20:00:00+00:00", 12),  # an offset of 19 minutes 32 seconds
        ("Pacific/Apia", "2011-12-29T20:00:00+00:00", 30),  # a day that does not exist
    ],
)
def test_a_day_is_the_zones_own_in_every_minute_however_it_is_remembered(zone, first, hours) -> None:
    local, start = LocalTime(zone), datetime.fromisoformat(first)

    for seconds in range(0, hours * 3600, 59):
        instant = start + timedelta(seconds=seconds)
        expected = instant.astimezone(ZoneInfo(zone)).toordinal()
        assert local.day_of(instant.strftime("%Y-%m-%dT%H:%M:%SZ")) == expected
