"""Care tasks that wait for somebody: what is due, what is overdue, and for whom.

Pure, over task documents; *today* is the day that time stands at, given from outside.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Text = Mapping[str, str]
OPEN = "open"
SOON_DAYS = 7


@dataclass(frozen=True, slots=True)
class OpenTask:
    """One thing that a person should do; *days_left* below zero: overdue."""

    id: str
    customer: str
    task: str
    title: Text
    owner: str
    channel: str
    due_day: int
    days_left: int
    rule: str
    reason: Text


@dataclass(frozen=True, slots=True)
class TaskKind:
    """How many open tasks of one kind there are, and how many of them are overdue or due within a week."""

    task: str
    title: Text
    open: int
    overdue: int
    due_soon: int


@dataclass(frozen=True, slots=True)
class TaskList:
    """Open tasks by due day, and how many of each kind, the most frequent first."""

    tasks: tuple[OpenTask, ...]
    kinds: tuple[TaskKind, ...]
    overdue: int


def open_tasks(documents: Iterable[Mapping[str, Any]], today: int) -> TaskList:
    """List the tasks that are open, the earliest due first."""
    tasks = sorted(
        (_task(document, today) for document in documents if document["status"] == OPEN),
        key=lambda task: (task.due_day, task.customer, task.id),
    )
    return TaskList(tuple(tasks), _kinds(tasks), sum(1 for task in tasks if task.days_left < 0))


def _kinds(tasks: Iterable[OpenTask]) -> tuple[TaskKind, ...]:
    by_kind: dict[str, list[OpenTask]] = {}
    for task in tasks:
        by_kind.setdefault(task.task, []).append(task)
    counted = [
        TaskKind(
            task=kind,
            title=found[-1].title,
            open=len(found),
            overdue=sum(1 for task in found if task.days_left < 0),
            due_soon=sum(1 for task in found if 0 <= task.days_left <= SOON_DAYS),
        )
        for kind, found in by_kind.items()
    ]
    return tuple(sorted(counted, key=lambda kind: (-kind.open, kind.task)))


def _task(document: Mapping[str, Any], today: int) -> OpenTask:
    return OpenTask(
        id=document["_id"],
        customer=document["customer"],
        task=document["task"],
        title=document["title"],
        owner=document["owner"],
        channel=document["channel"],
        due_day=document["due_day"],
        days_left=document["due_day"] - today,
        rule=document["rule"],
        reason=document["reason"],
    )
