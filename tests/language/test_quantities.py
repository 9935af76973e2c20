"""Values as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.values import Kind, Value
from shared.policy.quantities import FaultyValueError, ValueType, parse_value, write_value


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("5000 GBP", Kind.AMOUNT, 500_000),
        ("0.99 gbp", Kind.AMOUNT, 99),
        ("1000 英镑", Kind.AMOUNT, 100_000),
        ("£12.50", Kind.AMOUNT, None),
        ("30 days", Kind.DAYS, 30),
        ("1 day", Kind.DAYS, 1),
        ("30天", Kind.DAYS, 30),
        ("20 percent", Kind.PERCENT, 20),
        ("2.5%", Kind.PERCENT, 2.5),
        ("百分之20", Kind.PERCENT, 20),
        ("-3", Kind.INTEGER, -3),
        ("4.5", Kind.NUMBER, 4.5),
        ("yes", Kind.BOOLEAN, True),
        ("假", Kind.BOOLEAN, False),
        ("2026-02-28", Kind.DATE, "2026-02-28"),
        ("02-29", Kind.MONTH_DAY, "02-29"),
        ("5000", Kind.AMOUNT, None),
        ("5000 CNY", Kind.AMOUNT, None),
        ("0.999 GBP", Kind.AMOUNT, None),
        ("30", Kind.DAYS, None),
        ("2.5 days", Kind.DAYS, None),
        ("20", Kind.PERCENT, None),
        ("010", Kind.INTEGER, None),
        ("1,000", Kind.INTEGER, None),
        ("nan", Kind.NUMBER, None),
        ("99999999999999999999", Kind.INTEGER, None),
        ("2026-02-30", Kind.DATE, None),
        ("2-3", Kind.MONTH_DAY, None),
        ("maybe", Kind.BOOLEAN, None),
    ],
)
def test_a_value_is_read_with_its_unit_or_refused(text: str, kind: Kind, value: Value | None) -> None:
    wanted = ValueType(kind, "GBP")
    if value is None:
        with pytest.raises(FaultyValueError):
            parse_value(text, wanted)
    else:
        assert parse_value(text, wanted) == value


def test_a_currency_without_minor_unit_takes_no_decimals() -> None:
    assert parse_value("500 JPY", ValueType(Kind.AMOUNT, "JPY")) == 500
    with pytest.raises(FaultyValueError, match="too many decimals"):
        parse_value("500.5 JPY", ValueType(Kind.AMOUNT, "JPY"))


@given(
    st.integers(-(10**12), 10**12),
    st.sampled_from(["GBP", "CNY", "JPY", "KWD"]),
    st.sampled_from(["en", "zh"]),
)
def test_an_amount_is_read_back_as_it_was_written(minor: int, currency: str, language: str) -> None:
    wanted = ValueType(Kind.AMOUNT, currency)

    assert parse_value(write_value(minor, Kind.AMOUNT, currency, language), wanted) == minor


@given(st.text(max_size=20), st.sampled_from(Kind))
def test_whatever_is_written_a_value_is_read_or_refused(text: str, kind: Kind) -> None:
    try:
        parse_value(text, ValueType(kind, "GBP", ("a", "b")))
    except FaultyValueError:
        return
