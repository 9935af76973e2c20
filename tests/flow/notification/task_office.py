"""Two open tasks on a real store and bus, worked on directly or over HTTP with keys of any scope."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from services.notification.api import blueprints
from services.notification.desk import TaskDesk
from services.notification.handing_over import OwnerNotices
from services.notification.outcomes import TaskOutcomes
from services.notification.parts import Parts
from services.notification.sealing import SecretBox
from services.notification.subscribers import Subscribers
from shared.bus.open import open_bus
from shared.bus.port import Bus, Message, Producer
from shared.clock import ManualClock
from shared.contracts.cloudevents import CloudEvent, from_record
from shared.contracts.topics import INBOUND
from shared.errors import BusUnavailableError
from shared.http.app import create_app, register
from shared.http.keys import KeyRing, digest_of, new_key, written
from shared.releases.reader import ReleaseReader
from shared.store.collections import API_KEYS, CONTACTS, DELIVERIES, INBOX, RELEASES, SUBSCRIPTIONS, TASKS
from shared.store.port import Document, Store

NOW = datetime(2026, 3, 2, 10, 0, tzinfo=timezone.utc)
SECRET = b"k" * 32
DUE = date(2010, 8, 12).toordinal()


def task(name: str, **changed: Any) -> Document:
    return {
        "_id": name,
        "customer": "c1",
        "task": "winback-call",
        "owner": "anna",
        "title": {"en": "Call", "zh": "致电"},
        "playbook": {"en": "Ask why"},
        "channel": "phone",
        "key_event": None,
        "due_day": DUE,
        "due_date": "2010-08-12",
        "status": "open",
        "opened_day": DUE - 3,
        "opened_at": "2010-08-09T12:00:00Z",
        "opened_by": "d1",
        "action": "d1/0",
        "rule": "silent",
        "policy": "care",
        "release": "d" * 64,
        "reason": {"en": "silent for 90 days"},
        "closing": None,
        "closed_at": None,
        "history": [],
        **changed,
    }


@dataclass
class Unsteady:
    """A producer that fails as often as it is told, before or after it appended."""

    inner: Producer
    failures: list[str] = field(default_factory=list)

    def send(self, topic: str, messages: list[Message]) -> None:
        failure = self.failures.pop(0) if self.failures else ""
        if failure != "before":
            self.inner.send(topic, messages)
        if failure:
            raise BusUnavailableError("no acknowledgement")

    def close(self) -> None:
        self.inner.close()


@dataclass
class Office:
    outcomes: TaskOutcomes
    producer: Unsteady
    bus: Bus
    store: Store
    parts: Parts

    def told(self) -> list[CloudEvent]:
        batches = (self.bus.read(INBOUND.name, number, 0, 100) for number in range(2))
        return [from_record(record) for batch in batches if batch for record in batch.records]

    def task(self, name: str) -> Document:
        return self.outcomes.tasks.get_many([name])[name].document


@pytest.fixture
def office(store: Store, tmp_path: Path) -> Iterator[Office]:
    bus = open_bus(f"sqlite:///{tmp_path}/bus.db")
    bus.ensure_topic(INBOUND.name, 2)
    producer = Unsteady(bus.producer())
    clock = ManualClock(NOW)
    tasks, contacts = store.collection(TASKS), store.collection(CONTACTS)
    outcomes = TaskOutcomes(tasks, contacts, producer, clock, live=True)
    tasks.insert_absent(
        [task("task_1"), task("task_2", due_day=DUE + 10, due_date="2010-08-22", owner="bob")]
    )
    parts = Parts(
        tasks=tasks,
        inbox=store.collection(INBOX),
        deliveries=store.collection(DELIVERIES),
        contacts=contacts,
        outcomes=outcomes,
        desk=TaskDesk(tasks, contacts, clock, True, OwnerNotices(tasks, store.collection(INBOX))),
        subscribers=Subscribers(store.collection(SUBSCRIPTIONS), SecretBox(SECRET), clock),
        releases=ReleaseReader(store.collection(RELEASES)),
    )
    yield Office(outcomes, producer, bus, store, parts)
    producer.close()
    bus.close()


@pytest.fixture
def app(office: Office) -> Flask:
    keys = office.store.collection(API_KEYS)
    app = create_app("notification", keys=KeyRing(keys, SECRET, ManualClock(NOW)))
    for blueprint in blueprints(office.parts):
        register(app, blueprint)
    return app


@pytest.fixture
def keyed(app: Flask, office: Office) -> Any:
    def client(*scopes: str) -> FlaskClient:
        identity, secret = new_key()
        document = {
            "_id": identity,
            "name": "anna",
            "scopes": list(scopes),
            "status": "active",
            "hash": digest_of(identity, secret, SECRET).hex(),
        }
        office.store.collection(API_KEYS).insert_absent([document])
        made = app.test_client()
        made.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {written(identity, secret)}"
        return made

    return client
