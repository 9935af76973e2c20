"""Where worth turns to loss, and which premise moves it most. Pure."""

from dataclasses import dataclass, replace
from typing import Any

from shared.worth.premises import LONGEST_YEARS, PREMISES, Premises
from shared.worth.value import net_present_value

STEPS = 200  # halvings; more than a float can tell apart
SOUGHT = ("churn", "revenue", "acquisition_cost", "margin")


@dataclass(frozen=True, slots=True)
class BreakEven:
    """The value of one premise, all others as they are, at which nothing is gained or lost.

    *value* None: no value that the premise may take does that.
    """

    name: str
    now: float
    value: float | None


@dataclass(frozen=True, slots=True)
class Swing:
    """What the total becomes when one premise is *percent* of itself lower or higher."""

    name: str
    percent: float
    lower: float
    higher: float

    @property
    def reach(self) -> float:
        """How far the total moves."""
        return abs(self.higher - self.lower)


def break_even(base: Premises) -> list[BreakEven]:
    """For each premise that policy can move, and for the years needed to earn the acquisition cost back."""
    found = [BreakEven(name, getattr(base, name), _root(base, name)) for name in SOUGHT]
    return [*found, BreakEven("years", base.years, _years(base))]


def _root(base: Premises, name: str) -> float | None:
    """Halve the interval of what *name* may be: the total is monotonic in each premise."""
    low, high = PREMISES[name].least, _highest(base, name)
    at_low, at_high = (_total(base, name, bound) for bound in (low, high))
    if at_low == at_high or (at_low > 0) == (at_high > 0):
        return low if at_low == 0 else None
    for _ in range(STEPS):
        middle = (low + high) / 2
        if (_total(base, name, middle) > 0) == (at_low > 0):
            low = middle
        else:
            high = middle
    return (low + high) / 2


def _highest(base: Premises, name: str) -> float:
    """A bound that matters: nobody needs more revenue than a thousand times what is spent or earned now."""
    if PREMISES[name].is_amount:
        return min(PREMISES[name].most, 1_000 * max(base.revenue, base.acquisition_cost, 1.0))
    return PREMISES[name].most


def _years(base: Premises) -> float | None:
    totals = (net_present_value(replace(base, years=years)) for years in range(1, LONGEST_YEARS + 1))
    return next((float(years) for years, total in enumerate(totals, 1) if total >= 0), None)


def sensitivity(base: Premises, percent: float = 10.0) -> list[Swing]:
    """Each premise *percent* lower and higher, the one that moves the total most first; years by one."""
    swings = [_swing(base, name, percent) for name in PREMISES]
    return sorted(swings, key=lambda swing: (-swing.reach, swing.name))


def _swing(base: Premises, name: str, percent: float) -> Swing:
    now = getattr(base, name)
    step = 1 if name == "years" else now * percent / 100
    lower, higher = (_total(base, name, _within(name, value)) for value in (now - step, now + step))
    return Swing(name, percent, lower, higher)


def _within(name: str, value: float) -> float:
    return min(max(value, PREMISES[name].least), PREMISES[name].most)


def _total(base: Premises, name: str, value: Any) -> float:
    return net_present_value(replace(base, **{name: value}))
