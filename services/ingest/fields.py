"""Checks of one field's value, compiled from its declaration; amounts become minor units exactly.

Pure. A check takes the value as JSON gave it and returns it as the rest of Guanxi reads it.
"""

import re
from collections.abc import Callable
from datetime import date
from math import isfinite
from typing import Any

from services.ingest.rejection import RejectedError, pointer_to, shown_text, unknown, wrong_type
from shared.model.catalogue import Catalogue, FieldDef
from shared.model.values import Kind

Check = Callable[[Any], Any]

MAX_NUMBER = 10**15
"""Below it every whole number, and every amount with its digits, is one distinct JSON number."""

_MAX_LIST = 1_000
_HALF_CHARACTERS = re.compile("[\x00\ud800-\udfff]")
_DATE = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH_DAY = re.compile("[0-9]{2}-[0-9]{2}")
_LEAP_YEAR = 2000


def compile_check(field: FieldDef, catalogue: Catalogue) -> Check:
    """Return the check of *field*, whose value lies at ``/data/<name>``; errors hide personal values."""
    check = _compile(field, catalogue)
    return _discreet(check) if field.personal else check


def _compile(field: FieldDef, catalogue: Catalogue) -> Check:
    pointer = pointer_to("/data", field.name)
    if field.kind is Kind.AMOUNT:
        check = _amount(pointer, catalogue)
        return _bounded(check, pointer, field, catalogue.minor_digits)
    if field.kind is Kind.CHOICE:
        return _choice(pointer, field.choices)
    if field.kind is Kind.TEXTS and field.choices:
        return _choices(pointer, field.choices)
    check = _CHECKS[field.kind](pointer)
    return _bounded(check, pointer, field, 0) if field.kind.is_numeric else check


def _discreet(check: Check) -> Check:
    def discreet(value: Any) -> Any:
        try:
            return check(value)
        except RejectedError as error:
            detail = f"expected {error.expected}; the value is personal and not shown"
            raise RejectedError(error.code, error.pointer, detail, expected=error.expected) from None

    return discreet


def _bounded(check: Check, pointer: str, field: FieldDef, digits: int) -> Check:
    """Add the declared range; of an amount the bounds are in minor units."""
    low, high = field.minimum, field.maximum
    if field.kind is Kind.PERCENT:
        low, high = (0 if low is None else low), (100 if high is None else high)
    if low is None and high is None:
        return check
    expected = _range(low, high, digits)

    def within(value: Any) -> Any:
        number = check(value)
        if (low is not None and number < low) or (high is not None and number > high):
            detail = f"expected {expected}, found {value}"
            raise RejectedError("out-of-range", pointer, detail, expected=expected)
        return number

    return within


def _range(low: float | None, high: float | None, digits: int) -> str:
    scale = 10**digits
    shown_low = None if low is None else f"{low / scale:g}"
    shown_high = None if high is None else f"{high / scale:g}"
    if shown_low is None:
        return f"at most {shown_high}"
    return f"at least {shown_low}" if shown_high is None else f"{shown_low} to {shown_high}"


def _number(pointer: str) -> Check:
    def number(value: Any) -> float:
        if type(value) is float:
            if not isfinite(value):
                detail = "NaN and Infinity are no numbers"
                raise RejectedError("not-a-number", pointer, detail, expected="a number")
        elif type(value) is not int:
            raise wrong_type(pointer, value, "a number")
        if not -MAX_NUMBER <= value <= MAX_NUMBER:
            expected = f"at most {MAX_NUMBER} either way"
            raise RejectedError("out-of-range", pointer, "the number is too large", expected=expected)
        return value  # type: ignore[no-any-return]  # int or float by the tests above

    return number


def _integer(pointer: str) -> Check:
    number = _number(pointer)

    def integer(value: Any) -> int:
        if type(value) is int and -MAX_NUMBER <= value <= MAX_NUMBER:
            return int(value)
        whole = number(value)
        if whole != int(whole):
            raise wrong_type(pointer, value, "a whole number")
        return int(whole)

    return integer


def _amount(pointer: str, catalogue: Catalogue) -> Check:
    number, digits, currency = _number(pointer), catalogue.minor_digits, catalogue.currency
    scale = 10**digits
    expected = f"an amount in {currency} with at most {digits} decimals"

    def amount(value: Any) -> int:
        minor: int = round(number(value) * scale)
        # Division rounds correctly, so this holds exactly when the publisher wrote minor/scale.
        if minor / scale != value:
            detail = f"expected {expected}, found {value}"
            raise RejectedError("too-precise", pointer, detail, expected=expected)
        if not -MAX_NUMBER <= minor <= MAX_NUMBER:
            raise RejectedError("out-of-range", pointer, "the amount is too large", expected=expected)
        return minor

    return amount


def _boolean(pointer: str) -> Check:
    def boolean(value: Any) -> bool:
        if type(value) is not bool:
            raise wrong_type(pointer, value, "true or false")
        return value

    return boolean


def _text(pointer: str) -> Check:
    def text(value: Any) -> str:
        if type(value) is not str:
            raise wrong_type(pointer, value, "text")
        if _HALF_CHARACTERS.search(value):
            raise RejectedError(
                "bad-text", pointer, "the text holds a character that is none", expected="text"
            )
        return value

    return text


def _texts(pointer: str) -> Check:
    def texts(value: Any) -> list[str]:
        if type(value) is not list or len(value) > _MAX_LIST:
            raise wrong_type(pointer, value, f"a list of at most {_MAX_LIST} texts")
        return [_text(f"{pointer}/{at}")(item) for at, item in enumerate(value)]

    return texts


def _choice(pointer: str, choices: tuple[str, ...]) -> Check:
    known, allowed = list(choices), frozenset(choices)

    def choice(value: Any) -> str:
        if type(value) is not str:
            raise wrong_type(pointer, value, f"one of {', '.join(known)}")
        if value not in allowed:
            raise unknown("unknown-choice", pointer, "value", value, known)
        return value

    return choice


def _choices(pointer: str, choices: tuple[str, ...]) -> Check:
    texts = _texts(pointer)

    def several(value: Any) -> list[str]:
        return [_choice(f"{pointer}/{at}", choices)(item) for at, item in enumerate(texts(value))]

    return several


def _date(pointer: str) -> Check:
    return _dated(pointer, _DATE, "a date such as 2010-01-04", "")


def _month_day(pointer: str) -> Check:
    return _dated(pointer, _MONTH_DAY, "month and day such as 02-29", f"{_LEAP_YEAR}-")


def _dated(pointer: str, pattern: re.Pattern[str], expected: str, year: str) -> Check:
    def dated(value: Any) -> str:
        if type(value) is not str:
            raise wrong_type(pointer, value, expected)
        try:
            if not pattern.fullmatch(value):
                raise ValueError(value)
            date.fromisoformat(year + value)
        except ValueError as error:
            detail = f'expected {expected}, found "{shown_text(value)}"'
            raise RejectedError("bad-date", pointer, detail, expected=expected) from error
        return value

    return dated


_CHECKS: dict[Kind, Callable[[str], Check]] = {
    Kind.INTEGER: _integer,
    Kind.DAYS: _integer,
    Kind.NUMBER: _number,
    Kind.PERCENT: _number,
    Kind.BOOLEAN: _boolean,
    Kind.TEXT: _text,
    Kind.TEXTS: _texts,
    Kind.DATE: _date,
    Kind.MONTH_DAY: _month_day,
}
