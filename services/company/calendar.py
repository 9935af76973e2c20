"""The rounds of a simulated company: which events belong to which, by the days of the company's time zone.

A round is some local days. What Guanxi orders in one is worked from the first day of the next on. Pure.
"""

from dataclasses import dataclass, field

from shared.customer.local_time import LocalTime
from shared.simulation.world import World


@dataclass(frozen=True, slots=True)
class Calendar:
    """The *days* of *world* cut into rounds of *every* days."""

    world: World
    every: int
    local: LocalTime
    first: int = field(init=False)  # ordinal of the first local day

    def __post_init__(self) -> None:
        object.__setattr__(self, "first", self.world.start.toordinal())

    @property
    def rounds(self) -> int:
        """How many rounds there are."""
        return -(-self.world.days // self.every)

    def last_day(self, number: int) -> int:
        """The ordinal of the last local day of round *number*."""
        return self.first + min((number + 1) * self.every, self.world.days) - 1

    def round_of(self, instant: str) -> int:
        """The round of a moment; what lies outside belongs to the first or the last."""
        number = (self.local.day_of(instant) - self.first) // self.every
        return min(max(0, number), self.rounds - 1)

    def work_day(self, day: float) -> float:
        """*day* of the world, or the next if by local time it is still the day before."""
        is_before = self.local.day_of(self.world.instant(day)) < self.first + int(day)
        return day + 1 if is_before else day
