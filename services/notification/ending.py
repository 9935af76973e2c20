"""How events end care tasks: those that a task waits for, and outcomes that other systems tell.

Pure. An event ends what was ordered before it; what it causes itself is ordered after it.
"""

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from services.notification.ids import derived_id
from services.notification.tasks import CLOSED, OUTCOMES, ended
from services.notification.tracking import Tracked
from shared.contracts.awaited import Awaited
from shared.contracts.notification import NOTIFICATION_SOURCE, Notification
from shared.contracts.topics import EventTypes
from shared.flow.processor import Change
from shared.store.port import Document

_KEPT = ("task", "task_id", "outcome", "note", "by")

CLOSE_TASK = "close_task"
"""The kind of notification that tells of it."""

Closing = Mapping[str, Any]
"""The event that ends a task, as the task keeps it; ``outcome`` in its data is what becomes of the task."""


def is_report(awaited: Awaited) -> bool:
    """Whether the event is an outcome told by another system."""
    event = awaited.event
    return event.type == EventTypes.TASK_OUTCOME and event.source != NOTIFICATION_SOURCE


def endings(
    tracks: Mapping[str, Tracked], awaited: Awaited, report: Document | None
) -> Iterable[tuple[str, Closing]]:
    """Each kind of task that *awaited* ends, and how; *report* is its event where it tells an outcome."""
    for kind, task in tracks.items():
        if report is not None and _names(report["data"], kind, task):
            yield kind, _closing(awaited, report["time"], _told(report["data"]))
        elif awaited.event.type in task.closed_by:
            yield kind, _closing(awaited, awaited.as_of, {"outcome": CLOSED})


def change(closing: Closing) -> Change:
    """What it does to the task."""
    return partial(ended, closing=closing)


def was_ended_by_hand(task: Document) -> bool:
    """Whether a person has told the outcome of *task*, here."""
    return task["closing"] is not None and task["closing"]["source"] == NOTIFICATION_SOURCE


def closed_notification(task: Document, awaited: Awaited, closing: Closing) -> Notification:
    """What the topic says of a task that an event ended."""
    outcome = closing["data"]["outcome"]
    because = f"{closing['type']} {closing['id']}"
    return Notification(
        id=derived_id("ntf", CLOSE_TASK, task["_id"]),
        customer=task["customer"],
        decision=task["opened_by"],
        action=task["action"],
        kind=CLOSE_TASK,
        rule=task["rule"],
        policy=task["policy"],
        route="",
        to=task["owner"],
        channel=task["channel"],
        subject=task["title"],
        body={"en": f"No longer to be done: {because}", "zh": f"无需再办：{because}"},
        as_of=awaited.as_of,
        day=awaited.day,
        outcome="sent",
        task=task["_id"],
        fields={
            "task": task["task"],
            "outcome": outcome,
            "event": closing["id"],
            "source": closing["source"],
        },
    )


def _names(told: Mapping[str, Any], kind: str, task: Tracked) -> bool:
    """Whether the outcome *told* is of this task: by its id, or without one by its kind."""
    if told.get("outcome") not in OUTCOMES:
        return False
    named = told.get("task_id")
    return bool(named == task.id if named else told.get("task") == kind)


def _told(data: Mapping[str, Any]) -> Mapping[str, str]:
    """What is kept of an outcome; events that came over the bus were checked by nobody yet."""
    return {name: str(data[name]) for name in _KEPT if data.get(name)}


def _closing(awaited: Awaited, time: str, data: Mapping[str, Any]) -> Closing:
    event = awaited.event
    return {
        "id": event.id,
        "source": event.source,
        "type": event.type,
        "subject": awaited.customer,
        "time": time,
        "data": dict(data),
    }
