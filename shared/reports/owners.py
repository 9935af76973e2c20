"""Who has how much to do: care tasks by owner, open and lately done.

Pure, over task documents; *today* is the local day that time stands at, given from outside.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from shared.clock import from_rfc3339
from shared.reports.tasks import OPEN, SOON_DAYS

DONE = "done"
CLOSED = "closed"
"""Ended by an event of the customer, which no person told: counted apart from what was done."""

LATELY_DAYS = 30

Task = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OwnerLoad:
    """One owner's tasks: open ones (*escalated*: somebody else was told of them), and of the last 30 days
    those done and those that events closed; *median_days* from opened to done, None without any."""

    owner: str
    open: int
    due_soon: int
    overdue: int
    escalated: int
    done: int
    closed: int
    median_days: float | None


def owner_loads(documents: Iterable[Task], today: int, zone: ZoneInfo) -> list[OwnerLoad]:
    """The load of each owner with an open task or one ended lately; who is most behind comes first."""
    by_owner: dict[str, list[Task]] = {}
    for task in documents:
        if task["status"] == OPEN or _is_late(task, today, zone):
            by_owner.setdefault(task["owner"], []).append(task)
    loads = (_load(owner, tasks, today, zone) for owner, tasks in by_owner.items())
    return sorted(loads, key=lambda load: (-load.overdue, -load.open, load.owner))


def _is_late(task: Task, today: int, zone: ZoneInfo) -> bool:
    """Whether *task* was done, or closed by an event, of late."""
    return task["status"] in (DONE, CLOSED) and today - LATELY_DAYS < _ended_on(task, zone) <= today


def _ended_on(task: Task, zone: ZoneInfo) -> int:
    return from_rfc3339(task["closed_at"]).astimezone(zone).toordinal()


def _load(owner: str, tasks: Sequence[Task], today: int, zone: ZoneInfo) -> OwnerLoad:
    waiting = [task for task in tasks if task["status"] == OPEN]
    left = [task["due_day"] - today for task in waiting]
    took = [_ended_on(task, zone) - task["opened_day"] for task in tasks if task["status"] == DONE]
    return OwnerLoad(
        owner=owner,
        open=len(waiting),
        due_soon=sum(1 for days in left if 0 <= days <= SOON_DAYS),
        overdue=sum(1 for days in left if days < 0),
        escalated=sum(1 for task in waiting if task.get("escalated_day") is not None),
        done=len(took),
        closed=sum(1 for task in tasks if task["status"] == CLOSED),
        median_days=float(median(took)) if took else None,
    )
