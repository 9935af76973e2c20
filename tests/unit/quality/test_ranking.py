"""The measures of a ranking against their definitions, spelled out naively."""

from itertools import product
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.quality.ranking import auc, hanley_mcneil, ranked, top_lift, wilson

Customers = list[tuple[int, bool]]

CUSTOMERS = st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=1, max_size=40)


def columns(customers: Customers) -> tuple[list[float], list[bool]]:
    return [float(score) for score, _ in customers], [left for _, left in customers]


@given(CUSTOMERS)
def test_the_area_is_the_share_of_pairs_in_which_the_leaver_ranks_higher(customers: Customers) -> None:
    leavers = [score for score, left in customers if left]
    stayers = [score for score, left in customers if not left]
    pairs = [1.0 if a > b else 0.5 if a == b else 0.0 for a, b in product(leavers, stayers)]
    found = auc(*columns(customers))
    assert found == (pytest.approx(sum(pairs) / len(pairs)) if pairs else None)


@given(CUSTOMERS, st.randoms(use_true_random=False))
def test_the_order_of_customers_changes_nothing(customers: Customers, random: object) -> None:
    shuffled = list(customers)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert auc(*columns(shuffled)) == pytest.approx(auc(*columns(customers)))
    assert top_lift(*columns(shuffled)) == pytest.approx(top_lift(*columns(customers)))


@given(CUSTOMERS)
def test_the_opposite_ranking_has_the_opposite_area(customers: Customers) -> None:
    scores, left = columns(customers)
    area, opposite = auc(scores, left), auc([-score for score in scores], left)
    assert (area is None) == (opposite is None)
    if area is not None and opposite is not None:
        assert area + opposite == pytest.approx(1)


@given(st.lists(st.booleans(), min_size=10, max_size=60).filter(any))
def test_without_ties_the_lift_counts_the_first_tenth_in_order(left: list[bool]) -> None:
    tenths = len(left) // 10 * 10
    kept = left[:tenths]
    if not any(kept):
        return
    scores = [float(-place) for place in range(tenths)]
    first = kept[: tenths // 10]
    assert top_lift(scores, kept) == pytest.approx((sum(first) / len(first)) / (sum(kept) / len(kept)))


def test_a_tie_across_the_border_of_the_tenth_gives_its_share() -> None:
    """Ten customers, one place in the tenth, two who tie for it, of whom one left."""
    scores = [9.0, 9.0, *[1.0] * 8]
    left = [True, False, True, *[False] * 7]
    assert top_lift(scores, left) == pytest.approx(0.5 / 0.2)


def test_equal_scores_for_all_are_chance() -> None:
    left = [True] * 3 + [False] * 7
    assert auc([5.0] * 10, left) == 0.5
    assert top_lift([5.0] * 10, left) == pytest.approx(1)


@pytest.mark.parametrize("left", [[True] * 4, [False] * 4])
def test_nothing_can_be_told_where_everybody_ended_alike(left: list[bool]) -> None:
    found = ranked([1.0, 2.0, 3.0, 4.0], left)
    assert found.auc is None
    assert found.auc_interval is None


@given(st.integers(1, 500), st.integers(1, 500))
def test_for_a_blind_ranking_the_interval_is_that_of_the_rank_sum_test(leavers: int, stayers: int) -> None:
    """Where the area is one half, Hanley and McNeil's variance is Mann and Whitney's."""
    low, high = hanley_mcneil(0.5, leavers, stayers)
    error = sqrt((leavers + stayers + 1) / (12 * leavers * stayers))
    assert high == pytest.approx(min(1.0, 0.5 + 1.959964 * error))
    assert low == pytest.approx(max(0.0, 0.5 - 1.959964 * error))


def test_more_customers_make_a_narrower_interval() -> None:
    few, many = hanley_mcneil(0.8, 20, 20), hanley_mcneil(0.8, 2_000, 2_000)
    assert few[0] < many[0] < 0.8 < many[1] < few[1]


@given(st.integers(0, 50), st.integers(1, 50))
def test_the_interval_of_a_share_lies_around_it_and_within_the_possible(hits: int, more: int) -> None:
    low, high = wilson(hits, hits + more)
    assert 0 <= low <= hits / (hits + more) <= high <= 1


def test_the_interval_of_a_share_is_wilsons() -> None:
    """Ten of twenty: 0.299 to 0.701."""
    assert wilson(10, 20) == pytest.approx((0.2993, 0.7007), abs=0.0001)
