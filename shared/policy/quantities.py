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
from shared.policy.said import SILENCE, Said, one_of_many, write
from shared.policy.suggest import did_you_mean

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

    def __init__(
        self, code: Code, message: Said, expected: Said = SILENCE, suggestion: Said = SILENCE
    ) -> None:
        super().__init__(message.en)
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


def unit_example(kind: Kind, currency: str, number: str = "30") -> Said:
    """How a quantity of *kind* is written in either language."""
    units = {
        Kind.AMOUNT: Said(f" {currency}", f" {CHINESE_NAMES.get(currency, currency)}"),
        Kind.PERCENT: Said(" percent", "%"),
        Kind.DAYS: Said(" days", " 天"),
    }
    return Said(number, number) + units.get(kind, SILENCE)


def split_quantity(text: str) -> tuple[str, str]:
    """The number in *text* and what stands after it."""
    if worded := _PERCENT_WORD.fullmatch(text):
        return worded[1], "percent"
    found = _QUANTITY.fullmatch(text)
    return (found[1], found[2].strip()) if found else (text, "")


def _decimal(text: str, wanted: ValueType) -> Decimal:
    if _NUMBER.fullmatch(text):
        return Decimal(text)
    suggestion = SILENCE
    if re.fullmatch(r"-?[\d,_]+(\.\d+)?", text):
        plain = text.replace(",", "").replace("_", "")
        suggestion = _write(unit_example(wanted.kind, wanted.currency, plain.lstrip("0") or "0"))
    expected = Said("a number such as ", "数字，例如 ") + unit_example(wanted.kind, wanted.currency)
    raise FaultyValueError(BAD_VALUE, _is_not(text, "a number", "数字"), expected, suggestion)


def _unit_fault(text: str, number: str, unit: str, wanted: ValueType) -> FaultyValueError:
    kind, example = wanted.kind.value, unit_example(wanted.kind, wanted.currency, number)
    if unit:
        expected = Said(f'a value such as "{example.en}"', f"例如“{example.zh}”的值")
        return FaultyValueError(UNIT, wrong_unit(unit), expected, _write(example))
    expected = Said(f"{kind} values with a unit", f"带单位的 {kind} 值")
    return FaultyValueError(UNIT, no_unit(text), expected, _write(example))


def no_unit(text: str) -> Said:
    """A unit is lacking."""
    return Said(f'"{text}" has no unit', f"“{text}”没有单位")


def wrong_unit(unit: str) -> Said:
    """Another unit belongs here."""
    return Said(f'"{unit}" is not the unit here', f"“{unit}”不是此处的单位")


def _write(example: Said) -> Said:
    return Said(write(example.en).en, write(example.zh).zh)


def _is_not(text: str, what: str, chinese: str) -> Said:
    return Said(f'"{text}" is not {what}', f"“{text}”不是{chinese}")


def _integer(text: str, wanted: ValueType) -> int:
    return _whole(text, *split_quantity(text), wanted, frozenset({""}))


def _days(text: str, wanted: ValueType) -> int:
    return _whole(text, *split_quantity(text), wanted, DAY_UNITS)


def _whole(text: str, number: str, unit: str, wanted: ValueType, units: frozenset[str]) -> int:
    amount = _decimal(number, wanted)
    _check_unit(text, number, unit, wanted, units)
    if amount != amount.to_integral_value():
        expected = Said(f"whole {wanted.kind.value} values", f"{wanted.kind.value} 类型的整数")
        raise FaultyValueError(BAD_VALUE, _is_not(text, "a whole number", "整数"), expected)
    return int(amount)


def _check_unit(text: str, number: str, unit: str, wanted: ValueType, units: frozenset[str]) -> None:
    if unit.casefold() in units:
        return
    if "" in units:
        said = Said(f'"{unit}" stands after a value without unit', f"此值不带单位，其后却有“{unit}”")
        expected = Said(f"a plain {wanted.kind.value}", f"不带单位的 {wanted.kind.value}")
        raise FaultyValueError(UNIT, said, expected, write(number))
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
        digits, currency = minor_digits(wanted.currency), wanted.currency
        raise FaultyValueError(
            BAD_VALUE,
            Said(f'"{text}" has too many decimals', f"“{text}”的小数位过多"),
            Said(f"at most {digits} decimals in {currency}", f"{currency} 至多 {digits} 位小数"),
        )
    return int(minor)


def _boolean(text: str, wanted: ValueType) -> bool:
    if text.casefold() in _TRUE:
        return True
    if text.casefold() in _FALSE:
        return False
    said = Said(f'"{text}" is neither true nor false', f"“{text}”既非 true 也非 false")
    raise FaultyValueError(BAD_VALUE, said, Said("true or false", "true 或 false"))


def _text(text: str, wanted: ValueType) -> str:
    if text:
        return text
    raise FaultyValueError(BAD_VALUE, Said("the text is empty", "文字为空"), Said("some text", "一段文字"))


def _choice(text: str, wanted: ValueType) -> str:
    if not wanted.choices or text in wanted.choices:
        return _text(text, wanted)
    raise FaultyValueError(
        UNKNOWN_CHOICE,
        _is_not(text, "one of the choices", "可选项之一"),
        one_of_many(wanted.choices),
        did_you_mean(text, wanted.choices),
    )


def _date(text: str, wanted: ValueType) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        expected = Said("year-month-day, such as 2026-12-24", "年-月-日，例如 2026-12-24")
        raise FaultyValueError(BAD_VALUE, _is_not(text, "a date", "日期"), expected) from None


def _month_day(text: str, wanted: ValueType) -> str:
    try:
        if not re.fullmatch(r"\d\d-\d\d", text):
            raise ValueError(text)
        date.fromisoformat(f"2000-{text}")
    except ValueError:
        said = _is_not(text, "a day of the year", "一年中的某一天")
        expected = Said("month-day, such as 12-24", "月-日，例如 12-24")
        raise FaultyValueError(BAD_VALUE, said, expected) from None
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
        said = Said(f'"{text}" is out of range', f"“{text}”超出范围")
        raise FaultyValueError(OUT_OF_RANGE, said, _range_words(wanted))


def _range_words(wanted: ValueType) -> Said:
    def words(bound: float) -> Said:
        value = int(bound) if bound == int(bound) else bound
        return Said(*(write_value(value, wanted.kind, wanted.currency, each) for each in ("en", "zh")))

    if wanted.minimum is not None and wanted.maximum is not None:
        return words(wanted.minimum) + Said(" to ", " 至 ") + words(wanted.maximum)
    if wanted.minimum is not None:
        return words(wanted.minimum) + Said(" or more", " 或以上")
    if wanted.maximum is not None:
        return words(wanted.maximum) + Said(" or less", " 或以下")
    return Said("a number up to 2^53", "不超过 2^53 的数字")
