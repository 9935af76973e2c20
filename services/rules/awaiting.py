"""Which events of a customer open care tasks wait for, and telling notification when one comes.

Pure. Rules hears of every event in order, and orders the tasks; so it alone knows which event came after
which task, however late anybody reads it. It does not know which tasks are open still, and need not.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.contracts.awaited import Awaited, awaited_to_data
from shared.contracts.decision import DecisionRecord
from shared.contracts.notification import NOTIFICATION_SOURCE
from shared.contracts.snapshot import Cause, Snapshot
from shared.contracts.topics import EventTypes
from shared.flow.processor import Outgoing
from shared.model.rules import ActionKind


@dataclass(frozen=True, slots=True)
class Course:
    """What one snapshot brought, in order: decisions of the days before, the event itself, what it caused."""

    before: Sequence[DecisionRecord]
    told: Awaited | None
    after: Sequence[DecisionRecord]


def course(awaits: set[str], snapshot: Snapshot, decisions: Sequence[DecisionRecord]) -> Course:
    """Put the snapshot's event where it belongs among *decisions*, and bring *awaits* up to date."""
    at = next((i for i, each in enumerate(decisions) if each.cause.kind != "day"), len(decisions))
    before, after = decisions[:at], decisions[at:]
    awaits |= events_awaited(before)
    told = None
    if snapshot.cause.kind == "event" and _concerns(awaits, snapshot.cause):
        awaits.discard(snapshot.cause.type)
        told = Awaited(snapshot.customer, snapshot.as_of, snapshot.day, snapshot.cause)
    awaits |= events_awaited(after)
    return Course(before, told, after)


def events_awaited(decisions: Iterable[DecisionRecord]) -> set[str]:
    """The types of events that close tasks ordered by *decisions*."""
    return {
        name
        for decision in decisions
        if decision.outcome == "fired" and decision.mode != "shadow"
        for action in decision.actions
        if action.kind == ActionKind.CREATE_TASK.value
        for name in action.fields.get("closed_by", ())
    }


def message(told: Awaited, traceparent: str | None) -> Outgoing:
    """What notification is sent."""
    return Outgoing(EventTypes.AWAITED, told.as_of, awaited_to_data(told), traceparent)


def _concerns(awaits: set[str], cause: Cause) -> bool:
    """Whether a task may end with this event: it is waited for, or it tells what became of a task."""
    told_by_others = cause.type == EventTypes.TASK_OUTCOME and cause.source != NOTIFICATION_SOURCE
    return told_by_others or cause.type in awaits
