"""The share of the top customers is measured."""

from hypothesis import given
from hypothesis import strategies as st

from shared.reports.pareto import pareto


def test_the_best_fifth_brings_what_it_brings() -> None:
    found = pareto({"a": 60.0, "b": 10.0, "c": 10.0, "d": 10.0, "e": 10.0})

    assert found.top_share_percent == 60.0
    assert found.top[0] == ("a", 60.0)


def test_who_costs_more_than_they_bring_is_counted() -> None:
    found = pareto({"a": 100.0, "b": -20.0})

    assert (found.losing, found.lost, found.total) == (1, -20.0, 80.0)


def test_no_customers_is_a_valid_answer() -> None:
    assert pareto({}).top_share_percent == 0.0


@given(st.dictionaries(st.text(min_size=1), st.integers(0, 10**9), min_size=1))
def test_the_curve_never_falls_and_ends_at_everything(values: dict[str, float]) -> None:
    shares = [point.share_percent for point in pareto(values).curve]

    assert shares == sorted(shares)
    assert shares[-1] == (100.0 if sum(values.values()) else 0.0)
