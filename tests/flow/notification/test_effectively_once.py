import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from shared.bus.open import open_bus
from shared.bus.port import Bus
from shared.contracts.cloudevents import from_record
from shared.contracts.topics import NOTIFICATIONS
from shared.store.collections import CONTACTS, DELIVERIES, INBOX, TASKS
from shared.store.open import open_store
from shared.store.port import CollectionSpec, Query, Store

from . import notifying
from .conftest import LOOPBACK, Receiver

CUSTOMERS = [f"c{number}" for number in range(6)]
ROOT = Path(__file__).parents[3]


class Home:
    """A home directory with decisions to work off, and what came of them."""

    def __init__(self, path: Path, receiver: Receiver, store_url: str = "") -> None:
        self.path = path
        self.store_url = store_url or notifying.embedded(path)
        self.bus: Bus = open_bus(f"sqlite:///{path}/bus.db")
        self.store: Store = open_store(self.store_url)
        self.file = path / "out.jsonl"
        subscribers = notifying.subscribers(self.store)
        subscribers.add_webhook(receiver.url, allow_networks=LOOPBACK)
        subscribers.add_file(str(self.file))
        self.publish()

    def publish(self) -> None:
        """What there is to do, unless a test has something of its own."""
        decisions = [
            notifying.decision(customer, number, notifying.DAY + number)
            for number in range(5)
            for customer in CUSTOMERS
        ]
        notifying.publish(self.bus, decisions)

    def documents(self, spec: CollectionSpec) -> dict[str, Any]:
        found = self.store.collection(spec).find(Query(limit=1_000)).documents
        return {item.document["_id"]: item.document for item in found}

    def told(self) -> list[str]:
        batches = (self.bus.read(NOTIFICATIONS.name, number, 0, 1_000) for number in range(2))
        events = [from_record(record) for batch in batches if batch for record in batch.records]
        return [event.data["id"] for event in events if event.subject]

    def lines(self) -> list[str]:
        return [orjson.loads(line)["id"] for line in self.file.read_bytes().splitlines()]

    def outcome(self) -> Any:
        """What must be the same however often the work was interrupted; subscribers' ids are random."""
        contacts = self.documents(CONTACTS)
        return (
            self.documents(TASKS),
            self.documents(INBOX),
            sorted((item["notification"], item["channel"]) for item in self.documents(DELIVERIES).values()),
            {key: (document["contacts"], document["held"]) for key, document in contacts.items()},
            set(self.told()),
        )


@pytest.fixture
def home(tmp_path: Path, receiver: Receiver) -> Iterator[Home]:
    made = Home(tmp_path, receiver)
    yield made
    made.bus.close()
    made.store.close()


def run_until(home: Home, crash_at: str = "") -> int:
    program = [sys.executable, str(Path(notifying.__file__)), str(home.path), crash_at]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(program, cwd=ROOT, env=environment, timeout=60, check=False).returncode


def test_decisions_become_tasks_messages_and_deliveries_within_the_cap(
    home: Home, receiver: Receiver
) -> None:
    notifying.work(home.path)

    alerts = len(CUSTOMERS) * 5
    assert len(home.documents(INBOX)) == alerts
    assert len(home.documents(TASKS)) == len(CUSTOMERS) * 3, "three slugs; repeats while open are held"
    assert sorted(home.lines()) == sorted(set(home.lines()))
    assert len(home.lines()) == len(receiver.ids()) == alerts
    held = [held["reason"] for document in home.documents(CONTACTS).values() for held in document["held"]]
    assert Counter(held) == {"already_open": len(CUSTOMERS) * 2}
    assert {item["status"] for item in home.documents(DELIVERIES).values()} == {"delivered"}


def test_a_decision_that_is_published_again_as_if_it_were_new_adds_nothing(
    home: Home, receiver: Receiver
) -> None:
    notifying.work(home.path)
    before, sent = home.outcome(), len(receiver.received)

    notifying.publish(home.bus, [notifying.decision("c1", 4, notifying.DAY + 4)])
    notifying.work(home.path)

    tasks, inbox, deliveries, *_ = home.outcome()
    assert (tasks, inbox, deliveries) == before[:3]
    assert len(receiver.received) == sent


def undisturbed(calm: Home) -> Any:
    """What comes of the same work when nobody interrupts it."""
    notifying.work(calm.path)
    outcome = calm.outcome()
    calm.bus.close()
    calm.store.close()
    return outcome


@pytest.mark.parametrize(
    "point",
    [
        "before-side-documents",
        "after-side-documents:2",
        "after-documents",
        "after-publish",
        "before-commit",
        "after-commit",
        "after-send",
        "after-send:4",
    ],
)
@pytest.mark.slow
def test_killed_at_any_point_nothing_is_lost_and_nothing_done_twice(
    home: Home, receiver: Receiver, tmp_path_factory: pytest.TempPathFactory, point: str
) -> None:
    expected = undisturbed(Home(tmp_path_factory.mktemp("calm"), receiver))
    receiver.received.clear()

    assert run_until(home, f"notification:{point}") == -signal.SIGKILL
    assert run_until(home) == 0

    assert home.outcome() == expected
    assert len(home.lines()) == len(set(home.lines())), "no line twice"
    repeated = {name for name, times in Counter(receiver.ids()).items() if times > 1}
    deliveries = home.documents(DELIVERIES)
    ambiguous = {name for name, document in deliveries.items() if document["ambiguous"]}
    assert repeated <= ambiguous, "only what was counted as ambiguous came twice"
    assert set(receiver.ids()) == {name for name, item in deliveries.items() if item["channel"] == "webhook"}
