"""A notification on its way to one subscriber: its document, its attempts and what they mean.

Pure. Instants are RFC 3339 in whole seconds, so that they sort as text.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from services.notification.ids import derived_id
from services.notification.notices import Notice
from services.notification.subscriptions import Subscription
from shared.clock import from_rfc3339, to_rfc3339
from shared.contracts.topics import EventTypes
from shared.store.port import Document

PENDING, SENDING, DELIVERED, FAILED, CANCELLED = "pending", "sending", "delivered", "failed", "cancelled"
OWED = (PENDING, SENDING)
"""Statuses of deliveries that will still be attempted."""

STARTED, AMBIGUOUS = "started", "ambiguous"
"""An attempt begun and not recorded; the same, found after a crash: it may have arrived."""


def delivery_document(notice: Notice, subscriber: Subscription, not_before: datetime | None) -> Document:
    """A delivery of *notice* that is due at once, or at *not_before*."""
    notification = notice.notification
    return {
        "_id": derived_id("msg", notice.id, subscriber.id),
        "notification": notice.id,
        "subscription": subscriber.id,
        "channel": subscriber.kind,
        "customer": notification.customer,
        "to_customer": notice.to_customer,
        "created_at": notification.as_of,
        "status": PENDING,
        "next_attempt_at": whole_seconds(not_before or from_rfc3339(notification.as_of)),
        "held_until": None if not_before is None else whole_seconds(not_before),
        "attempts": [],
        "ambiguous": 0,
        "payload": payload_of(EventTypes.NOTIFICATION, notification.as_of, notice.data()),
    }


def payload_of(kind: str, timestamp: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """The body of a webhook and of a file's line, as Standard Webhooks recommends it."""
    return {"type": kind, "timestamp": timestamp, "data": dict(data)}


def whole_seconds(instant: datetime) -> str:
    """*instant* as text, rounded up to the second."""
    if instant.microsecond:
        instant = instant.replace(microsecond=0) + timedelta(seconds=1)
    return to_rfc3339(instant)


def begin_attempt(document: Document, at: datetime, lease_s: float, member: str) -> Document:
    """Claim the delivery for one attempt: until *lease_s* passes no other process attempts it.

    An attempt that an earlier process began and never recorded becomes an ambiguous one.
    """
    attempts, ambiguous = list(document["attempts"]), document["ambiguous"]
    if attempts and attempts[-1]["outcome"] == STARTED:
        attempts[-1] = {**attempts[-1], "outcome": AMBIGUOUS}
        ambiguous += 1
    attempts.append({"number": len(attempts) + 1, "at": to_rfc3339(at), "outcome": STARTED, "by": member})
    return {
        **document,
        "status": SENDING,
        "next_attempt_at": whole_seconds(at + timedelta(seconds=lease_s)),
        "attempts": attempts,
        "ambiguous": ambiguous,
    }


def end_attempt(
    document: Document, result: Mapping[str, Any], status: str, next_attempt_at: datetime | None
) -> Document:
    """Record how the begun attempt went and what follows."""
    attempts = [*document["attempts"][:-1], {**document["attempts"][-1], **result}]
    due = None if next_attempt_at is None else whole_seconds(next_attempt_at)
    return {**document, "status": status, "next_attempt_at": due, "attempts": attempts}


def put_off(document: Document, until: datetime) -> Document:
    """Wait until *until* without an attempt."""
    text = whole_seconds(until)
    return {**document, "status": PENDING, "next_attempt_at": text, "held_until": text}
