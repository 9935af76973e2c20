"""Budgets over all customers, admitted exactly once: a slot document for each rule and day.

A replay of a decision reads the answer that it got before.
"""

from dataclasses import dataclass

from shared.errors import RetryLaterError
from shared.policy.model.rules import Budget
from shared.store.port import Collection, Replacement

ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class StoredAdmissions:
    """Admissions kept in the store; see `shared.policy.evaluation.evaluate.Admissions`."""

    slots: Collection
    relationships: Collection

    def admit(self, rule: str, day: int, decision_id: str, budget: Budget) -> bool:
        """Whether *decision_id* has or gets one of the places that *budget* allows for *day*."""
        limit = self._limit(budget)
        name = f"{rule}|{day}"
        for _ in range(ATTEMPTS):
            found = self.slots.get_many([name]).get(name)
            admitted = list(found.document["admitted"]) if found else []
            if decision_id in admitted:
                return True
            if limit is not None and len(admitted) >= limit:
                return False
            document = {"_id": name, "rule": rule, "day": day, "admitted": [*admitted, decision_id]}
            if not self.slots.replace([Replacement(document, found.version if found else 0)]):
                return True
        raise RetryLaterError(f"the budget of rule {rule!r} is in high demand")

    def _limit(self, budget: Budget) -> int | None:
        limits = [] if budget.max_per_day is None else [budget.max_per_day]
        if budget.max_share_percent is not None:
            customers = self.relationships.count_by([]).get((), 0)
            limits.append(int(customers * budget.max_share_percent / 100))
        return min(limits, default=None)
