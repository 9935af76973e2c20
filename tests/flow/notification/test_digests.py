"""A manager's digest comes once for each period that has closed, and survives being cut off anywhere."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from services.notification.channels.email import EmailChannel
from services.notification.channels.mail_server import mail_server
from services.notification.delivery import Dispatcher
from services.notification.digest_days import last_day_of_period
from shared.flow.crash_points import DIGEST
from shared.model.rules import DigestPlan
from shared.store.collections import CONTACT_PARTITIONS, DELIVERIES, DIGESTS, INBOX, PARTITIONS, TASKS
from shared.store.open import open_store
from shared.store.port import Store
from tests.servers import mail_server as test_mail

from . import digesting
from .conftest import OpenGate
from .digesting import close, digests, establish, everything, subscribers

ROOT = Path(__file__).parents[3]
SUNDAY = date(2010, 6, 6).toordinal()


@pytest.fixture(params=["sqlite", pytest.param("mongo", marks=pytest.mark.slow)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store of its own, on either backend."""
    if request.param == "mongo":
        return str(request.getfixturevalue("mongo_database"))
    return f"sqlite:///{tmp_path}/store/"


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = open_store(url)
    establish(opened)
    yield opened
    opened.close()


def told(store: Store) -> list[dict[str, Any]]:
    return sorted(everything(store, INBOX), key=lambda each: each["day"])


def look_twice(store: Store) -> None:
    looking = digests(store)
    looking.look()
    looking.look()


def overdue(store: Store) -> None:
    task = {
        "_id": "t1", "customer": "li", "task": "call", "owner": "wang", "title": {"en": "Call"},
        "channel": "phone", "due_day": SUNDAY - 9, "status": "open", "rule": "r",
        "reason": {}, "key_event": None,
    }  # fmt: skip
    store.collection(TASKS).insert_absent([task])


def test_the_page_says_in_both_languages_what_is_overdue(store: Store) -> None:
    overdue(store)
    close(store, SUNDAY)

    look_twice(store)
    (message,) = told(store)
    assert (message["to"], message["kind"], message["day"]) == ("manager", "digest", SUNDAY)
    assert message["subject"] == {"en": "Digest of 2010-06-06", "zh": "管理者摘要：2010-06-06"}
    assert "owner wang · overdue 1 · oldest, in days 10" in message["body"]["en"]
    assert "负责人 wang" in message["body"]["zh"]


def test_nobody_is_told_twice_of_a_week_whoever_looks_and_however_often(store: Store) -> None:
    subscribers(store).add_email("manager@example.org", ["digest"])
    close(store, SUNDAY)
    for _ in range(3):  # each as after a restart
        look_twice(store)
    close(store, SUNDAY + 3)
    look_twice(store)

    assert len(told(store)) == len(everything(store, DELIVERIES)) == 1
    close(store, SUNDAY + 7)
    look_twice(store)
    assert [each["day"] for each in told(store)] == [SUNDAY, SUNDAY + 7]
    assert len(everything(store, DELIVERIES)) == 2


def test_two_processes_that_look_at_once_tell_once_and_alike(url: str, store: Store) -> None:
    subscribers(store).add_email("manager@example.org")
    close(store, SUNDAY)
    opened = [open_store(url) for _ in range(4)]
    threads = [Thread(target=look_twice, args=(each,)) for each in opened]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for each in opened:
        each.close()

    assert len(told(store)) == len(everything(store, DELIVERIES)) == 1
    assert [each["status"] for each in everything(store, DIGESTS)] == ["sent"]


@pytest.mark.slow
@pytest.mark.parametrize("point", DIGEST)
def test_a_process_killed_at_any_point_is_made_up_for_by_the_next(url: str, store: Store, point: str) -> None:
    subscribers(store).add_email("manager@example.org", ["digest"])
    close(store, SUNDAY)
    program = [sys.executable, digesting.__file__, url, f"notification:{point}"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    killed = subprocess.run(program, cwd=ROOT, env=environment, timeout=100, check=False).returncode
    assert killed == -signal.SIGKILL
    before = everything(store, DIGESTS)
    overdue(store)  # what changes meanwhile changes no digest that is kept already

    look_twice(store)
    assert len(told(store)) == len(everything(store, DELIVERIES)) == 1
    (kept,) = everything(store, DIGESTS)
    assert kept["status"] == "sent"
    assert [each["body"] for each in before] in ([], [kept["body"]])
    assert told(store)[0]["body"] == kept["body"]


def test_while_time_moves_nothing_is_told(store: Store) -> None:
    looking = digests(store)
    for day in range(SUNDAY - 20, SUNDAY + 1):
        close(store, day)
        looking.look()
    assert told(store) == []

    looking.look()
    assert [each["day"] for each in told(store)] == [SUNDAY]


def test_a_week_that_is_not_over_for_everybody_is_not_told(store: Store) -> None:
    close(store, SUNDAY, PARTITIONS)
    close(store, SUNDAY - 1, CONTACT_PARTITIONS)
    look_twice(store)
    assert told(store) == []

    close(store, SUNDAY, CONTACT_PARTITIONS)
    look_twice(store)
    assert len(told(store)) == 1


def test_a_week_that_ended_before_anything_was_decided_is_not_told(url: str) -> None:
    fresh = open_store(url)
    establish(fresh, first_decision="2010-06-08T10:00:00Z")
    close(fresh, SUNDAY)
    look_twice(fresh)
    assert not told(fresh)

    close(fresh, SUNDAY + 7)
    look_twice(fresh)
    assert [each["day"] for each in told(fresh)] == [SUNDAY + 7]
    fresh.close()


def test_rules_without_a_digest_send_none(store: Store) -> None:
    establish(store, "", number=2)
    close(store, SUNDAY)
    look_twice(store)

    assert everything(store, DIGESTS) == []


def test_only_the_channels_that_are_named_are_used(store: Store, tmp_path: Path) -> None:
    establish(store, "digest: {to: manager, every: month, channels: [file]}", number=2)
    subscribers(store).add_email("manager@example.org")
    subscribers(store).add_file(str(tmp_path / "out.jsonl"), ["digest"])
    subscribers(store).add_file(str(tmp_path / "alerts.jsonl"), ["alerts"])
    close(store, SUNDAY)
    look_twice(store)

    assert told(store) == []
    (delivery,) = everything(store, DELIVERIES)
    assert delivery["payload"]["type"] == "guanxi.digest"
    assert delivery["payload"]["data"]["digest"]["day"] == "2010-06-06"


def test_it_comes_by_e_mail_in_the_persons_language_with_the_page(store: Store) -> None:
    person = subscribers(store).add_email("manager@example.org", ["digest"], "zh")
    overdue(store)
    close(store, SUNDAY)
    look_twice(store)
    with test_mail.mail_server() as box:
        url = f"smtp://127.0.0.1:{box.port}?from=guanxi@example.org&security=none"
        channels = {"email": EmailChannel(mail_server(url), digesting.CLOCK)}
        Dispatcher(
            store.collection(DELIVERIES), subscribers(store), channels, OpenGate(), digesting.CLOCK
        ).drain(person.id)
        (message,) = box.messages

    assert message["Subject"] == "管理者摘要：2010-06-06"
    text, page = message.iter_parts()
    assert "逾期任务" in text.get_content()
    assert page.get_filename() == "guanxi-digest-2010-06-06.html"
    (kept,) = everything(store, DIGESTS)
    assert page.get_content().split() == kept["page"]["zh"].split()


@pytest.mark.parametrize(
    ("every", "weekday", "closed", "last"),
    [
        ("day", 0, "2010-06-09", "2010-06-09"),
        ("week", 0, "2010-06-06", "2010-06-06"),
        ("week", 0, "2010-06-12", "2010-06-06"),
        ("week", 4, "2010-06-12", "2010-06-10"),
        ("month", 0, "2010-06-29", "2010-05-31"),
        ("month", 0, "2010-06-30", "2010-06-30"),
        ("month", 0, "2012-02-29", "2012-02-29"),
    ],
)
def test_a_period_ends_with_its_last_day(every: str, weekday: int, closed: str, last: str) -> None:
    plan = DigestPlan("manager", every, weekday, ("inbox",))

    found = last_day_of_period(plan, date.fromisoformat(closed).toordinal())
    assert date.fromordinal(found).isoformat() == last
