"""The types a fact, an event field or an action field may have, and bilingual text.

Pure declarations. Numbers on the inside are plain: amounts are integers of the currency's minor
unit, percents are 0–100, dates are ISO strings, month-days are ``MM-DD``.
"""

from collections.abc import Mapping
from enum import Enum

Value = int | float | str | bool
"""A known value of a fact. Lists (`Kind.TEXTS`) are tuples of text and are tested by membership."""

FactValue = int | float | str | bool | tuple[str, ...] | None
"""What a fact may hold at evaluation; ``None`` means missing, never zero."""

Text = Mapping[str, str]
"""Words by language: ``{"en": …, "zh": …}``; at least one language is present."""


class Kind(str, Enum):
    """The type of a value, as named in rule files."""

    INTEGER = "integer"
    NUMBER = "number"
    AMOUNT = "amount"  # integer minor units of the declared currency
    PERCENT = "percent"  # 0–100; a change may lie outside
    DAYS = "days"
    BOOLEAN = "boolean"
    TEXT = "text"
    CHOICE = "choice"
    TEXTS = "texts"  # a list of text, tested by membership
    DATE = "date"
    MONTH_DAY = "month-day"

    @property
    def is_numeric(self) -> bool:
        """Whether values of this kind have an order."""
        return self in _NUMERIC


_NUMERIC = frozenset({Kind.INTEGER, Kind.NUMBER, Kind.AMOUNT, Kind.PERCENT, Kind.DAYS})


def in_language(text: Text, language: str) -> str:
    """Return *text* in *language*, else in English, else in whatever language it has."""
    return text.get(language) or text.get("en") or next(iter(text.values()), "")
