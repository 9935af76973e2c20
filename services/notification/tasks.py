"""Care tasks: one thing a named person should do for a customer by a date, through a channel.

Pure shapes and transitions; `outcomes` brings them to the store and the bus.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from services.notification.ids import task_id
from services.notification.routing import recipient
from services.notification.wording import rule_title
from shared.contracts.decision import DecisionRecord, OrderedAction
from shared.model.business import term_of
from shared.model.rules import Bundle
from shared.model.values import FactValue, Text
from shared.store.port import Document

OPEN, CLOSING = "open", "closing"
"""closing: the outcome is decided and stored, its event is on the way to the bus. Closed: the outcome."""

CLOSED = "closed"
"""Ended by an event of the customer that it waited for: nobody need do it any more."""

Outcome = Literal["done", "skipped", "cancelled"]
OUTCOMES: tuple[Outcome, ...] = ("done", "skipped", "cancelled")
STATUSES = (OPEN, CLOSING, *OUTCOMES, CLOSED)

GUANXI = "guanxi"
"""Who does what nobody did, in the history of a task."""

MOST_STEPS = 100
"""How many steps of a task's history are kept; of more, the newest."""


def task_document(
    action: OrderedAction, decision: DecisionRecord, bundle: Bundle, profile: Mapping[str, FactValue]
) -> Document:
    """The open task that *action* orders."""
    fields = action.fields
    slug = str(fields["task"])
    due_day = bundle.catalogue.business.end_of(decision.day, term_of(fields))
    owner = str(fields.get("owner") or "owner")
    return {
        "_id": task_id(action),
        "customer": decision.customer,
        "task": slug,
        "owner": recipient(owner, decision, bundle, profile),
        "title": _text(fields.get("title")) or dict(rule_title(bundle, decision.rule)),
        "playbook": _text(fields.get("playbook")),
        "channel": str(fields.get("channel") or ""),
        "key_event": fields.get("key_event"),
        "closed_by": list(fields.get("closed_by") or ()),
        "due_day": due_day,
        "due_date": date.fromordinal(due_day).isoformat(),
        "status": OPEN,
        "opened_day": decision.day,
        "opened_at": decision.as_of,
        "opened_by": decision.id,
        "action": action.id,
        "rule": decision.rule,
        "policy": decision.policy,
        "release": decision.release,
        "reason": dict(decision.reason),
        "closing": None,
        "closed_at": None,
        "escalated_day": None,
        "telling": None,
        "history": [],
    }


def _text(value: Text | str | None) -> dict[str, str]:
    if value is None:
        return {}
    return {"en": value} if isinstance(value, str) else dict(value)


def assigned(task: Document, to: str, step: Mapping[str, Any]) -> Document:
    """The task in the hands of *to*; *step* says who did it, when and why."""
    told = {**step, "what": "assigned", "from": task["owner"], "to": to}
    return {**task, "owner": to, "history": _continued(task, told)}


def with_message(task: Document, message: Document) -> Document:
    """The task with what its new owner is still to be told."""
    return {**task, "telling": message}


def owner_told(task: Document) -> Document:
    """The task when its new owner has been told."""
    return {**task, "telling": None}


def snoozed(task: Document, until: date, step: Mapping[str, Any]) -> Document:
    """The task due on *until* instead; *step* says who did it, when and why."""
    told = {**step, "what": "snoozed", "from": task["due_date"], "to": until.isoformat()}
    moved = {"due_day": until.toordinal(), "due_date": until.isoformat()}
    return {**task, **moved, "history": _continued(task, told)}


def begin_closing(task: Document, event: Mapping[str, Any]) -> Document:
    """The task with its outcome decided: *event* is what will be told, word for word, however often."""
    data = event["data"]
    told = {"at": event["time"], "by": data.get("by", ""), "reason": data.get("note", "")}
    history = _continued(task, {**told, "what": data["outcome"]})
    return {**task, "status": CLOSING, "closing": dict(event), "history": history}


def finish_closing(task: Document) -> Document:
    """The closed task, once its event was acknowledged."""
    told = task["closing"]
    return {**task, "status": told["data"]["outcome"], "closed_at": told["time"]}


def ended(task: Document, closing: Mapping[str, Any]) -> Document:
    """The task ended by the event *closing*, whose data hold the outcome; only an open one is changed."""
    if task["status"] != OPEN:
        return task
    data = closing["data"]
    step = {
        "at": closing["time"],
        "by": data.get("by") or closing["source"],
        "what": data["outcome"],
        "reason": data.get("note") or f"{closing['type']} {closing['id']}",
    }
    ending = {"status": data["outcome"], "closing": dict(closing), "closed_at": closing["time"]}
    return {**task, **ending, "history": _continued(task, step)}


def escalated(task: Document, *, day: int, at: str, to: str) -> Document:
    """The task after *to* was told that it is overdue, which happens once."""
    if task["status"] != OPEN or task.get("escalated_day") is not None:
        return task
    step = {"at": at, "by": GUANXI, "what": "escalated", "to": to, "reason": f"due on {task['due_date']}"}
    return {**task, "escalated_day": day, "history": _continued(task, step)}


def outcome_of(task: Document) -> str | None:
    """The decided outcome of *task*, or None while it is open."""
    return None if task["closing"] is None else str(task["closing"]["data"]["outcome"])


def history_of(task: Document) -> list[dict[str, Any]]:
    """What people did with *task*, the oldest first; tasks of before it was kept have none."""
    return list(task.get("history", ()))


def _continued(task: Document, step: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [*history_of(task), dict(step)][-MOST_STEPS:]
