"""Whether a decision fits into its rule's budget, which all customers share.

The port, and the in-memory adapter that tests and backtests use.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import floor
from typing import Protocol

from shared.model.rules import Budget


@dataclass(frozen=True, slots=True)
class Admission:
    """The answer: the *number* of the place that a decision got among the day's *places*, None for none.

    True when it got one.
    """

    number: int | None
    places: int

    def __bool__(self) -> bool:
        return self.number is not None


class Admissions(Protocol):
    """Keeps count of what each rule's budget has let through on each local day."""

    def admit(self, rule: str, day: int, decision_id: str, budget: Budget) -> Admission:
        """Which of the places that *budget* allows for *day* the decision has or gets, if any.

        A decision that asks again gets its answer again and takes no second place. May raise
        `RetryLaterError`; then the evaluation has to be repeated from the stored relationship.
        """
        ...


def places(budget: Budget, customers: int) -> int:
    """How many decisions *budget* lets through on one day among so many *customers*; shares round down."""
    limits = [] if budget.max_per_day is None else [budget.max_per_day]
    if budget.max_share_percent is not None:
        limits.append(floor(Fraction(str(budget.max_share_percent)) * customers / 100))
    return min(limits)


@dataclass(slots=True)
class MemoryAdmissions:
    """Admissions of one process; *customers* is the number that shares are taken of."""

    customers: int = 0
    _admitted: dict[tuple[str, int], dict[str, int]] = field(default_factory=dict)

    def admit(self, rule: str, day: int, decision_id: str, budget: Budget) -> Admission:
        """See `Admissions`."""
        admitted = self._admitted.setdefault((rule, day), {})
        allowed = places(budget, self.customers)
        if decision_id not in admitted and len(admitted) < allowed:
            admitted[decision_id] = len(admitted) + 1
        return Admission(admitted.get(decision_id), allowed)

    def admitted(self, rule: str, day: int) -> Sequence[str]:
        """Who has got a place, in order."""
        return tuple(self._admitted.get((rule, day), ()))
