"""How a bundle wants its own successors to become active: by themselves, or with evidence and approvals.

Pure declarations. The *active* release's governance judges a candidate, so none can loosen its own gate.
"""

from dataclasses import dataclass
from enum import Enum


class ActivationMode(str, Enum):
    """Who turns an edit into the active release."""

    AUTOMATIC = "automatic"  # whatever passes its checks and the dry run
    APPROVED = "approved"  # only what has its evidence and its approvals


class EvidenceKind(str, Enum):
    """What a release can have to show for itself, in the order it is asked for."""

    CHECK = "check"
    TEST = "test"
    BACKTEST = "backtest"
    DRY_RUN = "dry-run"


@dataclass(frozen=True, slots=True)
class ApprovalStep:
    """While at most this share of customers is affected, so many people must approve."""

    impact_at_most_percent: float
    approvals: int


@dataclass(frozen=True, slots=True)
class Governance:
    """What a candidate has to meet. *moves_at_most_percent*: of the customers of any one tier, the most that
    one activation may move out of it."""

    mode: ActivationMode = ActivationMode.AUTOMATIC
    needs: tuple[EvidenceKind, ...] = (EvidenceKind.CHECK, EvidenceKind.TEST, EvidenceKind.BACKTEST)
    steps: tuple[ApprovalStep, ...] = ()
    moves_at_most_percent: float = 10.0

    @property
    def required(self) -> tuple[EvidenceKind, ...]:
        """The evidence asked for in this mode, beside the dry run, which always is."""
        return self.needs if self.mode is ActivationMode.APPROVED else (EvidenceKind.CHECK,)

    def approvals_for(self, impact_percent: float) -> int:
        """How many people must approve a change that touches so many percent of the customers."""
        if self.mode is ActivationMode.AUTOMATIC:
            return 0
        fitting = [step for step in self.steps if impact_percent <= step.impact_at_most_percent]
        if fitting:
            return min(fitting, key=lambda step: step.impact_at_most_percent).approvals
        return max((step.approvals for step in self.steps), default=1)
