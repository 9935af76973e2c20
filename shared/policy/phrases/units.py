"""The words for units in both languages, and how one becomes the other. Pure."""

import re

from shared.model.values import Kind
from shared.policy.currencies import CHINESE_NAMES, currency_of
from shared.policy.quantities import DAY_UNITS, PERCENT_UNITS

_QUANTITY = re.compile(r"(-?\d[\d.]*)\s*(\S+)")
_PERCENT_WORD = re.compile(r"百分之\s*(\S+)")


def translate_unit(text: str, kind: Kind, language: str) -> str:
    """Write the unit of the quantity *text* in *language*; what is no quantity of *kind* stays as it is."""
    if kind is Kind.PERCENT and (worded := _PERCENT_WORD.fullmatch(text)):
        text = f"{worded[1]} percent"
    found = _QUANTITY.fullmatch(text)
    unit = _unit(found[1], found[2], kind, language) if found else None
    return f"{found[1]}{unit}" if found and unit else text


def _unit(number: str, unit: str, kind: Kind, language: str) -> str | None:
    if kind is Kind.DAYS and unit.casefold() in DAY_UNITS:
        return " 天" if language == "zh" else (" day" if number == "1" else " days")
    if kind is Kind.PERCENT and unit.casefold() in PERCENT_UNITS:
        return "%" if language == "zh" else " percent"
    currency = currency_of(unit) if kind is Kind.AMOUNT else None
    if currency:
        return f" {CHINESE_NAMES.get(currency, currency) if language == 'zh' else currency}"
    return None
