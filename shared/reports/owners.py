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
LATELY_DAYS = 30

Task = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OwnerLoad:
    """One owner's tasks; *median_days* from opened to done, of those done lately, None without any."""

    owner: str
    open: int
    due_soon: int
    overdue: int
    done: int
    median_days: float | None


def owner_loads(documents: Iterable[Task], today: int, zone: ZoneInfo) -> list[OwnerLoad]:
    """The load of each owner with an open task or one done lately; who is most behind comes first."""
    left: dict[str, list[int]] = {}
    took: dict[str, list[int]] = {}
    for task in documents:
        owner = task["owner"]
        if task["status"] == OPEN:
            left.setdefault(owner, []).append(task["due_day"] - today)
        elif task["status"] == DONE:
            closed = from_rfc3339(task["closed_at"]).astimezone(zone).toordinal()
            if today - LATELY_DAYS < closed <= today:
                took.setdefault(owner, []).append(closed - task["opened_day"])
    loads = (_load(owner, left.get(owner, ()), took.get(owner, ())) for owner in left.keys() | took.keys())
    return sorted(loads, key=lambda load: (-load.overdue, -load.open, load.owner))


def _load(owner: str, left: Sequence[int], took: Sequence[int]) -> OwnerLoad:
    return OwnerLoad(
        owner=owner,
        open=len(left),
        due_soon=sum(1 for days in left if 0 <= days <= SOON_DAYS),
        overdue=sum(1 for days in left if days < 0),
        done=len(took),
        median_days=float(median(took)) if took else None,
    )
