"""Care tasks that stay undone: when somebody else hears of it, once for each task, and in which words.

Pure. People in Guanxi find one message for each owner and day, which grows while the day is closed for one
customer after the other; systems get one for each task, with the group they may fold it into.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from services.notification.ids import derived_id
from services.notification.notices import Notice
from services.notification.routing import OWNER
from services.notification.tasks import OPEN, escalated
from shared.contracts.notification import Notification
from shared.flow.processor import Change
from shared.model.rules import Bundle, Escalation
from shared.model.values import in_language
from shared.store.port import Document

ROUTE = "escalation"
KIND = "escalate_task"
"""What subscribers and the topic know it by."""

NAMED = 50
"""How many tasks a message names; it counts all."""

_SUBJECT = {"en": "Overdue tasks of {owner}: {count}", "zh": "{owner} 有 {count} 项任务逾期未办"}
_ONE = {"en": "{title}: {customer}, due {due}", "zh": "{title}：{customer}，应于 {due} 前完成"}
_MORE = {"en": "and {count} more", "zh": "另有 {count} 项"}
_OVERDUE = {
    "en": "Nobody has told an outcome; it was due on {due}.",
    "zh": "应于 {due} 前完成，至今没有结果。",
}


@dataclass(frozen=True, slots=True)
class Overdue:
    """Tasks of one customer that are told of at the close of *day*, by one rule."""

    rule: Escalation
    day: int
    as_of: str
    tasks: Sequence[Document]


def escalates_on(due_day: int, bundle: Bundle) -> int | None:
    """The day at whose close a task due on *due_day* is told of; None when nobody is to be told."""
    rule = bundle.notifications.escalation
    return None if rule is None else bundle.catalogue.business.end_of(due_day, rule.after)


def is_told_on(task: Document, day: int) -> bool:
    """Whether an open *task* is told of at the close of *day*; said again, the answer is the same."""
    told = task.get("escalated_day")
    return task["status"] == OPEN if told is None else bool(told == day)


def recipient(rule: Escalation, task: Document) -> str:
    """Who hears of it."""
    return str(task["owner"]) if rule.to == OWNER else rule.to


def marking(overdue: Overdue, task: Document) -> Change:
    """The task remembers that somebody was told, and of whom."""
    return partial(escalated, day=overdue.day, at=overdue.as_of, to=recipient(overdue.rule, task))


def notice_of(overdue: Overdue, task: Document) -> Notice:
    """What subscribers and the topic are told of one task."""
    due = {"due": task["due_date"]}
    told = Notification(
        id="",
        customer=task["customer"],
        decision=task["opened_by"],
        action=task["action"],
        kind=KIND,
        rule=task["rule"],
        policy=task["policy"],
        route=ROUTE,
        to=recipient(overdue.rule, task),
        channel="",
        subject=task["title"],
        body={language: text.format(**due) for language, text in _OVERDUE.items()},
        as_of=overdue.as_of,
        day=overdue.day,
        outcome="sent",
        task=task["_id"],
        fields={"task": task["task"], "owner": task["owner"], "due_date": task["due_date"]},
    )
    return Notice(told, _group(overdue, task["owner"]), (task["action"],), to_customer=False)


def messages(overdue: Overdue) -> Mapping[str, tuple[Document, Change]]:
    """By its id each message that names the tasks: as it begins, and how these are added to it."""
    by_owner: dict[str, list[Document]] = {}
    for task in overdue.tasks:
        by_owner.setdefault(task["owner"], []).append(task)
    found = {}
    for owner, tasks in by_owner.items():
        begun = _message(overdue, owner, recipient(overdue.rule, tasks[0]))
        found[begun["_id"]] = (begun, partial(_with, tasks=tuple(map(_line, tasks))))
    return found


def _message(overdue: Overdue, owner: str, to: str) -> Document:
    day = date.fromordinal(overdue.day).isoformat()
    empty = {
        "_id": derived_id("ntf", ROUTE, to, owner, day),
        "created_at": overdue.as_of,
        "group": _group(overdue, owner),
        "customer": "",
        "day": overdue.day,
        "route": ROUTE,
        "kind": KIND,
        "decision": "",
        "rule": "",
        "policy": "",
        "to": to,
        "owner": owner,
        "tasks": [],
        "named": [],
    }
    return {**empty, **_words(empty)}


def _group(overdue: Overdue, owner: str) -> str:
    return f"{ROUTE}/{date.fromordinal(overdue.day).isoformat()}/owner={owner}"


def _line(task: Document) -> Document:
    return {name: task[name] for name in ("_id", "customer", "title", "due_date")}


def _with(message: Document, tasks: Sequence[Document]) -> Document:
    """*message* with *tasks*; the order in which customers come changes nothing."""
    known = set(message["tasks"])
    new = [task for task in tasks if task["_id"] not in known]
    if not new:
        return message
    named = sorted((*message["named"], *new), key=lambda task: (task["customer"], task["_id"]))[:NAMED]
    added = {**message, "tasks": sorted((*known, *(task["_id"] for task in new))), "named": named}
    return {**added, **_words(added)}


def _words(message: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    count = len(message["tasks"])
    subject = {code: text.format(owner=message["owner"], count=count) for code, text in _SUBJECT.items()}
    return {"subject": subject, "body": {code: _body(message, code) for code in _SUBJECT}}


def _body(message: Mapping[str, Any], language: str) -> str:
    named = message["named"]
    lines = [
        _ONE[language].format(
            title=in_language(task["title"], language), customer=task["customer"], due=task["due_date"]
        )
        for task in named
    ]
    if more := len(message["tasks"]) - len(named):
        lines.append(_MORE[language].format(count=more))
    return "\n".join(lines)
