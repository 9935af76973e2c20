"""What happened about one customer, as JSON values: events, decisions, and what these led to.

Reads the archive; personal fields stay hidden unless somebody who may see them asks for them.
"""

from typing import Any

from shared.explaining.archive import Archive
from shared.explaining.contacts import contacts
from shared.model.rules import Bundle
from shared.store.port import Document, Query

EVENTS, DECISIONS = 50, 50
"""So many of the latest are told."""


def timeline(
    archive: Archive, customer: str, bundle: Bundle, *, shows_personal: bool = False
) -> list[dict[str, Any]]:
    """Events, decisions, what was told to whom or held back, and finished tasks, the latest first."""
    latest = Query({"customer": customer}, sort=(("time", -1),), limit=EVENTS)
    events = (
        _event(each.document, bundle, shows_personal) for each in archive.history.find(latest).documents
    )
    decided = Query({"customer": customer}, sort=(("as_of", -1),), limit=DECISIONS)
    decisions = (_decision(each.document) for each in archive.decisions.find(decided).documents)
    told = contacts(archive, customer)
    return sorted([*decisions, *events, *told], key=lambda entry: entry["time"], reverse=True)


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
