"""The shipped festivals: each once a year, and as far apart as the moon has it."""

from datetime import date

import pytest

from shared.model.catalogue import Period
from tests.language.bundles import default_bundle

YEARS = range(2009, 2036)
FESTIVALS = (
    ("spring_festival", (1, 21), (2, 20)),  # the second new moon after the winter solstice
    ("lantern", (2, 4), (3, 6)),
    ("qingming", (4, 4), (4, 6)),
    ("dragon_boat", (5, 27), (6, 25)),
    ("qixi", (7, 31), (8, 30)),
    ("mid_autumn", (9, 7), (10, 8)),
    ("double_ninth", (9, 30), (10, 30)),
)


def days(calendar: str, name: str) -> dict[int, Period]:
    periods = [each for each in default_bundle().catalogue.calendars[calendar].periods if each.name == name]
    found = {date.fromordinal(each.first_day).year: each for each in periods}
    assert len(found) == len(periods)
    return found


@pytest.mark.parametrize(("name", "earliest", "latest"), FESTIVALS)
def test_each_festival_comes_once_a_year_in_its_season(
    name: str, earliest: tuple[int, int], latest: tuple[int, int]
) -> None:
    found = days("lunar_holidays", name)

    assert sorted(found) == list(YEARS)
    for year, each in found.items():
        assert date(year, *earliest) <= date.fromordinal(each.first_day) <= date(year, *latest)
        assert each.first_day == each.last_day


@pytest.mark.parametrize(
    ("first", "second", "months", "more"),
    [
        ("spring_festival", "lantern", 0, 14),
        ("dragon_boat", "qixi", 2, 2),
        ("qixi", "mid_autumn", 1, 8),
        ("mid_autumn", "double_ninth", 1, -6),
    ],
)
def test_festivals_are_whole_months_of_the_moon_apart(
    first: str, second: str, months: int, more: int
) -> None:
    one, other = days("lunar_holidays", first), days("lunar_holidays", second)

    found = {other[year].first_day - one[year].first_day - more for year in YEARS}
    leap = months + 1 if months else 0
    lengths = {29 * count + long for count in (months, leap) for long in range(count + 1)}
    assert found <= lengths  # a month has 29 or 30 days, and one may come twice


def test_one_spring_festival_follows_the_other_after_twelve_or_thirteen_months() -> None:
    found = days("lunar_holidays", "spring_festival")

    gaps = {found[year + 1].first_day - found[year].first_day for year in YEARS if year + 1 in found}
    assert gaps <= {353, 354, 355, 383, 384, 385}


def test_easter_is_from_friday_to_monday_each_year() -> None:
    found = days("holidays", "easter")

    assert sorted(found) == list(YEARS)
    for year, each in found.items():
        assert date.fromordinal(each.first_day).weekday() == 4
        assert each.last_day - each.first_day == 3
        assert date(year, 3, 20) <= date.fromordinal(each.first_day) <= date(year, 4, 23)
