"""Which numbers a fact can have: its step, its bounds, and the ones that tell thresholds apart.

Pure. Between two neighbouring thresholds every number answers alike, so one of them stands for all; it is the
simplest: the threshold itself, else a whole number beside it, else the next the fact can have.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

Number = int | float


@dataclass(frozen=True, slots=True)
class Grid:
    """The values of a numeric fact: multiples of *step* (``None``: any) within the bounds.

    *plain* is the distance at which people find a number simple, such as whole pounds.
    """

    step: Fraction | None = Fraction(1)
    low: Number | None = None
    high: Number | None = None
    plain: int = 1

    def values(self, thresholds: Sequence[Number]) -> list[Number]:
        """Return values of which at least one lies in every cell that *thresholds* cut, simplest first."""
        found: dict[Fraction, None] = {}
        for number in self._around(thresholds):
            exact = Fraction(number)
            if self._holds(exact):
                found.setdefault(exact)
        return [_written(exact) for exact in found]

    def _around(self, thresholds: Sequence[Number]) -> Iterator[Number | Fraction]:
        exact = [_exact(threshold) for threshold in thresholds]
        yield from exact
        for each in exact:
            yield self.plain * (ceil(each / self.plain) - 1)
            yield self.plain * (floor(each / self.plain) + 1)
        bounds = [_exact(bound) for bound in (self.low, self.high) if bound is not None]
        for each in (*exact, *bounds):
            yield from self._neighbours(each)
        yield from bounds
        if self.step is None:
            ordered = sorted({*exact, *bounds})
            yield from ((one + other) / 2 for one, other in pairwise(ordered))
        if not exact and not bounds:
            yield 0

    def _neighbours(self, exact: Fraction) -> Iterator[Fraction]:
        if self.step is not None:
            yield self.step * (ceil(exact / self.step) - 1)
            yield self.step * (floor(exact / self.step) + 1)

    def _holds(self, exact: Fraction) -> bool:
        if self.step is not None and exact % self.step:
            return False
        above = self.low is None or exact >= _exact(self.low)
        return above and (self.high is None or exact <= _exact(self.high))


def _exact(number: Number | Fraction) -> Fraction:
    """What people wrote: 0.1 is a tenth, whatever its nearest binary fraction."""
    return Fraction(repr(number)) if isinstance(number, float) else Fraction(number)


def _written(exact: Fraction) -> Number:
    return int(exact) if exact.denominator == 1 else float(exact)
