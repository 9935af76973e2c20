"""Precision of a score against a known truth, spelled out naively."""

from itertools import permutations
from statistics import mean

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.quality.foreknown import Known, found
from shared.quality.ranking import hits

TIED = st.lists(st.tuples(st.integers(0, 2), st.booleans()), min_size=1, max_size=5)


def known(*customers: tuple[bool, float, float, bool]) -> dict[str, Known]:
    return {f"c{number}": Known(*each) for number, each in enumerate(customers)}


@settings(max_examples=60, deadline=None)
@given(TIED, st.integers(1, 6))
def test_ties_on_the_border_count_as_on_average_over_all_orders(customers, places) -> None:
    orders = [sorted(order, key=lambda each: -each[0]) for order in permutations(customers)]
    naive = mean(sum(sought for _, sought in order[:places]) for order in orders)

    scores, sought = [float(score) for score, _ in customers], [sought for _, sought in customers]
    assert hits(scores, sought, places) == pytest.approx(naive)


def test_each_way_of_choosing_is_judged_at_the_size_of_the_circle() -> None:
    told = found(
        known((True, 90, 10, True), (True, 80, 20, False), (False, 40, 900, True), (False, 30, 800, False))
    )

    assert (told.base, told.customers, told.sought) == (0.5, 4, 2)
    assert told.members is not None
    assert [each[0].chosen for each in (told.by_score, told.by_spend)] == [2, 2]
    assert [told.members.share, told.by_score[0].share, told.by_spend[0].share] == [0.5, 1.0, 0.0]
    assert (told.auc_score, told.auc_spend) == (1.0, 0.0)


def test_a_size_may_be_given_and_need_not_be_the_circles() -> None:
    told = found(known(*[(number < 3, 10 - number, number, False) for number in range(10)]), size=4)

    assert told.members is None
    assert [(each.chosen, each.share) for each in told.by_score] == [(4, 0.75), (1, 1.0), (2, 1.0)]


def test_where_all_are_sought_there_is_nothing_to_tell_apart() -> None:
    told = found(known((True, 1, 1, False), (True, 2, 2, False)), size=1)

    assert (told.auc_score, told.by_score[0].share, told.base) == (None, 1.0, 1.0)
