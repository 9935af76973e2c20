"""Tasks that events end: in the order of the log, exactly once, wherever the process is killed."""

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.notification.tasks import ended
from shared.contracts.event_ids import event_key
from shared.store.collections import CONTACTS, HISTORY, TASKS
from shared.store.port import Replacement

from . import notifying
from .conftest import Receiver
from .notifying import DAY, decision, decision_to_event, happened
from .test_effectively_once import CUSTOMERS, Home, run_until, undisturbed


class Buying(Home):
    """Each customer is to be called, is still to be called, buys, and is to be called again."""

    def publish(self) -> None:
        for customer in CUSTOMERS:
            notifying.send(
                self.bus,
                [
                    decision_to_event(decision(customer, 0, DAY)),
                    decision_to_event(decision(customer, 3, DAY + 1)),
                    happened(customer, 4, DAY + 2),
                    decision_to_event(decision(customer, 6, DAY + 2)),
                ],
            )

    def statuses(self, customer: str) -> list[str]:
        tasks = [task for task in self.documents(TASKS).values() if task["customer"] == customer]
        return [task["status"] for task in sorted(tasks, key=lambda task: task["opened_at"])]

    def outcome(self) -> Any:
        tracked = {key: document["tasks"] for key, document in self.documents(CONTACTS).items()}
        return (*super().outcome(), tracked)


@pytest.fixture
def home(tmp_path: Path, receiver: Receiver) -> Iterator[Buying]:
    made = Buying(tmp_path, receiver)
    yield made
    made.bus.close()
    made.store.close()


def test_a_purchase_ends_the_call_before_it_and_makes_way_for_the_next(home: Buying) -> None:
    notifying.work(home.path)

    assert all(home.statuses(customer) == ["closed", "open"] for customer in CUSTOMERS)
    held = [each["reason"] for document in home.documents(CONTACTS).values() for each in document["held"]]
    assert held == ["already_open"] * len(CUSTOMERS), "while the first call was open, a second was held"
    closed = [task for task in home.documents(TASKS).values() if task["status"] == "closed"]
    assert {task["history"][0]["reason"] for task in closed} == {"purchase 4"}


def test_an_outcome_that_another_system_published_ends_its_task(home: Buying) -> None:
    notifying.work(home.path)
    (task,) = (
        task
        for task in home.documents(TASKS).values()
        if task["customer"] == "c1" and task["status"] == "open"
    )
    told = {
        "task": task["task"],
        "task_id": task["_id"],
        "outcome": "done",
        "note": "will order",
        "by": "eve",
    }
    key = event_key("shop", "9", "c1")
    accepted = {"_id": key, "customer": "c1", "time": "2010-06-18T08:00:00Z", "data": told}
    home.store.collection(HISTORY).insert_absent([accepted])

    notifying.send(home.bus, [happened("c1", 9, DAY + 3, "task.outcome")])
    notifying.work(home.path)

    after = home.documents(TASKS)[task["_id"]]
    assert (after["status"], after["closed_at"]) == ("done", "2010-06-18T08:00:00Z")
    assert (after["history"][0]["by"], after["history"][0]["reason"]) == ("eve", "will order")


def test_a_task_that_a_person_has_ended_stays_as_they_said(home: Buying) -> None:
    notifying.work(home.path)
    tasks = home.store.collection(TASKS)
    (name,) = (
        task["_id"]
        for task in home.documents(TASKS).values()
        if task["customer"] == "c1" and task["status"] == "open"
    )
    found = tasks.get_many([name])[name]
    by_hand = {
        "id": f"{name}:skipped", "type": "task.outcome", "source": "guanxi/notification", "subject": "c1",
        "time": "2010-06-18T08:00:00Z", "data": {"outcome": "skipped"},
    }  # fmt: skip
    tasks.replace([Replacement(ended(found.document, by_hand), found.version)])
    before = home.told()

    notifying.send(home.bus, [happened("c1", 9, DAY + 3)])
    notifying.work(home.path)

    assert home.documents(TASKS)[name]["status"] == "skipped"
    assert home.told() == before, "nobody is told of an end that was none"


def test_open_tasks_of_before_they_were_tracked_are_found(home: Buying) -> None:
    notifying.work(home.path)
    contacts = home.store.collection(CONTACTS)
    found = contacts.get_many(["c1"])["c1"]
    older = {name: value for name, value in found.document.items() if name != "tasks"}
    contacts.replace([Replacement(older, found.version)])

    notifying.send(home.bus, [happened("c1", 9, DAY + 3)])
    notifying.work(home.path)

    assert home.statuses("c1") == ["closed", "closed"]


@pytest.mark.parametrize(
    "point",
    [
        "before-side-documents",
        "before-amendments",
        "after-side-documents",
        "after-side-documents:2",
        "after-documents",
    ],
)
@pytest.mark.slow
def test_killed_at_any_point_the_same_tasks_are_ended_and_opened(
    home: Buying, receiver: Receiver, tmp_path_factory: pytest.TempPathFactory, point: str
) -> None:
    expected = undisturbed(Buying(tmp_path_factory.mktemp("calm"), receiver))

    assert run_until(home, f"notification:{point}") == -signal.SIGKILL
    assert run_until(home) == 0

    assert home.outcome() == expected
