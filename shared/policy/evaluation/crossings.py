"""When a fact that counts days passes a number it is compared with.

Pure arithmetic on anchors and ordinals of local days.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil, floor

from shared.contracts.snapshot import Anchor

ROUNDING = 0.005
"""Half of the last digit that `Anchor.at` keeps."""


@dataclass(frozen=True, slots=True)
class Marks:
    """The numbers one fact is compared with, in order; *turns*: whole values that may change an answer."""

    numbers: tuple[float, ...]
    turns: tuple[int, ...]

    @classmethod
    def of(cls, numbers: Iterable[float]) -> "Marks":
        """Order *numbers*."""
        ordered = sorted(set(numbers))
        turns = {turn for number in ordered for turn in (ceil(number), floor(number) + 1)}
        return cls(tuple(ordered), tuple(sorted(turns)))

    def next_day(self, anchor: Anchor, day: int) -> int | None:
        """Return the first day after *day* on which the fact reaches or leaves one of the numbers."""
        if anchor.factor == 1 and anchor.divisor == 1:
            at = bisect_right(self.turns, day - anchor.day)
            return anchor.day + self.turns[at] if at < len(self.turns) else None
        if anchor.factor / anchor.divisor <= 0:
            return None if anchor.factor == 0 else day + 1
        return self._scaled(anchor, day)

    def _scaled(self, anchor: Anchor, day: int) -> int | None:
        value = anchor.at(day)
        at = bisect_left(self.numbers, value)
        if at == len(self.numbers):
            return None
        number = self.numbers[at]
        turn = max(day + 1, anchor.day + floor((number - ROUNDING) * anchor.divisor / anchor.factor))
        while not (anchor.at(turn) > number or anchor.at(turn) == number > value):
            turn += 1
        return turn
