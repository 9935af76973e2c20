"""Tasks that stay undone: somebody hears of each exactly once, when event time has closed its day."""

import signal
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.notification.desk import Doing, TaskDesk
from services.notification.handing_over import OwnerNotices
from services.notification.schemas import InboxAnswer
from shared.clock import SystemClock
from shared.contracts.cloudevents import from_record
from shared.contracts.topics import NOTIFICATIONS
from shared.store.collections import CONTACTS, CUSTOMERS, INBOX, TASKS
from shared.store.port import Document

from . import notifying
from .conftest import Receiver
from .notifying import DAY, decision, decision_to_event, happened
from .test_effectively_once import CUSTOMERS as NAMES
from .test_effectively_once import Home, run_until

DUE = DAY + 3
TOLD_ON = DUE + 2
OWNERS = {name: "anna" if name < "c3" else "bob" for name in NAMES}


class Undone(Home):
    """Each customer is to be called by an owner; nobody does."""

    def publish(self) -> None:
        profiles = [{"_id": name, "facts": {"owner": owner}} for name, owner in OWNERS.items()]
        self.store.collection(CUSTOMERS).insert_absent(profiles)
        notifying.send(self.bus, [decision_to_event(decision(name, 0, DAY)) for name in NAMES])

    def close(self, *days: int) -> None:
        """Close *days*, and let notification deal with it, as a process of its own that starts and ends."""
        for day in days:
            notifying.closes(self.bus, day)
        notifying.work(self.path, store_url=self.store_url)

    def messages(self) -> list[Document]:
        found = [each for each in self.documents(INBOX).values() if each["kind"] == "escalate_task"]
        return sorted(found, key=lambda each: (each["day"], each["owner"]))

    def task(self, customer: str) -> Document:
        (found,) = (each for each in self.documents(TASKS).values() if each["customer"] == customer)
        return found

    def desk(self) -> TaskDesk:
        tasks, contacts = self.store.collection(TASKS), self.store.collection(CONTACTS)
        return TaskDesk(
            tasks, contacts, SystemClock(), False, OwnerNotices(tasks, self.store.collection(INBOX))
        )

    def escalations(self) -> list[dict[str, Any]]:
        batches = (self.bus.read(NOTIFICATIONS.name, number, 0, 1_000) for number in range(2))
        told = [from_record(record).data for batch in batches if batch for record in batch.records]
        return [each for each in told if each.get("kind") == "escalate_task"]

    def outcome(self) -> Any:
        tracked = {key: document["tasks"] for key, document in self.documents(CONTACTS).items()}
        return (*super().outcome(), tracked)


@pytest.fixture(params=["sqlite", "mongo"])
def either(request: pytest.FixtureRequest, tmp_path: Path, receiver: Receiver) -> Iterator[Undone]:
    """On each of the stores."""
    url = request.getfixturevalue("mongo_database") if request.param == "mongo" else ""
    yield from opened(Undone(tmp_path, receiver, url))


@pytest.fixture
def home(tmp_path: Path, receiver: Receiver) -> Iterator[Undone]:
    yield from opened(Undone(tmp_path, receiver))


def opened(home: Undone) -> Iterator[Undone]:
    yield home
    home.bus.close()
    home.store.close()


def test_the_manager_gets_one_message_for_each_owner_when_the_day_is_closed(either: Undone) -> None:
    either.close(TOLD_ON - 1)
    assert either.messages() == []

    either.close(TOLD_ON)

    anna, bob = either.messages()
    assert (anna["to"], anna["owner"], bob["owner"]) == ("manager", "anna", "bob")
    assert anna["subject"] == {"en": "Overdue tasks of anna: 3", "zh": "anna 有 3 项任务逾期未办"}
    assert anna["body"]["en"].splitlines() == [f"Call: c{number}, due 2010-06-18" for number in range(3)]
    assert len(InboxAnswer().dump(anna)["tasks"]) == 3
    assert anna["created_at"] == "2010-06-20T23:59:59Z"
    assert {each["escalated_day"] for each in either.documents(TASKS).values()} == {TOLD_ON}
    (step,) = either.task("c0")["history"]
    assert (step["what"], step["to"], step["reason"]) == ("escalated", "manager", "due on 2010-06-18")


def test_nobody_hears_of_a_task_twice(either: Undone) -> None:
    either.close(TOLD_ON)
    before = (either.messages(), sorted(either.told()), either.documents(TASKS))
    assert before[0]

    either.close(TOLD_ON + 1, TOLD_ON + 2)
    either.close(TOLD_ON + 30)

    assert (either.messages(), sorted(either.told()), either.documents(TASKS)) == before


def test_systems_get_each_task_with_the_group_it_belongs_to(home: Undone, receiver: Receiver) -> None:
    home.close(TOLD_ON)

    assert (
        sorted(each["channel"] for each in home.escalations())
        == ["file"] * 6 + ["inbox"] * 6 + ["webhook"] * 6
    )
    groups = [line for line in home.file.read_text(encoding="utf-8").splitlines() if "escalation/" in line]
    assert len(groups) == 6
    assert sum("escalation/2010-06-20/owner=anna" in line for line in groups) == 3


def test_a_task_that_was_put_off_comes_back_on_its_new_day(home: Undone) -> None:
    home.close(DUE)
    until = date.fromordinal(DUE + 10)
    home.desk().snooze(home.task("c0")["_id"], until, Doing("anna", "on a journey"))

    home.close(TOLD_ON)
    assert "c0" not in home.messages()[0]["body"]["en"]

    home.close(until.toordinal() + 1)
    assert len(home.messages()) == 2
    home.close(until.toordinal() + 2)

    last = home.messages()[-1]
    assert (last["day"], last["owner"]) == (until.toordinal() + 2, "anna")
    assert last["body"]["en"] == "Call: c0, due 2010-06-28"


def test_it_is_the_owner_at_that_time_who_is_named(home: Undone) -> None:
    home.close(DUE)
    home.desk().assign(home.task("c0")["_id"], "bob", Doing("anna", "ill"))

    home.close(TOLD_ON)

    assert [len(each["tasks"]) for each in home.messages()] == [2, 4]


def test_nobody_hears_of_a_task_that_ended_in_time(home: Undone) -> None:
    home.close(DUE)
    notifying.send(home.bus, [happened(name, 7, DUE) for name in NAMES])

    home.close(TOLD_ON)

    assert home.messages() == []
    assert {each["status"] for each in home.documents(TASKS).values()} == {"closed"}


def test_days_that_close_in_one_go_are_told_of_as_if_each_had_closed_alone(home: Undone) -> None:
    home.close(TOLD_ON - 1, TOLD_ON, TOLD_ON + 1, TOLD_ON + 20)

    assert [each["day"] for each in home.messages()] == [TOLD_ON, TOLD_ON]


@pytest.mark.parametrize(
    "point",
    ["before-side-documents:2", "before-amendments:2", "after-side-documents", "after-documents:2"],
)
@pytest.mark.slow
def test_killed_at_any_point_each_task_is_told_of_once(
    home: Undone, receiver: Receiver, tmp_path_factory: pytest.TempPathFactory, point: str
) -> None:
    calm = Undone(tmp_path_factory.mktemp("calm"), receiver)
    calm.close(TOLD_ON - 1, TOLD_ON, TOLD_ON + 1)
    expected = calm.outcome()
    calm.bus.close()
    calm.store.close()
    for day in (TOLD_ON - 1, TOLD_ON, TOLD_ON + 1):
        notifying.closes(home.bus, day)

    assert run_until(home, f"notification:{point}") == -signal.SIGKILL
    assert run_until(home) == 0

    assert home.outcome() == expected
