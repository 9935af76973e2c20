"""The people of the simulated company do what is ordered as reliably and as soon as they are said to."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from shared.simulation.staff import CLOSES, OPENS, Errand, Staff

ERRANDS = [
    Errand(f"c{number:07d}", "care-contact", "contact", 30, f"task_{number}") for number in range(2_000)
]


@given(st.integers(0, 2**32), st.integers(0, 400), st.integers(1, 30))
def test_work_is_done_within_the_days_and_the_hours(seed: int, earliest: int, within: int) -> None:
    work = Staff(seed, within_days=within).work(ERRANDS[0], earliest)

    assert earliest <= int(work.day) < earliest + within
    assert OPENS <= work.day - int(work.day) <= CLOSES


def test_the_same_errand_is_worked_alike_whatever_its_task_is_called() -> None:
    staff = Staff(1)

    assert all(
        staff.work(each, 40).day == staff.work(replace(each, task="another"), 40).day for each in ERRANDS[:50]
    )


def test_the_share_that_is_done_is_the_one_given() -> None:
    done = sum(Staff(3, done=0.7).work(each, 40).is_done for each in ERRANDS)

    assert 0.66 < done / len(ERRANDS) < 0.74


def test_what_is_skipped_and_what_stays_in_the_company_is_no_care() -> None:
    idle, busy = Staff(1, done=0.0), Staff(1, done=1.0)

    assert idle.work(ERRANDS[0], 40).care is None
    assert busy.work(replace(ERRANDS[0], is_care=False), 40).care is None
    care = busy.work(ERRANDS[0], 40).care
    assert care is not None
    assert (care.kind, care.rule) == ("contact", "care-contact")
