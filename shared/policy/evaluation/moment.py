"""When and why a customer is judged, and what comes of it.

Pure declarations.
"""

from collections.abc import Mapping
from dataclasses import field

from shared.contracts.decision import DecisionRecord
from shared.contracts.snapshot import Cause, Snapshot
from shared.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Moment:
    """One evaluation: at an event or snapshot, or at the close of a local day.

    *day* is the ordinal of the local date and never before the snapshot's; *paused* are rules that are
    stopped, each with what a held decision says: their episodes go on, their actions wait.
    """

    customer: str
    day: int
    as_of: str
    cause: Cause
    paused: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, snapshot: Snapshot) -> "Moment":
        """The moment at which *snapshot* was taken."""
        return cls(snapshot.customer, snapshot.day, snapshot.as_of, snapshot.cause)

    @property
    def next_close(self) -> int:
        """The day whose close is the next evaluation that may come without news of the customer."""
        return self.day + 1 if self.cause.kind == "day" else self.day


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an evaluation decided, in the order in which it is told, and when the customer is due by itself.

    Until the close of local day *next_due* nothing can change without a new snapshot; ``None`` is never.
    After an event it may be the event's own day, whose close is still to come.
    """

    decisions: tuple[DecisionRecord, ...]
    next_due: int | None
