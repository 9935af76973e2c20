"""The interval of a difference, against tables and naive formulas."""

from math import inf
from random import Random
from statistics import mean, variance

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.uplift.estimate import Arm, Uplift, Verdict, at_once, pooled, student_quantile, uplift

outcomes = st.lists(st.floats(0, 1_000), min_size=2, max_size=50)


@pytest.mark.parametrize(
    ("freedom", "table"), [(10, 2.2281), (30, 2.0423), (60, 2.0003), (120, 1.9799), (1e9, 1.9600)]
)
def test_the_quantile_of_students_t_is_that_of_the_tables(freedom: float, table: float) -> None:
    assert student_quantile(0.975, freedom) == pytest.approx(table, abs=0.0005)


@given(outcomes)
def test_an_arm_is_mean_and_variance(values: list[float]) -> None:
    arm = Arm.of(values)

    assert arm.mean == pytest.approx(mean(values))
    assert arm.variance == pytest.approx(variance(values), abs=1e-6)


@given(outcomes, outcomes)
def test_swapping_the_groups_turns_the_sign(ones: list[float], others: list[float]) -> None:
    one, other = (uplift(*arms, fewest=2) for arms in _both(Arm.of(ones), Arm.of(others)))

    assert one.difference == -other.difference
    assert (one.low, one.high) == (-other.high, -other.low)


def _both(one: Arm, other: Arm) -> tuple[tuple[Arm, Arm], tuple[Arm, Arm]]:
    return (one, other), (other, one)


def test_a_textbook_case() -> None:
    # Means 20.6 and 22.1, variances 3.1 and 4.9, 40 each: standard error sqrt(8/40) = 0.4472, 74.2 degrees.
    found = uplift(Arm(40, 22.1, 4.9), Arm(40, 20.6, 3.1))

    assert (found.low, found.high) == (pytest.approx(0.609, abs=0.001), pytest.approx(2.391, abs=0.001))
    assert found.verdict is Verdict.WORKS


def test_too_few_customers_are_a_valid_answer() -> None:
    found = uplift(Arm(500, 9.0, 1.0), Arm(29, 1.0, 1.0))

    assert found.verdict is Verdict.NOT_ENOUGH_DATA
    assert (found.low, found.high) == (-inf, inf)


def test_an_action_that_makes_things_worse_is_said_to_harm() -> None:
    assert uplift(Arm(100, 1.0, 0.5), Arm(100, 2.0, 0.5)).verdict is Verdict.HARMS


def test_rules_together_say_more_than_each_alone() -> None:
    part = uplift(Arm(60, 1.30, 1.0), Arm(60, 1.0, 1.0))
    together = pooled([part] * 6)

    assert part.verdict is Verdict.NO_EFFECT_SHOWN
    assert together is not None
    assert together.verdict is Verdict.WORKS
    assert together.difference == pytest.approx(part.difference)


def test_what_has_too_little_data_is_not_pooled() -> None:
    assert pooled([uplift(Arm(3, 1, 1), Arm(3, 1, 1))]) is None


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    draw, held = Random(20240101), 0
    for _ in range(2_000):
        treated = Arm.of(draw.expovariate(1 / 1.5) for _ in range(60))
        others = Arm.of(draw.expovariate(1.0) for _ in range(60))
        found = uplift(treated, others)
        held += found.low <= 0.5 <= found.high

    assert held / 2_000 == pytest.approx(0.95, abs=0.02)


def test_many_rules_without_effect_are_seldom_praised_or_blamed_by_any_look() -> None:
    draw, looks, misled_alone, misled = Random(7), 300, 0, 0
    for _ in range(looks):
        arms = [Arm.of(draw.expovariate(1.0) for _ in range(50)) for _ in range(28)]
        alone = [uplift(one, other) for one, other in zip(arms[::2], arms[1::2], strict=True)]
        misled_alone += any(_is_verdict(each) for each in alone)
        misled += any(_is_verdict(each) for each in at_once(alone))

    assert misled_alone > looks * 0.3
    assert misled <= looks * 0.07


def _is_verdict(found: Uplift) -> bool:
    return found.verdict in {Verdict.WORKS, Verdict.HARMS}


def test_one_rule_alone_is_judged_as_before_and_what_lacks_data_widens_nothing() -> None:
    one, few = uplift(Arm(40, 22.1, 4.9), Arm(40, 20.6, 3.1)), uplift(Arm(3, 1, 1), Arm(3, 1, 1))

    assert at_once([one]) == [one]
    assert at_once([one, few, few]) == [one, few, few]
    assert at_once([one, one])[0].low < one.low


def test_differences_too_small_to_be_squared_are_compared_all_the_same() -> None:
    found = uplift(Arm(2, 0.0, 0.0), Arm(2, 3e-144, 2e-287), fewest=2)

    assert found.low <= found.difference <= found.high
