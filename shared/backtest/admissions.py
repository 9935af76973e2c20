"""Budgets in a backtest: the answers that were recorded, or counted anew in the order of the log.

Pure. Both are adapters of `shared.policy.evaluation.admissions.Admissions`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from shared.model.rules import Budget, Bundle
from shared.policy.evaluation.admissions import Admission, MemoryAdmissions, places


@dataclass(frozen=True, slots=True)
class Slot:
    """One rule's day: who got a place, in order, and the number of customers that shares are taken of."""

    customers: int
    admitted: Sequence[str]


NOBODY = Slot(0, ())


@dataclass(frozen=True, slots=True)
class RecordedAdmissions:
    """Whoever was let through is let through again, nobody else; *slots* is by rule and day."""

    slots: Mapping[tuple[str, int], Slot] = field(default_factory=dict)

    def admit(self, rule: str, day: int, decision_id: str, budget: Budget) -> Admission:
        """The place that *decision_id* had."""
        slot = self.slots.get((rule, day), NOBODY)
        number = slot.admitted.index(decision_id) + 1 if decision_id in slot.admitted else None
        return Admission(number, places(budget, slot.customers))


@dataclass(slots=True)
class CountedAdmissions:
    """First come, first served; *customers* tells how many there are when a day's first one asks."""

    customers: Callable[[], int]
    _days: dict[tuple[str, int], MemoryAdmissions] = field(default_factory=dict)

    def admit(self, rule: str, day: int, decision_id: str, budget: Budget) -> Admission:
        """The place that *decision_id* has or gets."""
        if (rule, day) not in self._days:
            self._days[rule, day] = MemoryAdmissions(self.customers())
        return self._days[rule, day].admit(rule, day, decision_id, budget)

    @property
    def slots(self) -> dict[tuple[str, int], Slot]:
        """The answers given, to be given again."""
        return {
            (rule, day): Slot(each.customers, tuple(each.admitted(rule, day)))
            for (rule, day), each in self._days.items()
        }


def shares_budgets(bundle: Bundle) -> bool:
    """Whether some rule's budget makes customers depend on each other."""
    return any(rule.budget is not None for policy in bundle.policies for rule in policy.rules)
