"""Which care tasks of a customer are open as far as the log tells: ordered, and not ended by an event since.

Pure. Kept with the customer's contacts, so that reading the log again gives the same. What people did with a
task stands in the task alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.store.port import Document


@dataclass(frozen=True, slots=True)
class Tracked:
    """An open task, the types of events that end it, and when it is looked at if it stays open."""

    id: str
    closed_by: tuple[str, ...] = ()
    escalates_on: int | None = None  # the day at whose close somebody else may hear of it


Tracks = dict[str, Tracked]
"""By kind of task: at most one of each kind is open for a customer."""


def tracked(task: Document, escalates_on: int | None = None) -> Tracked:
    """What is remembered of *task*."""
    return Tracked(task["_id"], tuple(task.get("closed_by", ())), escalates_on)


def first_escalation(tracks: Tracks | None) -> int | None:
    """The first day at whose close one of *tracks* is looked at."""
    days = [each.escalates_on for each in (tracks or {}).values() if each.escalates_on is not None]
    return min(days, default=None)


def tracks_to_json(tracks: Mapping[str, Tracked]) -> dict[str, Any]:
    """Write *tracks*."""
    return {kind: [each.id, list(each.closed_by), each.escalates_on] for kind, each in sorted(tracks.items())}


def tracks_from_json(data: Mapping[str, Any]) -> Tracks:
    """Read what `tracks_to_json` wrote."""
    return {kind: Tracked(name, tuple(closed_by), on) for kind, (name, closed_by, on) in data.items()}
