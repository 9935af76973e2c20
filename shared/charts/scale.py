"""From values to places on a drawing, and the round values that an axis names. Pure."""

from dataclasses import dataclass
from math import floor, log10

_STEPS = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from *low* to *high* stand from *start* to *end*."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Where *value* stands; what is beyond an end stands at it."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low or 1.0)
        return self.start + (self.end - self.start) * share


def round_above(value: float) -> float:
    """The least round number not below *value*; half of it reads well, too."""
    power = 10.0 ** floor(log10(value)) if value > 0 else 1.0
    return next(power * step for step in _STEPS if power * step >= value * (1 - 1e-9))


def around_zero(low: float, high: float) -> tuple[float, float]:
    """Round bounds of a scale that holds zero, *low* and *high*."""
    least, most = min(low, 0.0), max(high, 0.0)
    return (-round_above(-least) if least < 0 else 0.0), (round_above(most) if most > 0 or not least else 0.0)


def ticks(low: float, high: float) -> list[float]:
    """Both bounds, zero and halves between."""
    if low < 0 < high:
        return [low, 0.0, high]
    return [low, (low + high) / 2, high]


def told(value: float) -> str:
    """A value as an axis names it."""
    return f"{value:,.10g}" if abs(value) < 1e15 else f"{value:g}"
