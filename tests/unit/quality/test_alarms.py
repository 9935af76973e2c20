"""Alerts as predictions, and recency, frequency and money by fifths."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.quality.alarms import Alarms
from shared.quality.rfm import fifths, rfm_risk


def test_precision_recall_and_f1_of_a_small_table() -> None:
    alarmed = [True, True, True, False, False, False]
    left = [True, True, False, True, True, False]
    found = Alarms.of(alarmed, left)
    assert (found.precision, found.recall) == (pytest.approx(2 / 3), pytest.approx(2 / 4))
    assert found.f1 == pytest.approx(2 / (3 / 2 + 4 / 2))


def test_where_nobody_was_alarmed_there_is_no_precision() -> None:
    found = Alarms.of([False, False], [True, False])
    assert (found.precision, found.precision_interval, found.recall) == (None, None, 0)


@given(st.lists(st.tuples(st.booleans(), st.booleans())))
def test_f1_is_the_harmonic_mean_where_both_are_known(customers: list[tuple[bool, bool]]) -> None:
    found = Alarms.of([alarm for alarm, _ in customers], [left for _, left in customers])
    if found.precision and found.recall:
        assert found.f1 == pytest.approx(2 / (1 / found.precision + 1 / found.recall))


@given(st.lists(st.integers(0, 9), min_size=1, max_size=60))
def test_a_fifth_never_falls_while_the_value_rises(values: list[int]) -> None:
    found = sorted(zip(values, fifths(values), strict=True))
    assert all(1 <= fifth <= 5 for _, fifth in found)
    assert all(low <= high for (_, low), (_, high) in pairwise(found))
    assert len(set(found)) == len(set(values)), "equal values share one fifth"


def test_distinct_values_fill_the_fifths_evenly() -> None:
    assert fifths([40, 10, 30, 20, 50]) == [4, 1, 3, 2, 5]


def test_who_bought_long_ago_seldom_and_little_is_riskiest() -> None:
    risk = rfm_risk([300, 5, 100], [1, 30, 10], [20, 9_000, 500])
    assert risk[0] > risk[2] > risk[1]
