"""A manager's digest as it is kept and told: one document for each period, messages made of it alone.

Pure. The document holds the words in every language, so that whoever completes an interrupted sending tells
the same; ids follow from the addressee and the period, so that nobody is told twice.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import orjson

from services.notification.deliveries import PENDING, payload_of, whole_seconds
from services.notification.ids import derived_id
from services.notification.limits import INBOX
from services.notification.subscriptions import Subscription
from shared.asking.answers import Answer
from shared.contracts.topics import EventTypes
from shared.model.rules import DigestPlan
from shared.reports.chinese import told_in
from shared.reports.plain_text import plain_text
from shared.reports.report_page import report_page
from shared.store.port import Document

ROUTE = "digest"
"""What subscribers choose it by, as they choose routes."""

OWED, SENT = "owed", "sent"


def digest_id(plan: DigestPlan, last_day: int) -> str:
    """The name of the digest of the period that ended with *last_day*."""
    return derived_id("dig", plan.to, plan.every, str(last_day))


def digest_document(
    plan: DigestPlan, last_day: int, answers: Mapping[str, Answer], now: datetime
) -> Document:
    """The digest of a period, of its report in every language."""
    sheets = {language: told_in(language, answer.sheets) for language, answer in answers.items()}
    data = next(iter(answers.values())).data
    return {
        "_id": digest_id(plan, last_day),
        "to": plan.to,
        "every": plan.every,
        "last_day": last_day,
        "created_at": whole_seconds(now),
        "channels": list(plan.channels),
        "status": OWED,
        "subject": {language: each[0].title for language, each in sheets.items()},
        "body": {language: plain_text(each) for language, each in sheets.items()},
        "page": {
            language: report_page(each, language, answers[language].figures)
            for language, each in sheets.items()
        },
        "data": orjson.loads(orjson.dumps(data)),
    }


def inbox_message(digest: Document) -> Document:
    """What the addressee finds in the inbox."""
    return {
        "_id": derived_id("ntf", digest["_id"], INBOX),
        "created_at": digest["created_at"],
        "group": None,
        "subject": digest["subject"],
        "body": digest["body"],
        "customer": "",
        "day": digest["last_day"],
        "route": ROUTE,
        "kind": ROUTE,
        "decision": "",
        "rule": "",
        "policy": "",
        "to": digest["to"],
    }


def digest_deliveries(digest: Document, subscribers: Iterable[Subscription]) -> list[Document]:
    """One delivery to each of *subscribers* that wants digests through a channel of this one."""
    return [
        _delivery(digest, each)
        for each in subscribers
        if each.kind in digest["channels"] and each.wants(ROUTE)
    ]


def _delivery(digest: Document, subscriber: Subscription) -> Document:
    return {
        "_id": derived_id("msg", digest["_id"], subscriber.id),
        "notification": digest["_id"],
        "subscription": subscriber.id,
        "channel": subscriber.kind,
        "customer": "",
        "to_customer": False,
        "created_at": digest["created_at"],
        "status": PENDING,
        "next_attempt_at": digest["created_at"],
        "held_until": None,
        "attempts": [],
        "ambiguous": 0,
        "payload": payload_of(EventTypes.DIGEST, digest["created_at"], _told(digest, subscriber)),
    }


def _told(digest: Document, subscriber: Subscription) -> dict[str, Any]:
    """Machines get the numbers, people the page in their language."""
    told = {
        "id": digest["_id"],
        "to": digest["to"],
        "every": digest["every"],
        "day": digest["data"]["day"],
        "subject": digest["subject"],
        "body": digest["body"],
    }
    if subscriber.kind == "email":
        return {**told, "page": digest["page"][subscriber.language]}
    return {**told, "digest": digest["data"]}
