"""The topics, declared once. The key of every message is the customer id."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Topic:
    """A named log: what is on it and who writes it."""

    name: str
    producer: str
    summary: str


INBOUND = Topic("guanxi.inbound", "publishers", "Events from publishers who use the bus, not yet validated.")
EVENTS = Topic("guanxi.events", "ingest", "Accepted events and the days' closing markers.")
SNAPSHOTS = Topic(
    "guanxi.snapshots", "scoring", "What is known of a customer after an event or at a day's close."
)
DECISIONS = Topic("guanxi.decisions", "rules", "Decision records, each with its reason.")
NOTIFICATIONS = Topic("guanxi.notifications", "notification", "What people and systems were told.")
DEAD_LETTERS = Topic(
    "guanxi.dead-letters", "all", "What could not be processed, byte for byte, with the reason."
)

ALL = (INBOUND, EVENTS, SNAPSHOTS, DECISIONS, NOTIFICATIONS, DEAD_LETTERS)


class EventTypes:
    """CloudEvents types of Guanxi's own messages. Publishers' types are declared in rules/events.yaml."""

    DAY_CLOSED = "guanxi.day.closed"
    RELEASE_ACTIVATED = "guanxi.release.activated"
    SNAPSHOT = "guanxi.snapshot"
    DECISION = "guanxi.decision"
    NOTIFICATION = "guanxi.notification"
    DEAD_LETTER = "guanxi.dead-letter"
    TASK_OUTCOME = "task.outcome"
