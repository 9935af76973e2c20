"""The premises that a customer's worth is reckoned from, their limits, and how people name them.

Pure. Shares (churn, margin, discount) are fractions of 1; amounts are in the currency's main unit.
"""

from dataclasses import dataclass, fields
from math import isfinite

from shared.model.values import Text

LONGEST_YEARS = 100


@dataclass(frozen=True, slots=True)
class Premise:
    """What one premise means. *least* and *most* are what it may be; a share is told as a percentage."""

    title: Text
    least: float
    most: float
    is_share: bool = False
    is_whole: bool = False
    is_amount: bool = False


PREMISES: dict[str, Premise] = {
    "customers": Premise({"en": "Customers", "zh": "客户数"}, 0, 1e12, is_whole=True),
    "churn": Premise({"en": "Churn a year", "zh": "年流失率"}, 0, 1, is_share=True),
    "revenue": Premise(
        {"en": "Revenue per customer and year", "zh": "每客户年收入"}, 0, 1e12, is_amount=True
    ),
    "acquisition_cost": Premise(
        {"en": "Cost to acquire a customer", "zh": "获客成本"}, 0, 1e12, is_amount=True
    ),
    "margin": Premise({"en": "Margin on revenue", "zh": "利润率"}, -1, 1, is_share=True),
    "years": Premise({"en": "Years counted", "zh": "计算年数"}, 1, LONGEST_YEARS, is_whole=True),
    "discount": Premise({"en": "Discount rate a year", "zh": "年贴现率"}, 0, 10, is_share=True),
}
"""Every premise by name, in the order in which people read them."""


class PremiseError(ValueError):
    """A premise that cannot be; the text says which, what it was and what it may be."""


@dataclass(frozen=True, slots=True)
class Premises:
    """One set of premises; raises `PremiseError` for one outside its limits."""

    customers: float
    churn: float
    revenue: float
    acquisition_cost: float
    margin: float
    years: int
    discount: float

    def __post_init__(self) -> None:
        for field in fields(self):
            _check(field.name, getattr(self, field.name))


def _check(name: str, value: float) -> None:
    premise = PREMISES[name]
    if isfinite(value) and premise.least <= value <= premise.most:
        return
    least, most = (tell(name, bound) for bound in (premise.least, premise.most))
    raise PremiseError(f"{name} is {tell(name, value)}; expected {least} to {most}")


def tell(name: str, value: float) -> str:
    """A premise's value as people write it."""
    premise = PREMISES[name]
    if premise.is_share:
        return f"{value * 100:.4g} %"
    if premise.is_amount:
        return f"{value:,.2f}"
    return f"{value:,.0f}" if premise.is_whole and value == int(value) else f"{value:,g}"
