"""Budgets in a backtest: the answers that were recorded, or counted anew in the order of the log.

Pure. Both are adapters of `shared.policy.evaluation.admissions.Admissions`.
"""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from shared.model.rules import Budget, Bundle
from shared.policy.evaluation.admissions import places


@dataclass(frozen=True, slots=True)
class RecordedAdmissions:
    """Whoever was let through is let through again, nobody else; *admitted* is by rule and day."""

    admitted: Mapping[tuple[str, int], AbstractSet[str]] = field(default_factory=dict)

    def admit(self, rule: str, day: int, decision_id: str, budget: Budget) -> bool:
        """Whether *decision_id* had a place."""
        return decision_id in self.admitted.get((rule, day), ())


@dataclass(slots=True)
class CountedAdmissions:
    """First come, first served; *customers* tells how many there are when a day's first one asks."""

    customers: Callable[[], int]
    admitted: dict[tuple[str, int], set[str]] = field(default_factory=dict)
    _places: dict[tuple[str, int], int] = field(default_factory=dict)

    def admit(self, rule: str, day: int, decision_id: str, budget: Budget) -> bool:
        """Whether *decision_id* has or gets a place."""
        slot = (rule, day)
        admitted = self.admitted.setdefault(slot, set())
        if slot not in self._places:
            self._places[slot] = places(budget, self.customers())
        if decision_id in admitted:
            return True
        if len(admitted) >= self._places[slot]:
            return False
        admitted.add(decision_id)
        return True


def shares_budgets(bundle: Bundle) -> bool:
    """Whether some rule's budget makes customers depend on each other."""
    return any(rule.budget is not None for policy in bundle.policies for rule in policy.rules)
