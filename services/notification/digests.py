"""Sending the manager's digest: once for each day, week or month that closed, whatever is cut off meanwhile.

Reads the store of every service, as reports do; writes only what notification owns. The digest of a period is
composed once and kept; messages are made of what is kept, under ids that follow from it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event

from services.notification.again import again
from services.notification.digest_days import last_day_of_period
from services.notification.digest_message import (
    OWED,
    SENT,
    digest_deliveries,
    digest_document,
    digest_id,
    inbox_message,
)
from services.notification.limits import INBOX
from services.notification.subscribers import Subscribers
from shared.asking.answers import REPORTS
from shared.asking.records import Records
from shared.asking.wish import wish
from shared.clock import Clock
from shared.model.rules import DigestPlan
from shared.store.collections import CONTACT_PARTITIONS, DECISIONS, DELIVERIES, DIGESTS, PARTITIONS
from shared.store.collections import INBOX as MESSAGES
from shared.store.port import Query, Replacement, Versioned
from shared.telemetry import metrics
from shared.telemetry.logs import logger

EVERY_S = 5.0
LANGUAGES = ("en", "zh")


@dataclass(slots=True)
class Digests:
    """Looks whether a period has ended of which nobody was told.

    A digest tells how things stand, so it is made when time stands: when scoring and notification have closed
    the same day, and still have at the next look. Where time runs fast (a replay), or stood while nobody ran,
    the latest period alone is told; one that ended before the first decision is none.
    """

    records: Records
    subscribers: Subscribers
    clock: Clock
    reach: Callable[[str], None] = lambda _point: None
    _seen: int = 0
    _told: str = ""

    def run(self, stop: Event) -> None:
        """Look every few seconds until *stop* is set."""
        again(self.look, EVERY_S, stop, "the digest waits")

    def look(self) -> None:
        """Send the digest of the latest period, unless it was sent or time still moves."""
        closed = self._standing_day()
        plan = self.records.bundle.notifications.digest if closed else None
        if plan is None:
            return
        last_day = last_day_of_period(plan, closed)
        if (name := digest_id(plan, last_day)) == self._told or not self._had_begun(last_day):
            return
        kept = self._kept(plan, last_day)
        if kept.document["status"] == OWED:
            self._send(kept)
        self._told = name

    def _standing_day(self) -> int:
        """The last closed day, if every service has come to it and it was so at the last look; else 0."""
        scored, told = (self.records.closed_day(spec) for spec in (PARTITIONS, CONTACT_PARTITIONS))
        before, self._seen = self._seen, scored
        return scored if scored == told == before else 0

    def _had_begun(self, last_day: int) -> bool:
        """Whether a rule had fired by then."""
        first = Query(filter={"outcome": "fired", "day": {"$lte": last_day}}, limit=1)
        return bool(self.records.collection(DECISIONS).find(first).documents)

    def _kept(self, plan: DigestPlan, last_day: int) -> Versioned:
        """The period's digest: as it was composed first, by whichever process."""
        digests, name = self.records.collection(DIGESTS), digest_id(plan, last_day)
        if (found := digests.get_many([name]).get(name)) is not None:
            return found
        answers = {
            language: REPORTS["digest"](self.records, wish(language=language)) for language in LANGUAGES
        }
        self.reach("before-digest")
        digests.insert_absent([digest_document(plan, last_day, answers, self.clock.now())])
        return digests.get_many([name])[name]

    def _send(self, kept: Versioned) -> None:
        digest = kept.document
        self.reach("after-digest")
        deliveries = digest_deliveries(digest, self.subscribers.active())
        self.records.collection(DELIVERIES).insert_absent(deliveries)
        self.reach("after-digest-deliveries")
        if INBOX in digest["channels"]:
            self.records.collection(MESSAGES).insert_absent([inbox_message(digest)])
            metrics.NOTIFICATIONS.labels(channel=INBOX, outcome="sent").inc()
        self.reach("after-digest-inbox")
        self.records.collection(DIGESTS).replace([Replacement({**digest, "status": SENT}, kept.version)])
        logger().info("digest sent", to=digest["to"], day=digest["data"]["day"], pushed=len(deliveries))
