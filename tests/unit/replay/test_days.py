"""A replay's order and the days it closes."""

from datetime import date
from zoneinfo import ZoneInfo

import orjson
from hypothesis import given
from hypothesis import strategies as st

from services.replay.days import Dated, days_to_close, in_order, local_day, marker, survey, with_days
from services.replay.reading import Line

LONDON = ZoneInfo("Europe/London")
SHANGHAI = ZoneInfo("Asia/Shanghai")


def line(time: object, name: str = "") -> Line:
    return Line(name or str(time), orjson.dumps({"time": time}))


def test_an_evening_in_london_is_the_next_day_in_shanghai() -> None:
    text = line("2010-01-04T20:00:00Z").text

    assert local_day(text, LONDON) == date(2010, 1, 4).toordinal()
    assert local_day(text, SHANGHAI) == date(2010, 1, 5).toordinal()


def test_a_line_without_a_readable_time_stays_with_the_one_before() -> None:
    days = [
        dated.day for dated in with_days([line("2010-01-04T01:00:00Z"), line(5), Line("x", b"{")], LONDON)
    ]

    assert days == [date(2010, 1, 4).toordinal()] * 3


def test_lines_sort_by_day_and_keep_their_order_within_a_day() -> None:
    lines = [
        line("2010-01-05T09:00:00Z", "a"),
        line("2010-01-04T23:00:00Z", "b"),
        line("2010-01-05T01:00:00Z", "c"),
        line("2010-01-04T01:00:00Z", "d"),
    ]
    found = survey(lines, LONDON)

    order = in_order(lambda: lines, LONDON, is_sorted=found.is_sorted)

    assert not found.is_sorted
    assert [dated.line.place for dated in order] == ["b", "d", "a", "c"]


def test_every_day_between_two_events_closes_and_the_last_stays_open() -> None:
    lines = [Dated(10, line(0)), Dated(10, line(1)), Dated(13, line(2))]

    assert [passed for passed, _ in days_to_close(lines, None)] == [[], [], [10, 11, 12]]


def test_days_already_closed_do_not_close_again() -> None:
    lines = [Dated(10, line(0)), Dated(13, line(2)), Dated(14, line(3))]

    assert [passed for passed, _ in days_to_close(lines, 13)] == [[], [], [13]]


@given(st.lists(st.integers(1, 60), min_size=1).map(sorted), st.data())
def test_two_halves_close_the_same_days_as_the_whole(days: list[int], data: st.DataObject) -> None:
    lines = [Dated(day, line(day)) for day in days]
    cut = data.draw(st.integers(0, len(lines)))

    whole = closed(lines, None)
    first = closed(lines[:cut], None)
    still_open = first[-1] + 1 if first else days[0]
    second = closed(lines[cut:], still_open if cut else None)

    assert first + second == whole


def closed(lines: list[Dated], open_day: int | None) -> list[int]:
    return [day for passed, _ in days_to_close(lines, open_day) for day in passed]


def test_a_marker_is_timed_at_the_first_instant_after_its_day() -> None:
    summer = marker(date(2010, 7, 1).toordinal(), LONDON)

    assert summer["time"] == "2010-07-01T23:00:00Z"
    assert summer["data"] == {"day": "2010-07-01"}
