"""What happened about one customer, as JSON values: events, decisions, messages and care that came to an end.

Reads the archive; personal fields stay hidden unless somebody who may see them asks for them.
"""

from collections.abc import Iterator
from typing import Any

from shared.explaining.archive import Archive
from shared.model.rules import Bundle
from shared.store.port import Document, Query

EVENTS, DECISIONS, TASKS, MESSAGES = 50, 50, 20, 20
"""So many of the latest are told."""

MOST = 1_000


def timeline(
    archive: Archive, customer: str, bundle: Bundle, *, shows_personal: bool = False
) -> list[dict[str, Any]]:
    """Events, decisions, messages and finished tasks together, the latest first."""
    latest = Query({"customer": customer}, sort=(("time", -1),), limit=EVENTS)
    events = (
        _event(each.document, bundle, shows_personal) for each in archive.history.find(latest).documents
    )
    decided = Query({"customer": customer}, sort=(("as_of", -1),), limit=DECISIONS)
    decisions = (_decision(each.document) for each in archive.decisions.find(decided).documents)
    contacts = [*_messages(archive, customer), *_finished(archive, customer)]
    return sorted([*decisions, *events, *contacts], key=lambda entry: entry["time"], reverse=True)


def _messages(archive: Archive, customer: str) -> list[dict[str, Any]]:
    """What people were told of the customer, or in the customer's name."""
    found = [
        each.document for each in archive.inbox.find(Query({"customer": customer}, limit=MOST)).documents
    ]
    kept = ("to", "rule", "subject")
    told = [
        {
            "time": each["created_at"],
            "kind": "message",
            "id": each["_id"],
            **{name: each[name] for name in kept},
        }
        for each in found
    ]
    return sorted(told, key=lambda entry: entry["time"], reverse=True)[:MESSAGES]


def _finished(archive: Archive, customer: str) -> Iterator[dict[str, Any]]:
    """Care that came to an end: calls made, skipped, cancelled."""
    wanted = Query({"customer": customer}, sort=(("due_day", -1),), limit=MOST)
    found = (versioned.document for versioned in archive.tasks.find(wanted).documents)
    over = [task for task in found if task.get("closed_at")]
    kept = ("title", "channel", "owner", "rule")
    for task in over[:TASKS]:
        entry = {"time": task["closed_at"], "kind": "task", "id": task["_id"], "outcome": task["status"]}
        yield {**entry, **{name: task[name] for name in kept}}


def _event(document: Document, bundle: Bundle, shows_personal: bool) -> dict[str, Any]:
    return {
        "time": document["time"],
        "kind": "event",
        "type": document["type"],
        "id": document["id"],
        "source": document["source"],
        "data": document["data"] if shows_personal else _public(document, bundle),
    }


def _public(event: Document, bundle: Bundle) -> dict[str, Any]:
    """The event's fields without personal ones."""
    kind = bundle.catalogue.events.get(event["type"])
    personal = {name for name, field in kind.fields.items() if field.personal} if kind else set(event["data"])
    return {name: value for name, value in event["data"].items() if name not in personal}


def _decision(document: Document) -> dict[str, Any]:
    kept = ("rule", "outcome", "held_by", "mode", "reason", "tier_change")
    return {
        "time": document["as_of"],
        "kind": "decision",
        "id": document["_id"],
        **{name: document[name] for name in kept},
    }
