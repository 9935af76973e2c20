"""What all customers of a simulated company share: its dates, its competitors, and how it gives care.

Pure. Days are counted from 0, the first day of the simulation.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

CareGiven = Callable[[str, int], bool]
"""Whether a customer gets the care that is due on a day; how a holdout is left without."""


@dataclass(frozen=True, slots=True)
class Care:
    """One care given to a customer. *rule*: on whose order, where others than the simulation decide."""

    day: float
    kind: str = "contact"
    rule: str = ""
    is_contact: bool = True  # somebody spoke or wrote to the customer

    @property
    def second(self) -> int:
        """When, in whole seconds from the start: what tells one care from the next."""
        return int(self.day * 86_400)


CareOn = Callable[[str], Sequence[Care]]
"""The care that a customer is given, where others than the simulation decide that."""


def everybody(customer: str, day: int) -> bool:
    """Give all care that is due."""
    return True


@dataclass(frozen=True, slots=True)
class World:
    """One company. *promotions* are the days on which competitors discount hard."""

    seed: int
    start: date
    days: int
    promotions: frozenset[int] = frozenset()
    care: CareGiven = everybody
    care_effect: float = 1.0  # scales what care does to every hidden type; 0: nothing
    care_every: int = 60
    care_on: CareOn | None = None  # instead of the cycle and of `care`
    seasons: tuple[float, ...] = field(init=False, repr=False)  # pace of buying, day by day

    def __post_init__(self) -> None:
        months = (self.date_of(day).month for day in range(self.days))
        object.__setattr__(self, "seasons", tuple(SEASON[month - 1] for month in months))

    def instant(self, day: float) -> str:
        """RFC 3339 time, in UTC, of a day and a fraction of it."""
        whole, seconds = divmod(int(day * 86_400), 86_400)
        minutes, second = divmod(seconds, 60)
        hour, minute = divmod(minutes, 60)
        return f"{_date(self.start, whole)}T{hour:02}:{minute:02}:{second:02}Z"

    def date_of(self, day: float) -> date:
        """The calendar date of a day."""
        return self.start + timedelta(days=int(day))


@lru_cache(maxsize=16_384)
def _date(start: date, day: int) -> str:
    return (start + timedelta(days=day)).isoformat()


SEASON = (0.85, 0.85, 0.95, 1.0, 1.0, 0.95, 0.9, 0.85, 1.05, 1.1, 1.3, 1.25)
"""Pace of buying by month against the year's mean: quiet after New Year, busy before it."""
