"""What decisions about one customer led to, as JSON values: who was told, how it went, what was held back.

Reads the archive. Messages hold no personal fields, so none is hidden here.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from shared.explaining.archive import Archive, one
from shared.store.port import Document, Query

TASKS, MESSAGES, DELIVERIES, HELD = 20, 20, 50, 20
"""So many of the latest are told."""

MOST = 1_000

Entry = dict[str, Any]


def contacts(archive: Archive, customer: str) -> list[Entry]:
    """Messages in Guanxi, deliveries to outside systems, what was held back, and finished care."""
    return [
        *_messages(archive, customer),
        *_deliveries(archive, customer),
        *_held(archive, customer),
        *_finished(archive, customer),
    ]


def _messages(archive: Archive, customer: str) -> list[Entry]:
    """What people were told of the customer, or in the customer's name."""
    found = [
        each.document for each in archive.inbox.find(Query({"customer": customer}, limit=MOST)).documents
    ]
    kept = ("to", "route", "rule", "subject")
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


def _deliveries(archive: Archive, customer: str) -> Iterator[Entry]:
    """What went to outside systems, or is to go there."""
    latest = Query({"customer": customer}, sort=(("created_at", -1),), limit=DELIVERIES)
    for each in archive.deliveries.find(latest).documents:
        yield _delivery(each.document)


def _delivery(document: Document) -> Entry:
    """*time* is that of the decision, *last_attempt_at* by the clock of the machine that sent."""
    data, attempts = document["payload"]["data"], document["attempts"]
    return {
        "time": document["created_at"],
        "kind": "delivery",
        "id": document["_id"],
        **{name: document[name] for name in ("notification", "subscription", "channel")},
        **{name: data[name] for name in ("route", "to", "rule", "subject")},
        **_state(document),
        "attempts": len(attempts),
        "last_attempt_at": attempts[-1]["at"] if attempts else None,
    }


def _state(document: Document) -> Entry:
    """How it stands: delivered, failed, cancelled, held until some time, or waiting, and why."""
    status, attempts = document["status"], document["attempts"]
    last = attempts[-1] if attempts else {}
    reason = " ".join(str(part) for part in (last.get("status"), last.get("detail")) if part)
    if status == "delivered":
        return {"state": "delivered", "reason": "", "until": None}
    if status == "failed":
        return {"state": "failed", "reason": reason, "until": None}
    if status == "cancelled":
        return {"state": "cancelled", "reason": document.get("cancelled_because", ""), "until": None}
    if not attempts and document["held_until"] is not None:
        return {"state": "held", "reason": "quiet_hours", "until": document["held_until"]}
    return {"state": "waiting", "reason": reason, "until": document["next_attempt_at"]}


def _held(archive: Archive, customer: str) -> Iterator[Entry]:
    """What was ordered and not done: no consent, too many contacts, nobody who listens."""
    record = one(archive.contacts, customer)
    latest = record["held"][-HELD:] if record else []
    decisions = archive.decisions.get_many({each["decision"] for each in latest})
    for each in latest:
        decision = decisions.get(each["decision"])
        midnight = f"{date.fromordinal(each['day']).isoformat()}T00:00:00Z"
        kept = ("id", "what", "reason", "detail", "decision", "rule")
        yield {
            "time": decision.document["as_of"] if decision else midnight,
            "kind": "held",
            **{name: each[name] for name in kept},
            "ahead": each.get("ahead", []),  # not kept by former versions
        }


def _finished(archive: Archive, customer: str) -> Iterator[Entry]:
    """Care that came to an end: calls made, skipped, cancelled."""
    wanted = Query({"customer": customer}, sort=(("due_day", -1),), limit=MOST)
    found = (versioned.document for versioned in archive.tasks.find(wanted).documents)
    over = [task for task in found if task.get("closed_at")]
    kept = ("title", "channel", "owner", "rule")
    for task in over[:TASKS]:
        entry = {"time": task["closed_at"], "kind": "task", "id": task["_id"], "outcome": task["status"]}
        yield {**entry, **{name: task[name] for name in kept}}
