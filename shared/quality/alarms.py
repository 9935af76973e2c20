"""Alerts read as predictions: right when the customer then left, missed when one left without. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.quality.ranking import Interval, wilson


@dataclass(frozen=True, slots=True)
class Alarms:
    """How many were alarmed, how many of those left, and how many left in all."""

    alarmed: int
    right: int
    leavers: int

    @classmethod
    def of(cls, alarmed: Sequence[bool], left: Sequence[bool]) -> "Alarms":
        """Count the alarms of some customers."""
        right = sum(alarm and leaver for alarm, leaver in zip(alarmed, left, strict=True))
        return cls(sum(alarmed), right, sum(left))

    @property
    def precision(self) -> float | None:
        """The share of the alarmed who left."""
        return self.right / self.alarmed if self.alarmed else None

    @property
    def precision_interval(self) -> Interval | None:
        """Its 95 % interval."""
        return wilson(self.right, self.alarmed) if self.alarmed else None

    @property
    def recall(self) -> float | None:
        """The share of those who left who had been alarmed."""
        return self.right / self.leavers if self.leavers else None

    @property
    def f1(self) -> float | None:
        """The harmonic mean of both."""
        both = self.alarmed + self.leavers
        return 2 * self.right / both if both else None
