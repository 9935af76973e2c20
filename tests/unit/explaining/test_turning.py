"""Which single condition would have turned a decision, and at which value."""

import pytest

from shared.explaining.turning import turns
from shared.model.conditions import Condition, Leaf, Phrase, Side
from tests.unit.evaluation.building import (
    all_,
    any_,
    at_least,
    is_,
    less_than,
    life,
    more_than,
    none_,
    notify,
    rule,
    within,
)


def turning(when: Condition, **facts: object) -> list[tuple[str, float | None]]:
    """The conditions that decided alone about a rule that fires, with the value that turns each."""
    li = life([rule("gift", when, notify())])
    (record,) = li.event(0, **facts)  # type: ignore[arg-type]
    return [(turn.leaf.fact, turn.otherwise) for turn in turns(record, li.program.bundle)]


@pytest.mark.parametrize(
    ("leaf", "orders", "otherwise"),
    [
        (at_least("orders", 3), 3, 2),
        (more_than("orders", 3), 5, 3),
        (less_than("orders", 3), 1, 3),
        (Leaf("orders", Phrase.AT_MOST, (3,)), 1, 4),
    ],
)
def test_of_whole_numbers_the_nearest_one_on_the_other_side_is_told(
    leaf: Leaf, orders: int, otherwise: int
) -> None:
    assert turning(leaf, orders=orders) == [("orders", otherwise)]


def test_where_all_have_to_hold_each_decides_and_the_nearest_comes_first() -> None:
    when = all_(at_least("score", 50), at_least("orders", 10))
    assert turning(when, score=80, orders=11) == [("orders", 9), ("score", 50)]


def test_where_one_is_enough_two_that_hold_decide_nothing_alone() -> None:
    when = any_(at_least("score", 50), at_least("orders", 10))
    assert turning(when, score=80, orders=11) == []
    assert turning(when, score=80, orders=2) == [("score", 50)]


def test_what_must_not_hold_decides_by_beginning_to_hold() -> None:
    when = all_(at_least("score", 50), none_(at_least("orders", 10)))
    assert turning(when, score=80, orders=9) == [("orders", 10), ("score", 50)]


def test_what_is_not_measured_comes_last_and_without_a_value() -> None:
    assert turning(all_(is_("tier", "none"), at_least("score", 50)), score=80) == [
        ("score", 50),
        ("tier", None),
    ]


def test_of_personal_facts_no_value_is_told() -> None:
    assert turning(within("birthday", 7, Side.BEFORE), birthday="08-20") == [("birthday", None)]
