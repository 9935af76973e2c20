"""The stage and the senders of the notification service on a home directory, until nothing is left to do.

Run as a program it is a process that may be killed: ``notifying.py HOME CRASH_AT``.
"""

import sys
import threading
from datetime import date
from pathlib import Path
from typing import Any

from services.notification.channels.file import FileChannel
from services.notification.channels.webhook import WebhookChannel
from services.notification.delivery import Dispatcher
from services.notification.processor import NotificationProcessor, Stores
from services.notification.sealing import SecretBox
from services.notification.sending import Sending
from services.notification.subscribers import Subscribers
from services.scoring.day_clock import day_marker
from shared.bus.open import open_bus
from shared.bus.port import Bus
from shared.clock import SystemClock
from shared.contracts.awaited import Awaited, awaited_to_data
from shared.contracts.cloudevents import CloudEvent, to_message
from shared.contracts.codecs import RULES_SOURCE, decision_to_event
from shared.contracts.decision import DecisionRecord, OrderedAction
from shared.contracts.snapshot import Cause
from shared.contracts.topics import ALL, DECISIONS, NOTIFICATIONS, EventTypes
from shared.flow.crash_points import crash_points
from shared.flow.dead_letters import DeadLetterPublisher
from shared.flow.runner import Runner
from shared.flow.stage import Stage
from shared.flow.work import Ports
from shared.model.business import Term
from shared.model.catalogue import Catalogue, Tier
from shared.model.conditions import Leaf, Phrase
from shared.model.rules import Bundle, Escalation, NotificationPlan, PolicyDef, Route, RuleDef
from shared.store.collections import (
    CONTACT_PARTITIONS,
    CONTACTS,
    CUSTOMERS,
    DELIVERIES,
    HISTORY,
    INBOX,
    SUBSCRIPTIONS,
    TASKS,
)
from shared.store.open import open_store
from shared.store.port import Document, Store

PARTITIONS = 2
SECRET = b"k" * 32
DAY = date(2010, 6, 15).toordinal()


class OneRelease:
    """Every decision is by the same rules."""

    def bundle(self, digest: str) -> Bundle:
        rule = RuleDef("silent", "risk", {"en": "Silent"}, Leaf("score", Phrase.KNOWN), ())
        alerts = Route(
            "alerts",
            {"action": ("raise_alert",)},
            "manager",
            ("inbox", "webhook", "file"),
            {"en": "{customer}: {title}"},
            {"en": "{reason}"},
        )
        return Bundle(
            "default",
            digest,
            Catalogue({}, {}, {}, (Tier("none", {"en": "No member"}, 0),)),
            {},
            (PolicyDef("risk", (rule,)),),
            NotificationPlan(
                routes=(alerts,),
                contact_cap=(3, 30),
                escalation=Escalation(Term(2), "manager", ("inbox", "webhook", "file")),
            ),
        )


class OpenGate:
    def refusal(self, delivery: Document) -> None:
        return None

    def quiet_until(self, delivery: Document, now: Any) -> None:
        return None


def decision(customer: str, number: int, day: int) -> DecisionRecord:
    """The *number*-th decision about *customer*: an alert and a call."""
    name = f"{customer}-{number}"
    call = {
        "task": f"call-{number % 3}",
        "title": {"en": "Call"},
        "due_days": 3,
        "channel": "phone",
        "closed_by": ["purchase"],
    }
    alert = {"alert": "churn", "severity": "high", "title": {"en": "Leaving"}}
    return DecisionRecord(
        id=name,
        customer=customer,
        rule="silent",
        policy="risk",
        release="d" * 64,
        outcome="fired",
        mode="live",
        as_of=f"2010-06-15T12:00:{number:02d}Z",
        day=day,
        cause=Cause("day"),
        facts={},
        leaves=(),
        reason={"en": "silent"},
        actions=(
            OrderedAction(f"{name}/0", "raise_alert", alert),
            OrderedAction(f"{name}/1", "create_task", call),
        ),
    )


def happened(customer: str, number: int, day: int, kind: str = "purchase") -> CloudEvent:
    """What rules tells of the *number*-th event of *customer*."""
    told = Awaited(
        customer, f"2010-06-15T12:00:{number:02d}Z", day, Cause("event", f"{number}", kind, "shop")
    )
    return CloudEvent(
        f"{customer}/{number}",
        RULES_SOURCE,
        EventTypes.AWAITED,
        customer,
        told.as_of,
        awaited_to_data(told),
        {},
    )


def closes(bus: Bus, day: int) -> None:
    """Close local *day* in every partition."""
    marker = day_marker(date.fromordinal(day), "2010-06-16T01:00:00Z")
    producer = bus.producer()
    for partition in range(PARTITIONS):
        producer.send(DECISIONS.name, [to_message(marker, partition)])
    producer.close()


def publish(bus: Bus, decisions: list[DecisionRecord]) -> None:
    """Append *decisions* as the rules service does."""
    send(bus, [decision_to_event(item) for item in decisions])


def send(bus: Bus, events: list[CloudEvent]) -> None:
    """Append *events* to what notification reads."""
    for topic in ALL:
        bus.ensure_topic(topic.name, PARTITIONS)
    producer = bus.producer()
    producer.send(DECISIONS.name, [to_message(event) for event in events])
    producer.close()


def subscribers(store: Store) -> Subscribers:
    """The subscribers of the home."""
    return Subscribers(store.collection(SUBSCRIPTIONS), SecretBox(SECRET), SystemClock())


def embedded(home: Path) -> str:
    """Where the store of *home* is, unless a test brings another one."""
    return f"sqlite:///{home}/store/"


def work(home: Path, crash_at: str = "", store_url: str = "") -> None:
    """Notify until every decision is committed and nothing is owed."""
    bus, store = open_bus(f"sqlite:///{home}/bus.db"), open_store(store_url or embedded(home))
    clock, reach = SystemClock(), crash_points("notification", crash_at)
    stores = Stores(*(store.collection(spec) for spec in (TASKS, INBOX, DELIVERIES, CUSTOMERS, HISTORY)))
    processor = NotificationProcessor(stores, subscribers(store), OneRelease())
    producer = bus.producer()
    ports = Ports(
        processor,
        store.collection(CONTACTS),
        store.collection(CONTACT_PARTITIONS),
        producer,
        NOTIFICATIONS.name,
        reach,
    )
    runner = Runner(
        Stage(ports),
        bus,
        topic=DECISIONS.name,
        group="notification",
        member="notification",
        partitions=PARTITIONS,
        dead_letter=DeadLetterPublisher(bus.producer(), "notification", clock),
        dead_letter_limit=0,
        clock=clock,
        reach=reach,
        max_records=7,
    )
    dispatcher = Dispatcher(
        deliveries=stores.deliveries,
        subscribers=processor.subscribers,
        channels={"webhook": WebhookChannel(SecretBox(SECRET), clock), "file": FileChannel(batch_size=5)},
        gate=OpenGate(),
        clock=clock,
        reach=reach,
    )
    stop = threading.Event()
    sending = threading.Thread(target=Sending(dispatcher, interval_s=0.05).run, args=(stop,))
    sending.start()
    watching = threading.Thread(target=_stop_when_done, args=(bus, store, stop))
    watching.start()
    runner.run(stop)
    for thread in (sending, watching):
        thread.join()
    producer.close()
    bus.close()
    store.close()


def _stop_when_done(bus: Bus, store: Store, stop: threading.Event) -> None:
    deliveries = store.collection(DELIVERIES)
    for _ in range(600):
        lag = sum(item.records for item in bus.group_lag(DECISIONS.name, "notification"))
        owed = deliveries.count_by((), {"status": {"$in": ["pending", "sending"]}})
        if not lag and not sum(owed.values()):
            break
        stop.wait(0.05)
    stop.set()


if __name__ == "__main__":
    work(Path(sys.argv[1]), sys.argv[2])
