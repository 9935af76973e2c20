"""Budgets over all customers, admitted exactly once: a slot document for each rule and day.

A replay of a decision reads the answer that it got before: places are never given back, and the number
of customers that shares are taken of is fixed by the day's first question.
"""

from dataclasses import dataclass

from shared.errors import RetryLaterError
from shared.model.rules import Budget
from shared.policy.evaluation.admissions import Admission, places
from shared.store.port import Collection, Document, Replacement

ATTEMPTS = 20


@dataclass(frozen=True, slots=True)
class StoredAdmissions:
    """Admissions kept in the store; see `shared.policy.evaluation.admissions.Admissions`."""

    slots: Collection
    relationships: Collection

    def admit(self, rule: str, day: int, decision_id: str, budget: Budget) -> Admission:
        """Which of the places that *budget* allows for *day* the decision has or gets, if any."""
        name = f"{rule}|{day}"
        for _ in range(ATTEMPTS):
            found = self.slots.get_many([name]).get(name)
            slot = found.document if found else self._new_slot(name, rule, day)
            admitted, allowed = slot["admitted"], places(budget, slot["customers"])
            if decision_id in admitted:
                return Admission(admitted.index(decision_id) + 1, allowed)
            fits = len(admitted) < allowed
            if found and not fits:
                return Admission(None, allowed)
            taken = {**slot, "admitted": [*admitted, decision_id]} if fits else slot
            if not self.slots.replace([Replacement(taken, found.version if found else 0)]):
                return Admission(len(admitted) + 1 if fits else None, allowed)
        raise RetryLaterError(f"the budget of rule {rule!r} is in high demand")

    def _new_slot(self, name: str, rule: str, day: int) -> Document:
        customers = self.relationships.count_by([]).get((), 0)
        return {"_id": name, "rule": rule, "day": day, "customers": customers, "admitted": []}
