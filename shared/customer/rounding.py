"""How a quotient becomes a fact: whole for counted kinds, else two decimals, always half to even.

Pure.
"""

from collections.abc import Callable

from shared.model.values import Kind

Number = int | float
Rounding = Callable[[Number, Number], Number]
"""``rounded(over, under)``; *under* is never 0."""


def rounding_for(kind: Kind) -> Rounding:
    """Return how ``over / under`` is rounded for a metric of *kind*."""
    return whole if kind in (Kind.AMOUNT, Kind.INTEGER) else two_decimals


def whole(over: Number, under: Number) -> int:
    """Return the nearest whole number, half to even; exact for whole operands of any size."""
    if not (isinstance(over, int) and isinstance(under, int)):
        return round(over / under)
    if under < 0:
        over, under = -over, -under
    quotient, rest = divmod(over, under)
    return quotient + (2 * rest > under or (2 * rest == under and quotient % 2 == 1))


def two_decimals(over: Number, under: Number) -> float:
    """Return the quotient with two decimals."""
    return round(over / under, 2)


def percent(over: Number, under: Number) -> float:
    """Return the quotient as percent with two decimals."""
    return round(100 * over / under, 2)


def change(now: Number, before: Number) -> float | None:
    """Return the change in percent of *before*; growth from zero or less is unknown."""
    return percent(now - before, before) if before > 0 else None
