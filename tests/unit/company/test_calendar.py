"""Rounds are local days of the company's time zone, and work ordered in one falls into a later one."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.company.calendar import Calendar
from shared.customer.local_time import LocalTime
from shared.simulation.staff import CLOSES, OPENS
from shared.simulation.world import World

ZONES = ["Europe/London", "America/New_York", "Asia/Shanghai", "Pacific/Honolulu", "Pacific/Auckland"]


def calendar(zone: str, days: int = 100, every: int = 7) -> Calendar:
    return Calendar(World(seed=1, start=date(2024, 3, 1), days=days), every, LocalTime(zone))


@pytest.mark.parametrize(("days", "every", "rounds"), [(100, 7, 15), (98, 7, 14), (3, 30, 1), (5, 1, 5)])
def test_rounds_cover_every_day_once(days: int, every: int, rounds: int) -> None:
    found = calendar("Europe/London", days, every)
    lasts = [found.last_day(number) - found.first for number in range(found.rounds)]

    assert found.rounds == rounds
    assert lasts[-1] == days - 1
    assert all(later - sooner == every for sooner, later in pairwise(lasts[:-1]))


@given(st.sampled_from(ZONES), st.floats(0, 99.99))
def test_a_moment_belongs_to_the_round_of_its_local_day(zone: str, day: float) -> None:
    found = calendar(zone)
    local_day = found.local.day_of(found.world.instant(day))
    number = found.round_of(found.world.instant(day))

    assert local_day <= found.last_day(number) or number == found.rounds - 1
    assert number == 0 or local_day > found.last_day(number - 1)


@given(st.sampled_from(ZONES), st.integers(0, 13), st.floats(OPENS, CLOSES))
def test_what_is_ordered_in_a_round_is_never_worked_in_it(zone: str, number: int, hour: float) -> None:
    found = calendar(zone)
    earliest = found.last_day(number) + 1 - found.first
    worked = found.work_day(earliest + hour)

    assert found.round_of(found.world.instant(worked)) > number
