"""The topics, declared once. The key of every message is the customer id.

What happened and what was decided is kept for good: history can be read again from it. The rest is told
again whenever it is needed, so it is kept for a time. Nothing is ever compacted: order is the meaning.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """A named log: what is on it, who writes it, and for how many days it is kept (None: for good)."""

    name: str
    producer: str
    summary: str
    kept_days: int | None = None


INBOUND = Topic(
    "guanxi.inbound", "publishers", "Events from publishers who use the bus, not yet validated.", 30
)
EVENTS = Topic("guanxi.events", "ingest", "Accepted events and the days' closing markers.")
SNAPSHOTS = Topic(
    "guanxi.snapshots", "scoring", "What is known of a customer after an event or at a day's close.", 30
)
DECISIONS = Topic(
    "guanxi.decisions",
    "rules",
    "Decision records, each with its reason; and events that care tasks wait for.",
)
NOTIFICATIONS = Topic("guanxi.notifications", "notification", "What people and systems were told.", 30)
DEAD_LETTERS = Topic(
    "guanxi.dead-letters", "all", "What could not be processed, byte for byte, with the reason.", 365
)

ALL = (INBOUND, EVENTS, SNAPSHOTS, DECISIONS, NOTIFICATIONS, DEAD_LETTERS)


READERS = (
    (INBOUND.name, "ingest"),
    (EVENTS.name, "scoring"),
    (SNAPSHOTS.name, "rules"),
    (DECISIONS.name, "notification"),
    (DEAD_LETTERS.name, "ingest-dead-letters"),
)
"""Each topic with the group that consumes it, along the way of the data."""


class EventTypes:
    """CloudEvents types of Guanxi's own messages. Publishers' types are declared in rules/events.yaml."""

    DAY_CLOSED = "guanxi.day.closed"
    RELEASE_ACTIVATED = "guanxi.release.activated"
    SNAPSHOT = "guanxi.snapshot"
    DECISION = "guanxi.decision"
    AWAITED = "guanxi.awaited"
    NOTIFICATION = "guanxi.notification"
    DIGEST = "guanxi.digest"
    DEAD_LETTER = "guanxi.dead-letter"
    TASK_OUTCOME = "task.outcome"
