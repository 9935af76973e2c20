"""The controls of a partition: which day closes where, which release is in force, and courses made of it."""

import pytest

from shared.backtest.course import END, Course, Takeover

B, A = Takeover("b", "activation-2"), Takeover("a", "activation-3")
RECORDED = Course.of("a", [(3, 10), (7, B), (9, 11), (12, 11), (14, 10), (20, 12), (25, A)])


def releases(course: Course) -> list[tuple[float, str]]:
    return [(place, control.release) for place, control in course.controls if isinstance(control, Takeover)]


def days(course: Course) -> list[tuple[float, int]]:
    return [(place, control) for place, control in course.controls if isinstance(control, int)]


def test_a_day_closes_once_however_often_its_marker_comes() -> None:
    assert days(RECORDED) == [(3, 10), (9, 11), (20, 12)]


@pytest.mark.parametrize(
    ("place", "release", "closed"), [(2, "a", 0), (5, "a", 10), (8, "b", 10), (21, "b", 12), (99, "a", 12)]
)
def test_an_event_finds_the_release_and_the_closed_day_of_its_place(
    place: int, release: str, closed: int
) -> None:
    at = RECORDED.before(place)
    assert (RECORDED.releases[at], RECORDED.closed[at]) == (release, closed)


@pytest.mark.parametrize(("day", "place"), [(1, 3), (10, 3), (11, 9), (12, 20), (13, END)])
def test_a_day_closes_with_the_first_marker_that_reaches_it(day: int, place: float) -> None:
    assert RECORDED.place_of(day) == place


def test_under_one_release_the_days_stay_and_the_others_go() -> None:
    course = RECORDED.under("c")
    assert (days(course), releases(course), course.releases[0]) == (days(RECORDED), [], "c")


def test_a_course_ends_with_the_close_of_a_day() -> None:
    assert [*RECORDED.until(11).controls] == [(3, 10), (7, B), (9, 11)]
    assert [*RECORDED.until(99).controls] == [*RECORDED.controls]


def test_a_release_that_takes_over_before_a_day_stands_behind_the_close_of_the_day_before() -> None:
    course = RECORDED.under("a").switched("c", 12)
    assert [*course.controls] == [(3, 10), (9, 11), (9, Takeover("c", "c")), (20, 12)]


def test_a_release_that_takes_over_on_the_first_day_has_all_days() -> None:
    course = RECORDED.under("a").switched("c", 10)
    assert (course.releases[0], releases(course)) == ("c", [])


def test_a_release_that_takes_over_after_the_last_close_stands_at_the_end() -> None:
    assert releases(RECORDED.under("a").switched("c", 40)) == [(END, "c")]
