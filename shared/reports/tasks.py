"""Care tasks that wait for somebody: what is due, what is overdue, and for whom.

Pure, over task documents; *today* is the day that time stands at, given from outside.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

Text = Mapping[str, str]
OPEN = "open"


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
class TaskList:
    """Open tasks by due day, and how many of each kind."""

    tasks: tuple[OpenTask, ...]
    by_kind: Mapping[str, int]
    overdue: int


def open_tasks(documents: Iterable[Mapping[str, Any]], today: int) -> TaskList:
    """List the tasks that are open, the earliest due first."""
    tasks = sorted(
        (_task(document, today) for document in documents if document["status"] == OPEN),
        key=lambda task: (task.due_day, task.customer, task.id),
    )
    kinds = Counter(task.task for task in tasks)
    ranked = dict(sorted(kinds.items(), key=lambda entry: (-entry[1], entry[0])))
    return TaskList(tuple(tasks), ranked, sum(1 for task in tasks if task.days_left < 0))


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
