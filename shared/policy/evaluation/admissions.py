"""Whether a decision fits into its rule's budget, which all customers share.

The port, and the in-memory adapter that tests and backtests use.
"""

from dataclasses import dataclass, field
from typing import Protocol

from shared.policy.model.rules import Budget


class Admissions(Protocol):
    """Keeps count of what each rule's budget has let through on each local day."""

    def admit(self, rule: str, day: int, decision_id: str, budget: Budget) -> bool:
        """Whether *decision_id* has or gets one of the places that *budget* allows for *day*.

        An admitted decision that asks again is admitted again and takes no second place. May raise
        `RetryLaterError`; then the evaluation has to be repeated from the stored relationship.
        """
        ...


@dataclass(slots=True)
class MemoryAdmissions:
    """Admissions of one process; *customers* is the number that shares are taken of."""

    customers: int = 0
    _admitted: dict[tuple[str, int], set[str]] = field(default_factory=dict)

    def admit(self, rule: str, day: int, decision_id: str, budget: Budget) -> bool:
        """See `Admissions`."""
        admitted = self._admitted.setdefault((rule, day), set())
        if decision_id in admitted:
            return True
        limit = self._limit(budget)
        if limit is not None and len(admitted) >= limit:
            return False
        admitted.add(decision_id)
        return True

    def _limit(self, budget: Budget) -> int | None:
        limits = [] if budget.max_per_day is None else [budget.max_per_day]
        if budget.max_share_percent is not None:
            limits.append(int(self.customers * budget.max_share_percent / 100))
        return min(limits, default=None)
