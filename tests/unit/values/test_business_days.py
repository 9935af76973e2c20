"""Business days, held to a walk from day to day."""

import itertools
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from shared.model.business import BusinessWeek, Stretch, Term, merged, weekday

START = date(2026, 1, 1).toordinal()
DAYS = st.integers(START, START + 400)
WEEKDAYS = st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days)))
STRETCHES = st.lists(
    st.tuples(DAYS, st.integers(0, 20)).map(lambda drawn: (drawn[0], drawn[0] + drawn[1])), max_size=12
)


def is_worked(day: int, weekdays: tuple[int, ...], stretches: list[Stretch]) -> bool:
    in_week = date.fromordinal(day).weekday() in weekdays
    return in_week and not any(first <= day <= last for first, last in stretches)


def walked(day: int, count: int, weekdays: tuple[int, ...], stretches: list[Stretch]) -> int:
    """Count one day after the other, as a person with a calendar on the wall does."""
    left = count
    while left > 0 or not is_worked(day, weekdays, stretches):
        day += 1
        left -= is_worked(day, weekdays, stretches)
    return day


@given(DAYS, st.integers(0, 40), WEEKDAYS, STRETCHES)
def test_a_term_in_business_days_ends_where_a_walk_ends(
    day: int, count: int, weekdays: tuple[int, ...], stretches: list[Stretch]
) -> None:
    week = BusinessWeek(weekdays, merged(stretches))

    assert week.end_of(day, Term(count, business=True)) == walked(day, count, weekdays, stretches)


@given(DAYS, st.integers(1, 40), st.integers(1, 40), WEEKDAYS, STRETCHES)
def test_two_terms_one_after_the_other_are_one_long_term(
    day: int, first: int, second: int, weekdays: tuple[int, ...], stretches: list[Stretch]
) -> None:
    week = BusinessWeek(weekdays, merged(stretches))
    halfway = week.end_of(day, Term(first, business=True))

    end = week.end_of(halfway, Term(second, business=True))

    assert end == week.end_of(day, Term(first + second, business=True))


@given(STRETCHES, DAYS)
def test_merging_keeps_every_closed_day_and_adds_none(stretches: list[Stretch], day: int) -> None:
    found = merged(stretches)

    assert any(a <= day <= b for a, b in found) == any(a <= day <= b for a, b in stretches)
    assert all(ahead[0] > before[1] + 1 for before, ahead in itertools.pairwise(found))


@given(DAYS)
def test_the_weekday_is_that_of_the_date(day: int) -> None:
    assert weekday(day) == date.fromordinal(day).weekday()


def test_a_term_in_days_counts_every_day() -> None:
    friday = date(2026, 1, 2).toordinal()

    assert BusinessWeek().end_of(friday, Term(3)) == friday + 3


def test_three_business_days_from_a_friday_end_on_wednesday_or_after_a_holiday_on_thursday() -> None:
    friday = date(2026, 1, 2).toordinal()
    monday_off = BusinessWeek(closed=((friday + 3, friday + 3),))

    assert BusinessWeek().end_of(friday, Term(3, business=True)) == friday + 5
    assert monday_off.end_of(friday, Term(3, business=True)) == friday + 6
