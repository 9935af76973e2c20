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
    """An open task, and the types of events that end it."""

    id: str
    closed_by: tuple[str, ...] = ()


Tracks = dict[str, Tracked]
"""By kind of task: at most one of each kind is open for a customer."""


def tracked(task: Document) -> Tracked:
    """What is remembered of *task*."""
    return Tracked(task["_id"], tuple(task.get("closed_by", ())))


def tracks_to_json(tracks: Mapping[str, Tracked]) -> dict[str, Any]:
    """Write *tracks*."""
    return {kind: [each.id, list(each.closed_by)] for kind, each in sorted(tracks.items())}


def tracks_from_json(data: Mapping[str, Any]) -> Tracks:
    """Read what `tracks_to_json` wrote."""
    return {kind: Tracked(identity, tuple(closed_by)) for kind, (identity, closed_by) in data.items()}
