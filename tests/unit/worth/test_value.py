"""What customers are worth, against hand-computed cases."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.worth.limits import break_even, sensitivity
from shared.worth.premises import PremiseError, Premises
from shared.worth.value import net_present_value, worth

BASE = Premises(
    customers=500_000, churn=0.24, revenue=1_200, acquisition_cost=300, margin=0.177, years=2, discount=0.10
)

premises = st.builds(
    Premises,
    customers=st.integers(1, 10**6).map(float),
    churn=st.floats(0, 1),
    revenue=st.floats(0.01, 10_000),
    acquisition_cost=st.floats(0, 1_000),
    margin=st.floats(0.01, 1),
    years=st.integers(1, 20),
    discount=st.floats(0, 1),
)


def test_half_a_million_customers_over_two_years() -> None:
    # 500,000 * (212.40 + 212.40 * 0.76 / 1.1 - 300)
    assert net_present_value(BASE) == pytest.approx(29_574_545.45, abs=0.01)


@pytest.mark.parametrize(
    ("change", "gain"),
    [
        ({"churn": 0.20}, 3_861_818.18),
        ({"acquisition_cost": 270.0}, 15_000_000.00),
        ({"revenue": 1_440.0}, 35_914_909.09),
    ],
)
def test_what_a_change_gains(change: dict[str, float], gain: float) -> None:
    changed = replace(BASE, **change)  # type: ignore[arg-type]

    assert net_present_value(changed) - net_present_value(BASE) == pytest.approx(gain, abs=0.01)


def test_the_years_add_up_to_the_total() -> None:
    found = worth(BASE)

    assert [year.customers for year in found.years] == [500_000, 380_000]
    assert sum(year.present for year in found.years) - 300 * 500_000 == pytest.approx(found.total)
    assert found.per_customer == pytest.approx(59.149, abs=0.001)


@given(premises)
def test_the_sum_by_years_is_the_formula(each: Premises) -> None:
    kept, rate = 1 - each.churn, 1 + each.discount
    income = sum(each.revenue * each.margin * kept**t / rate**t for t in range(each.years))
    expected = each.customers * (income - each.acquisition_cost)

    assert net_present_value(each) == pytest.approx(expected, rel=1e-9, abs=1e-3)


@given(premises)
def test_nothing_is_gained_or_lost_at_break_even(each: Premises) -> None:
    for found in break_even(each):
        if found.name != "years" and found.value is not None:
            at = net_present_value(replace(each, **{found.name: found.value}))  # type: ignore[arg-type]
            scale = each.customers * (each.acquisition_cost + each.revenue * each.years)
            assert abs(at) <= 1e-6 * scale


def test_the_years_that_earn_the_acquisition_cost_back() -> None:
    years = {each.name: each.value for each in break_even(BASE)}["years"]

    assert years == 2
    assert worth(BASE).years[0].total < 0 <= worth(BASE).years[1].total


def test_a_loss_that_no_churn_can_cure_has_no_break_even() -> None:
    hopeless = replace(BASE, acquisition_cost=10_000.0)

    assert {each.name: each.value for each in break_even(hopeless)}["churn"] is None


@given(premises)
def test_the_premise_that_moves_most_stands_first(each: Premises) -> None:
    reaches = [swing.reach for swing in sensitivity(each)]

    assert reaches == sorted(reaches, reverse=True)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"churn": 1.2}, "churn is 120 %; expected 0 % to 100 %"),
        ({"years": 0}, "years is 0; expected 1 to 100"),
        ({"revenue": float("nan")}, "revenue is nan"),
    ],
)
def test_a_premise_that_cannot_be_is_told_with_its_limits(change: dict[str, float], told: str) -> None:
    with pytest.raises(PremiseError, match=told):
        replace(BASE, **change)  # type: ignore[arg-type]
