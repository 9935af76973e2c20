"""Values as people write them: numbers with units, dates, choices. Pure.

Units are compulsory where a kind has one; inside, amounts are minor units and percents 0–100.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from shared.model.values import Kind, Value
from shared.policy.codes import BAD_VALUE, OUT_OF_RANGE, UNIT, UNKNOWN_CHOICE, Code
from shared.policy.currencies import CHINESE_NAMES, currency_of, minor_digits
from shared.policy.suggest import did_you_mean, listed

_QUANTITY = re.compile(r"([+-]?[\d.,_]+)\s*(.*)", re.DOTALL)
_NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?")
_PERCENT_WORD = re.compile(r"百分之\s*(\S+)")
DAY_UNITS = frozenset({"day", "days", "天", "日"})
PERCENT_UNITS = frozenset({"percent", "%", "％"})
_TRUE = frozenset({"true", "yes", "真"})
_FALSE = frozenset({"false", "no", "假"})
_LARGEST = 2**53


class FaultyValueError(Exception):
    """A written value that cannot be taken; carries what a problem needs."""

    def __init__(self, code: Code, message: str, expected: str = "", suggestion: str = "") -> None:
        super().__init__(message)
        self.code, self.message, self.expected, self.suggestion = code, message, expected, suggestion


@dataclass(frozen=True, slots=True)
class ValueType:
    """What a written value must be: its kind and what narrows it."""

    kind: Kind
    currency: str = "CNY"
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None


def parse_value(text: str, wanted: ValueType) -> Value:
    """Turn *text* into a value of the type *wanted*; raises `FaultyValueError`."""
    text = text.strip()
    value = _PARSERS[wanted.kind](text, wanted)
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        _check_range(text, value, wanted)
    return value


def parse_days(text: str) -> int:
    """A duration in whole days, not negative."""
    value = parse_value(text, ValueType(Kind.DAYS, minimum=0))
    assert isinstance(value, int)
    return value


def write_value(value: Value, kind: Kind, currency: str, language: str = "en") -> str:
    """Write *value* the way rule files in *language* have it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value
    if kind is Kind.AMOUNT:
        return _write_amount(int(value), currency, language)
    number = f"{Decimal(repr(value)):f}"
    if kind is Kind.PERCENT:
        return f"{number}%" if language == "zh" else f"{number} percent"
    if kind is Kind.DAYS:
        return f"{number} 天" if language == "zh" else f"{number} day{'' if value == 1 else 's'}"
    return number


def _write_amount(minor: int, currency: str, language: str) -> str:
    digits = minor_digits(currency)
    amount = Decimal(minor).scaleb(-digits)
    text = f"{amount:f}" if minor % 10**digits else str(int(amount))
    unit = CHINESE_NAMES.get(currency, currency) if language == "zh" else currency
    return f"{text} {unit}"


def unit_example(kind: Kind, currency: str, number: str = "30") -> str:
    """How a quantity of *kind* is written."""
    return {
        Kind.AMOUNT: f"{number} {currency}",
        Kind.PERCENT: f"{number} percent",
        Kind.DAYS: f"{number} days",
    }.get(kind, number)


def split_quantity(text: str) -> tuple[str, str]:
    """The number in *text* and what stands after it."""
    if worded := _PERCENT_WORD.fullmatch(text):
        return worded[1], "percent"
    found = _QUANTITY.fullmatch(text)
    return (found[1], found[2].strip()) if found else (text, "")


def _decimal(text: str, wanted: ValueType) -> Decimal:
    if _NUMBER.fullmatch(text):
        return Decimal(text)
    suggestion = ""
    if re.fullmatch(r"-?[\d,_]+(\.\d+)?", text):
        plain = text.replace(",", "").replace("_", "")
        suggestion = f'write "{unit_example(wanted.kind, wanted.currency, plain.lstrip("0") or "0")}"'
    expected = f"a number such as {unit_example(wanted.kind, wanted.currency)}"
    raise FaultyValueError(BAD_VALUE, f'"{text}" is not a number', expected, suggestion)


def _unit_fault(text: str, number: str, unit: str, wanted: ValueType) -> FaultyValueError:
    example = unit_example(wanted.kind, wanted.currency, number)
    if not unit:
        return FaultyValueError(
            UNIT, f'"{text}" has no unit', f"{wanted.kind.value} values with a unit", f'write "{example}"'
        )
    return FaultyValueError(
        UNIT, f'"{unit}" is not the unit here', f'a value such as "{example}"', f'write "{example}"'
    )


def _integer(text: str, wanted: ValueType) -> int:
    return _whole(text, *split_quantity(text), wanted, frozenset({""}))


def _days(text: str, wanted: ValueType) -> int:
    return _whole(text, *split_quantity(text), wanted, DAY_UNITS)


def _whole(text: str, number: str, unit: str, wanted: ValueType, units: frozenset[str]) -> int:
    amount = _decimal(number, wanted)
    _check_unit(text, number, unit, wanted, units)
    if amount != amount.to_integral_value():
        raise FaultyValueError(
            BAD_VALUE, f'"{text}" is not a whole number', f"whole {wanted.kind.value} values"
        )
    return int(amount)


def _check_unit(text: str, number: str, unit: str, wanted: ValueType, units: frozenset[str]) -> None:
    if unit.casefold() in units:
        return
    if "" in units:
        what = f"a plain {wanted.kind.value}"
        raise FaultyValueError(UNIT, f'"{unit}" stands after a value without unit', what, f'write "{number}"')
    raise _unit_fault(text, number, unit, wanted)


def _fraction(text: str, wanted: ValueType, units: frozenset[str]) -> float | int:
    number, unit = split_quantity(text)
    amount = _decimal(number, wanted)
    _check_unit(text, number, unit, wanted, units)
    return int(amount) if amount == amount.to_integral_value() else float(amount)


def _number(text: str, wanted: ValueType) -> float | int:
    return _fraction(text, wanted, frozenset({""}))


def _percent(text: str, wanted: ValueType) -> float | int:
    return _fraction(text, wanted, PERCENT_UNITS)


def _amount(text: str, wanted: ValueType) -> int:
    number, unit = split_quantity(text)
    amount = _decimal(number, wanted)
    if currency_of(unit) != wanted.currency:
        raise _unit_fault(text, number, unit, wanted)
    minor = amount.scaleb(minor_digits(wanted.currency))
    if minor != minor.to_integral_value():
        digits = minor_digits(wanted.currency)
        raise FaultyValueError(
            BAD_VALUE, f'"{text}" has too many decimals', f"at most {digits} decimals in {wanted.currency}"
        )
    return int(minor)


def _boolean(text: str, wanted: ValueType) -> bool:
    if text.casefold() in _TRUE:
        return True
    if text.casefold() in _FALSE:
        return False
    raise FaultyValueError(BAD_VALUE, f'"{text}" is neither true nor false', "true or false")


def _text(text: str, wanted: ValueType) -> str:
    if text:
        return text
    raise FaultyValueError(BAD_VALUE, "the text is empty", "some text")


def _choice(text: str, wanted: ValueType) -> str:
    if not wanted.choices or text in wanted.choices:
        return _text(text, wanted)
    raise FaultyValueError(
        UNKNOWN_CHOICE,
        f'"{text}" is not one of the choices',
        f"one of {listed(wanted.choices)}",
        did_you_mean(text, wanted.choices),
    )


def _date(text: str, wanted: ValueType) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise FaultyValueError(
            BAD_VALUE, f'"{text}" is not a date', "year-month-day, such as 2026-12-24"
        ) from None


def _month_day(text: str, wanted: ValueType) -> str:
    try:
        if not re.fullmatch(r"\d\d-\d\d", text):
            raise ValueError(text)
        date.fromisoformat(f"2000-{text}")
    except ValueError:
        raise FaultyValueError(
            BAD_VALUE, f'"{text}" is not a day of the year', "month-day, such as 12-24"
        ) from None
    return text


_PARSERS = {
    Kind.INTEGER: _integer,
    Kind.NUMBER: _number,
    Kind.AMOUNT: _amount,
    Kind.PERCENT: _percent,
    Kind.DAYS: _days,
    Kind.BOOLEAN: _boolean,
    Kind.TEXT: _text,
    Kind.CHOICE: _choice,
    Kind.TEXTS: _choice,
    Kind.DATE: _date,
    Kind.MONTH_DAY: _month_day,
}


def _check_range(text: str, value: float, wanted: ValueType) -> None:
    low, high = wanted.minimum, wanted.maximum
    if (low is not None and value < low) or (high is not None and value > high) or abs(value) > _LARGEST:
        raise FaultyValueError(OUT_OF_RANGE, f'"{text}" is out of range', _range_words(wanted))


def _range_words(wanted: ValueType) -> str:
    def words(bound: float) -> str:
        return write_value(int(bound) if bound == int(bound) else bound, wanted.kind, wanted.currency)

    if wanted.minimum is not None and wanted.maximum is not None:
        return f"{words(wanted.minimum)} to {words(wanted.maximum)}"
    if wanted.minimum is not None:
        return f"{words(wanted.minimum)} or more"
    return f"{words(wanted.maximum)} or less" if wanted.maximum is not None else "a number up to 2^53"
