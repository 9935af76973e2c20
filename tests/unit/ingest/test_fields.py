from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.fields import MAX_NUMBER, compile_check
from services.ingest.rejection import RejectedError
from shared.model.catalogue import Catalogue, FieldDef
from shared.model.values import Kind


def catalogue(digits=2):
    return Catalogue(events={}, metrics={}, traits={}, tiers=(), currency="GBP", minor_digits=digits)


def check(kind, **more):
    return compile_check(FieldDef("x", kind, {}, **more), catalogue())


def code_of(checking, value):
    with pytest.raises(RejectedError) as raised:
        checking(value)
    assert raised.value.pointer.startswith("/data/x")
    return raised.value.code


@pytest.mark.parametrize("digits", [0, 2, 3])
@given(data=st.data())
def test_an_amount_becomes_exactly_its_minor_units(digits, data):
    minor = data.draw(st.integers(-MAX_NUMBER, MAX_NUMBER))
    written = Decimal(minor).scaleb(-digits)
    assert compile_check(FieldDef("x", Kind.AMOUNT, {}), catalogue(digits))(float(written)) == minor


@given(st.decimals(-(10**6), 10**6, places=5).filter(lambda amount: amount != round(amount, 2)))
def test_an_amount_with_more_digits_than_the_currency_is_refused_never_rounded(amount):
    assert code_of(check(Kind.AMOUNT), float(amount)) == "too-precise"


def test_a_famous_decimal_is_exact():
    assert check(Kind.AMOUNT)(505.3) == 50530
    assert check(Kind.AMOUNT)(0.29) == 29
    assert check(Kind.AMOUNT)(7) == 700


@pytest.mark.parametrize(
    ("kind", "value", "code"),
    [
        (Kind.INTEGER, 1.5, "wrong-type"),
        (Kind.INTEGER, True, "wrong-type"),
        (Kind.INTEGER, "1", "wrong-type"),
        (Kind.INTEGER, 10**16, "out-of-range"),
        (Kind.NUMBER, float("nan"), "not-a-number"),
        (Kind.NUMBER, float("inf"), "not-a-number"),
        (Kind.AMOUNT, float("nan"), "not-a-number"),
        (Kind.AMOUNT, "12.50", "wrong-type"),
        (Kind.AMOUNT, 10**15, "out-of-range"),
        (Kind.PERCENT, 101, "out-of-range"),
        (Kind.BOOLEAN, 1, "wrong-type"),
        (Kind.TEXT, 1, "wrong-type"),
        (Kind.TEXT, "\ud800", "bad-text"),
        (Kind.TEXTS, "a", "wrong-type"),
        (Kind.TEXTS, ["a", 1], "wrong-type"),
        (Kind.DATE, "2010-02-30", "bad-date"),
        (Kind.DATE, "20100203", "bad-date"),
        (Kind.DATE, 20100203, "wrong-type"),
        (Kind.MONTH_DAY, "02-30", "bad-date"),
        (Kind.MONTH_DAY, "2-3", "bad-date"),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused_with_its_code(kind, value, code):
    assert code_of(check(kind), value) == code


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.NUMBER, 1.5),
        (Kind.DAYS, -3),
        (Kind.PERCENT, 100),
        (Kind.BOOLEAN, False),
        (Kind.TEXT, "两\n行"),
        (Kind.TEXTS, ["phone", "sms"]),
        (Kind.DATE, "2012-02-29"),
        (Kind.MONTH_DAY, "02-29"),
    ],
)
def test_a_good_value_stays_as_it_is(kind, value):
    assert check(kind)(value) == value


def test_a_whole_number_written_with_a_point_is_whole():
    assert repr(check(Kind.INTEGER)(166.0)) == "166"


def test_a_range_is_told_in_the_publishers_unit():
    with pytest.raises(RejectedError, match=r"expected 1 to 20, found 20\.01") as raised:
        check(Kind.AMOUNT, minimum=100, maximum=2000)(20.01)
    assert raised.value.expected == "1 to 20"


def test_an_unknown_choice_comes_with_the_nearest_known_one():
    with pytest.raises(RejectedError) as raised:
        check(Kind.CHOICE, choices=("good", "watched", "bad"))("wached")
    assert raised.value.told() == {
        "code": "unknown-choice",
        "pointer": "/data/x",
        "detail": 'unknown value "wached"',
        "expected": "one of good, watched, bad",
        "suggestion": "watched",
    }


def test_each_of_several_texts_is_one_of_the_choices_where_there_are_any():
    several = check(Kind.TEXTS, choices=("phone", "owner"))
    assert several(["owner", "phone"]) == ["owner", "phone"]
    with pytest.raises(RejectedError) as raised:
        several(["phone", "onwer"])
    told = raised.value.told()
    assert (told["code"], told["pointer"], told["suggestion"]) == ("unknown-choice", "/data/x/1", "owner")
    assert check(Kind.TEXTS)(["anything"]) == ["anything"]


def test_a_personal_value_is_never_shown_in_an_error():
    with pytest.raises(RejectedError) as raised:
        check(Kind.DATE, personal=True)("1980-13-01")
    assert "1980" not in raised.value.sentence()
