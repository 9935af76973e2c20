"""Bring due deliveries to their subscribers: claim, send, record; again by the schedule when it failed.

A claim is a lease, so that two processes never send the same delivery at once, and a crash between
sending and recording leads to the same message with the same id, counted as ambiguous.
"""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

from services.notification.cancelling import deliveries_where
from services.notification.channels.port import Channel
from services.notification.deliveries import (
    CANCELLED,
    DELIVERED,
    FAILED,
    OWED,
    PENDING,
    SENDING,
    begin_attempt,
    end_attempt,
    put_off,
    whole_seconds,
)
from services.notification.retry import GIVE_UP_AFTER, Result, next_attempt
from services.notification.subscribers import Subscribers
from services.notification.subscriptions import Subscription
from shared.clock import Clock, from_rfc3339, to_rfc3339
from shared.store.port import Collection, Document, Query, Replacement, Versioned
from shared.telemetry import metrics
from shared.telemetry.logs import logger

LEASE_S = 60.0
"""Longer than any attempt may take."""

BREAK_AFTER, BREAK_S, THROTTLE_S = 5, 60.0, 30.0
"""Failures in a row after which a subscriber is left alone for a while; the same when it asks for less."""


class SendGate(Protocol):
    """Asked when a delivery is about to leave."""

    def refusal(self, delivery: Document) -> str | None:
        """Why *delivery* must never be sent, or None."""

    def quiet_until(self, delivery: Document, now: datetime) -> datetime | None:
        """Until when *delivery* must wait, or None."""


@dataclass(slots=True)
class _Breaker:
    """How a subscriber has behaved of late, in this process."""

    failures: int = 0
    paused_until: float = 0.0

    def note(self, result: Result, now: float) -> None:
        if result.outcome == "delivered":
            self.failures = 0
            return
        self.failures += 1
        if result.throttled:
            self.paused_until = now + max(THROTTLE_S, result.retry_after_s or 0.0)
        elif self.failures >= BREAK_AFTER:
            self.paused_until = now + BREAK_S


@dataclass(slots=True)
class Dispatcher:
    """Sends what is due. `drain` may run in several threads, one for each subscriber."""

    deliveries: Collection
    subscribers: Subscribers
    channels: Mapping[str, Channel]
    gate: SendGate
    clock: Clock
    member: str = "notification"
    spread: Callable[[], float] = random.random
    reach: Callable[[str], None] = lambda _point: None
    _breakers: dict[str, _Breaker] = field(default_factory=dict)

    def reclaim(self) -> int:
        """Make due at once what this process was sending when it was killed."""
        found = deliveries_where(self.deliveries, {"status": SENDING})
        ours = [item for item in found if item.document["attempts"][-1]["by"] == self.member]
        now = whole_seconds(self.clock.now())
        for item in ours:
            due = {**item.document, "status": PENDING, "next_attempt_at": now}
            self.deliveries.replace([Replacement(due, item.version)])
        return len(ours)

    def hasten(self) -> int:
        """Make due what waits since an attempt that lies ahead: the clock has been set back since then.

        Without it a retry in five seconds would come after an hour when the clock is set back by one.
        """
        now = self.clock.now()
        waiting = {"status": PENDING, "next_attempt_at": {"$gt": whole_seconds(now)}}
        ahead = [
            Replacement({**item.document, "next_attempt_at": whole_seconds(now)}, item.version)
            for item in deliveries_where(self.deliveries, waiting)
            if any(from_rfc3339(attempt["at"]) > now for attempt in item.document["attempts"][-1:])
        ]
        return len(ahead) - len(self.deliveries.replace(ahead))

    def drain(self, subscription_id: str, stopped: Callable[[], bool] = lambda: False) -> int:
        """Attempt everything that is due for one subscriber; return how many attempts were made."""
        attempts = 0
        breaker = self._breakers.setdefault(subscription_id, _Breaker())
        while not stopped() and breaker.paused_until <= self.clock.monotonic():
            subscription = self.subscribers.get(subscription_id)
            due = self._due(subscription) if subscription.status == "active" else []
            if not due:
                break
            claimed = self._claim(due)
            self._send(subscription, claimed, breaker)
            attempts += len(claimed)
        return attempts

    def has_due(self, subscription: Subscription) -> bool:
        """Whether anything is due for *subscription* and it is not left alone for a while."""
        breaker = self._breakers.get(subscription.id)
        paused = breaker is not None and breaker.paused_until > self.clock.monotonic()
        return not paused and bool(self._due(subscription))

    # -- claiming

    def _due(self, subscription: Subscription) -> Sequence[Versioned]:
        now = to_rfc3339(self.clock.now().replace(microsecond=0))
        query = Query(
            filter={
                "subscription": subscription.id,
                "status": {"$in": list(OWED)},
                "next_attempt_at": {"$lte": now},
            },
            sort=(("next_attempt_at", 1),),
            limit=self.channels[subscription.kind].batch_size,
        )
        return self.deliveries.find(query).documents

    def _claim(self, due: Iterable[Versioned]) -> list[Versioned]:
        """Take the leases; what another process took meanwhile, or the gate stops, is left out."""
        now = self.clock.now()
        claims: list[Replacement] = []
        settled: list[Replacement] = []
        for item in due:
            stopped = self._stopped(item.document, now)
            target = claims if stopped is None else settled
            document = stopped or begin_attempt(item.document, now, LEASE_S, self.member)
            if document["ambiguous"] > item.document["ambiguous"]:
                metrics.WEBHOOK_ATTEMPTS.labels(outcome="ambiguous").inc()
            target.append(Replacement(document, item.version))
        conflicts = self.deliveries.replace(claims + settled)
        taken = [claim for claim in claims if claim.document["_id"] not in conflicts]
        return [Versioned(claim.document, claim.expected + 1) for claim in taken]

    def _stopped(self, delivery: Document, now: datetime) -> Document | None:
        if (reason := self.gate.refusal(delivery)) is not None:
            rule = delivery["payload"]["data"].get("rule", "")
            metrics.CONTACTS_HELD.labels(rule=rule, reason=reason.partition(":")[0]).inc()
            return {**delivery, "status": CANCELLED, "next_attempt_at": None, "cancelled_because": reason}
        if (until := self.gate.quiet_until(delivery, now)) is not None:
            return put_off(delivery, until)
        return None

    # -- sending

    def _send(self, subscription: Subscription, claimed: Sequence[Versioned], breaker: _Breaker) -> None:
        if not claimed:
            return
        channel = self.channels[subscription.kind]
        self.reach("before-send")
        results = channel.send(subscription, [item.document for item in claimed])
        self.reach("after-send")
        self._record(subscription, claimed, results)
        for result in results:
            breaker.note(result, self.clock.monotonic())

    def _record(
        self, subscription: Subscription, claimed: Sequence[Versioned], results: Sequence[Result]
    ) -> None:
        now = self.clock.now()
        records = []
        for item, result in zip(claimed, results, strict=True):
            _count(subscription.kind, result)
            records.append(Replacement(self._after(item.document, result, now), item.version))
        if conflicts := self.deliveries.replace(records):
            logger().warning("delivery outlived its lease", deliveries=sorted(conflicts))
        self._judge(subscription, results, now)

    def _after(self, delivery: Document, result: Result, now: datetime) -> Document:
        told = {
            "outcome": result.outcome,
            "status": result.status,
            "detail": result.detail,
            "excerpt": result.excerpt,
            "duration_ms": result.duration_ms,
        }
        if result.outcome == "delivered":
            return end_attempt(delivery, told, DELIVERED, None)
        if result.outcome != "failed":
            return end_attempt(delivery, told, FAILED, None)
        again = next_attempt(now, len(delivery["attempts"]), result.retry_after_s, self.spread())
        return end_attempt(delivery, told, FAILED if again is None else PENDING, again)

    def _judge(self, subscription: Subscription, results: Sequence[Result], now: datetime) -> None:
        """Disable a subscriber that is gone, or that did nothing but fail for days."""
        for result in results:
            changed = judged(subscription, result, now)
            if changed != subscription:
                subscription = self.subscribers.change(
                    subscription.id, partial(judged, result=result, now=now)
                )
                if subscription.status == "disabled":
                    logger().error(
                        "subscriber disabled", subscription=subscription.id, why=subscription.disabled_because
                    )


def judged(subscription: Subscription, result: Result, now: datetime) -> Subscription:
    """What one result means for its subscriber."""
    if subscription.status != "active":
        return subscription
    if result.outcome == "delivered":
        return replace(subscription, failing_since=None)
    if result.outcome == "gone":
        return subscription.disabled("it answered 410 Gone")
    if subscription.failing_since is None:
        return replace(subscription, failing_since=to_rfc3339(now))
    failing: timedelta = now - from_rfc3339(subscription.failing_since)
    if failing >= GIVE_UP_AFTER:
        return subscription.disabled(f"nothing but failures since {subscription.failing_since}")
    return subscription


def _count(kind: str, result: Result) -> None:
    metrics.NOTIFICATIONS.labels(channel=kind, outcome=result.outcome).inc()
    if kind == "webhook":
        metrics.WEBHOOK_ATTEMPTS.labels(outcome=result.outcome).inc()
