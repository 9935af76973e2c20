"""What a replay did, in numbers. Pure."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from services.replay.known import Counts
from services.replay.sending import Receipt, Refusal

TOLD = 10
"""How many refusals are told one by one."""


@dataclass(slots=True)
class Summary:
    """Counted while sending, completed when the services have caught up."""

    sent: int = 0
    accepted: int = 0
    days_closed: int = 0
    refused: Counter[str] = field(default_factory=Counter)  # by code
    first_refusals: list[Refusal] = field(default_factory=list)
    sending_s: float = 0.0
    total_s: float = 0.0
    duplicates: int | None = None  # None: the services were not waited for
    decisions: dict[str, int] | None = None  # new ones, by outcome

    def add(self, receipt: Receipt) -> None:
        """Count a batch."""
        self.accepted += receipt.accepted
        self.days_closed += receipt.markers
        for refusal in receipt.refused:
            self.refuse(refusal)

    def refuse(self, refusal: Refusal) -> None:
        """Count one event that was not accepted."""
        self.refused[refusal.code] += 1
        if len(self.first_refusals) < TOLD:
            self.first_refusals.append(refusal)

    def complete(self, before: Counts, after: Counts) -> None:
        """Tell duplicates and decisions from what is stored: true even when a service was killed between.

        An accepted event is new, or was set aside as a dead letter, or was known already.
        """
        new = after.events - before.events
        set_aside = after.dead_letters - before.dead_letters
        self.duplicates = max(0, self.accepted - new - set_aside)
        grown = {name: number - before.decisions.get(name, 0) for name, number in after.decisions.items()}
        self.decisions = {name: number for name, number in sorted(grown.items()) if number}

    @property
    def rate(self) -> float:
        """Events a second, from the first byte sent until every service had caught up."""
        return self.accepted / self.total_s if self.total_s else 0.0

    def to_json(self) -> dict[str, Any]:
        """The summary for scripts."""
        return {
            "sent": self.sent,
            "accepted": self.accepted,
            "rejected": sum(self.refused.values()),
            "rejected_by_reason": dict(self.refused),
            "duplicates": self.duplicates,
            "days_closed": self.days_closed,
            "decisions": self.decisions,
            "sending_s": round(self.sending_s, 3),
            "total_s": round(self.total_s, 3),
            "events_per_second": round(self.rate, 1),
        }
