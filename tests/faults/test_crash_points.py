"""R2: each service is killed at each of its named points; nothing is lost, nothing is done twice.

One installation lives through them all. Each time the same things happen: customers fall silent, a
message arrives by the inbound topic, broken ones by every topic, a task is closed, a letter sent again.
"""

import signal
from collections import Counter
from collections.abc import Callable, Iterator
from threading import Thread
from typing import Any

import orjson
import pytest

from services.notification.sealing import SecretBox
from services.notification.subscribers import Subscribers
from shared.bus.port import Message
from shared.clock import SystemClock, to_rfc3339
from shared.contracts.topics import DECISIONS, EVENTS, INBOUND, SNAPSHOTS
from shared.flow.crash_points import DIGEST, POINTS
from shared.store.collections import DEAD_LETTERS, DELIVERIES, SUBSCRIPTIONS, TASKS
from tests.faults.conftest import Figures
from tests.faults.installation import PATIENCE_S, Installation, until
from tests.faults.invariants import check
from tests.faults.selling import Sale
from tests.faults.telling import leaver
from tests.flow.notification.conftest import LOOPBACK, Receiver

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

POISONED = (INBOUND, EVENTS, SNAPSHOTS, DECISIONS)
ELSEWHERE = {
    "rules:before-activation",  # reached by an edit of the rules only: test_hot_reload
    *(f"notification:{point}" for point in DIGEST),  # by rules that order one: flow/notification/test_digests
}
EVERY_POINT = [
    name
    for service, points in POINTS.items()
    for point in points
    if (name := f"{service}:{point}") not in ELSEWHERE
]


class Stir:
    """Makes everything happen once, and remembers what was offered and acknowledged."""

    def __init__(self, installation: Installation, receiver: Receiver) -> None:
        self.installation, self.receiver = installation, receiver
        self.offered: list[Sale] = []
        self.acknowledged: list[Sale] = []
        self.poisoned = self.turns = self.closed = 0
        self._threads: list[Thread] = []
        self._failed: list[BaseException] = []

    def begin(self) -> None:
        """Start what does not wait for the services to be up."""
        self.turns += 1
        work = [self.publish, self.poison, self.close_a_task, self.send_a_letter_again]
        self._threads = [Thread(target=self._safely, args=(each,)) for each in work]
        for thread in self._threads:
            thread.start()

    def finish(self) -> None:
        """Wait until all was acknowledged and dealt with."""
        for thread in self._threads:
            thread.join()
        assert not self._failed, self._failed
        self.installation.wait_until_idle()

    def publish(self) -> None:
        sold = leaver(2 * self.turns)
        self.offered += sold
        publisher = self.installation.publisher(batch=2)
        publisher.start(sold)
        publisher.join()
        self.acknowledged += publisher.acknowledged
        by_bus = leaver(2 * self.turns + 1)
        self.offered += by_bus
        messages = [Message(sale.customer, orjson.dumps(sale.body)) for sale in by_bus]
        self._append(INBOUND.name, messages)
        self.acknowledged += by_bus

    def poison(self) -> None:
        for topic in POISONED:
            self._append(topic.name, [Message(f"p{self.turns}", b"{broken")])
            self.poisoned += 1

    def _append(self, topic: str, messages: list[Message]) -> None:
        producer = self.installation.bus.producer()
        producer.send(topic, messages)
        producer.close()

    def close_a_task(self) -> None:
        open_tasks = [task for task in self.installation.everything(TASKS) if task["status"] == "open"]
        if not open_tasks:
            return
        task = open_tasks[0]
        bought = [sale for sale in self.offered if sale.customer == task["customer"]][-1]
        outcome = Sale(
            f"{task['_id']}:done", bought.customer, "task.outcome", bought.at, 0, "guanxi/notification"
        )
        self.offered.append(outcome)
        path, body = f"/v1/tasks/{task['_id']}/outcome", {"outcome": "done", "at": to_rfc3339(bought.at)}
        status, answer = self.installation.insist("notification", "POST", path, body)
        assert status == 200, answer
        self.acknowledged.append(outcome)
        self.closed += 1

    def send_a_letter_again(self) -> None:
        letters = [each for each in self.installation.everything(DEAD_LETTERS) if each["status"] == "open"]
        if letters:
            path = f"/v1/dead-letters/{letters[0]['_id']}/replay"
            status, answer = self.installation.insist("ingest", "POST", path)
            assert status == 200, answer

    def _safely(self, work: Callable[[], None]) -> None:
        try:
            work()
        except BaseException as error:
            self._failed.append(error)


@pytest.fixture(scope="module")
def stir(living: Installation, module_receiver: Receiver) -> Iterator[Stir]:
    box = SecretBox(living.config.secret)
    subscribers = Subscribers(living.store.collection(SUBSCRIPTIONS), box, SystemClock())
    subscribers.add_webhook(module_receiver.url, allow_networks=LOOPBACK)
    living.serve_all()
    module_receiver.received.clear()  # of the backend before this one
    stirred = Stir(living, module_receiver)
    for _ in range(2):
        stirred.begin()
        stirred.finish()
    return stirred


@pytest.mark.parametrize("point", EVERY_POINT)
def test_killed_at_any_named_point_nothing_is_lost_and_nothing_is_done_twice(
    stir: Stir, figures: Figures, point: str
) -> None:
    living, service = stir.installation, point.partition(":")[0]
    assert living.end(service) == 0
    victim = living.serve(service, CRASH_AT=point)
    stir.begin()
    assert victim.wait(timeout=PATIENCE_S) == -signal.SIGKILL
    living.serve(service)
    stir.finish()
    until(lambda: not owed(living), PATIENCE_S)
    findings = check(living, stir.acknowledged, stir.offered)
    figures(fault=f"R2 kill -9 at {point}", backend=living.backend.name, kills=1, **findings.counts())
    assert not findings, findings
    assert_told_once(stir)
    assert_set_aside(stir)


def owed(living: Installation) -> list[dict[str, Any]]:
    return [each for each in living.everything(DELIVERIES) if each["status"] != "delivered"]


def assert_told_once(stir: Stir) -> None:
    """One alert, one task and one delivery for each customer; only what is ambiguous was sent twice."""
    customers = sorted({sale.customer for sale in stir.offered})
    deliveries = list(stir.installation.everything(DELIVERIES))
    tasks = list(stir.installation.everything(TASKS))
    assert sorted(task["customer"] for task in tasks) == customers
    assert sorted(each["customer"] for each in deliveries) == customers
    assert sum(task["status"] == "done" for task in tasks) == stir.closed
    received = Counter(stir.receiver.ids())
    assert set(received) == {each["_id"] for each in deliveries}
    ambiguous = {each["_id"] for each in deliveries if each["ambiguous"]}
    assert {name for name, times in received.items() if times > 1} <= ambiguous
    bodies = {(request.headers["webhook-id"], request.body) for request in stir.receiver.received}
    assert len(bodies) == len(received), "a repeat has the same bytes"


def assert_set_aside(stir: Stir) -> None:
    """Every broken message is kept byte for byte; a letter sent again comes back as another letter."""
    letters = list(stir.installation.everything(DEAD_LETTERS))
    assert {letter["value"] for letter in letters} == {"e2Jyb2tlbg=="}, "base64 of what was appended"
    again = sum(letter["status"] == "replayed" for letter in letters)
    assert stir.poisoned + again <= len(letters) <= stir.poisoned + again + 2
    assert not [letter for letter in letters if letter["status"] == "replaying"]
