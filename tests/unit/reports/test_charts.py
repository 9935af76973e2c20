"""Scales that read well."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.reports.backtest_charts import round_above


@pytest.mark.parametrize(
    ("value", "top"), [(0, 1), (1.57, 2), (83.9, 100), (1_085.4, 2_000), (0.3, 0.4), (1_000, 1_000)]
)
def test_a_scale_ends_at_a_round_number(value: float, top: float) -> None:
    assert round_above(value) == pytest.approx(top)


@given(st.floats(1e-6, 1e12))
def test_a_scale_holds_its_values_and_is_never_half_empty(value: float) -> None:
    top = round_above(value)

    assert value <= top * (1 + 1e-9)
    assert value > top * 0.49
