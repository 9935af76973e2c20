"""Terms as people write them: so many days, or so many business days. Pure."""

from shared.model.business import Term
from shared.model.values import Kind
from shared.policy.codes import UNIT
from shared.policy.quantities import (
    DAY_UNITS,
    FaultyValueError,
    ValueType,
    no_unit,
    parse_value,
    split_quantity,
    wrong_unit,
)
from shared.policy.said import Said

BUSINESS_UNITS = frozenset({"business day", "business days", "working day", "working days"})
CHINESE_BUSINESS_UNITS = frozenset({"工作日", "个工作日"})
_WHOLE_DAYS = ValueType(Kind.DAYS, minimum=0)


def parse_term(text: str) -> Term:
    """Turn *text* into a term; raises `FaultyValueError`."""
    number, written = split_quantity(text.strip())
    unit = " ".join(written.casefold().split())
    business = unit in BUSINESS_UNITS or unit in CHINESE_BUSINESS_UNITS
    if not business and unit not in DAY_UNITS:
        raise FaultyValueError(
            UNIT,
            wrong_unit(written) if written else no_unit(text),
            Said("days or business days", "天数或工作日数"),
            Said(
                f'write "{number} days" or "{number} business days"',
                f"写成“{number} 天”或“{number} 个工作日”",
            ),
        )
    days = parse_value(f"{number} days", _WHOLE_DAYS)
    assert isinstance(days, int)
    return Term(days, business)


def write_term(term: Term, language: str = "en") -> str:
    """Write *term* the way rule files in *language* have it."""
    if language == "zh":
        return f"{term.days} {'个工作日' if term.business else '天'}"
    unit = "business day" if term.business else "day"
    return f"{term.days} {unit}{'' if term.days == 1 else 's'}"
