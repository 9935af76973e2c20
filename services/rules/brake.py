"""When a rule wants far too much, or its engine reads it wrongly, it is stopped until a person lets it go on.

Counts in this process only: several workers each watch their own customers. What waits stays due.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from shared.contracts.decision import DecisionRecord
from shared.policy.evaluation.gates import BUDGET
from shared.switches.model import Switch

DISAGREEMENTS, SHARE_PERCENT = 3, 5
"""So many disagreements, if they are this share of what the rule decided, stop a rule."""

NAMED = 1_000


@dataclass(slots=True)
class Brake:
    """Watches decisions as they are made. *trip* stops a rule for a reason, with what was found."""

    trip: Callable[[str, str, dict[str, Any]], Switch]
    _waiting: dict[tuple[str, int], dict[str, None]] = field(default_factory=dict)
    _decided: dict[str, int] = field(default_factory=dict)
    _disagreed: dict[str, dict[str, None]] = field(default_factory=dict)

    def watch(self, decision: DecisionRecord) -> bool:
        """Count *decision*, stop its rule if it is one too many, and tell whether it was."""
        if decision.held_by == BUDGET:
            return self._over_budget(decision)
        if not decision.agreed:
            return self._disagreement(decision)
        if decision.outcome == "fired":
            self._decided[decision.rule] = self._decided.get(decision.rule, 0) + 1
        return False

    def _over_budget(self, decision: DecisionRecord) -> bool:
        """A day on which as many customers wait as were let through is no ordinary day."""
        day = (decision.rule, decision.day)
        if day not in self._waiting:
            self._waiting = {key: found for key, found in self._waiting.items() if key[0] != decision.rule}
        waiting = self._waiting.setdefault(day, {})
        waiting.setdefault(decision.customer)
        allowed = decision.budget.get("places") or 0
        if len(waiting) < max(1, allowed):
            return False
        named = list(waiting)[:NAMED]
        self.trip(decision.rule, "budget", {"day": decision.day, "allowed": allowed, "waiting": named})
        del self._waiting[day]
        return True

    def _disagreement(self, decision: DecisionRecord) -> bool:
        rule = decision.rule
        disagreed = self._disagreed.setdefault(rule, {})
        disagreed.setdefault(decision.customer)
        seen = len(disagreed) + self._decided.get(rule, 0)
        if len(disagreed) < DISAGREEMENTS or len(disagreed) * 100 < SHARE_PERCENT * seen:
            return False
        self.trip(rule, "disagreement", {"day": decision.day, "waiting": list(disagreed)[:NAMED]})
        del self._disagreed[rule]
        return True
