"""R13: the wall clock of running processes jumps an hour ahead, an hour back, and comes right again.

One installation lives through all of it. Nothing but what people and records mean by time may follow.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from services.ingest.keys import ApiKeys
from services.notification.sealing import SecretBox
from services.notification.subscribers import Subscribers
from shared.clock import SystemClock, from_rfc3339
from shared.config import SERVICES
from shared.http.keys import Scope
from shared.store.collections import API_KEYS, DELIVERIES, SUBSCRIPTIONS
from tests.faults.asking import metric, partitions_of
from tests.faults.calm import calm_business
from tests.faults.conftest import Figures
from tests.faults.installation import PARTITIONS, PATIENCE_S, Installation, until
from tests.faults.invariants import check
from tests.faults.selling import Sale, sales
from tests.faults.telling import leaver
from tests.faults.wall_clock import WallClock
from tests.flow.notification.conftest import LOOPBACK, Receiver, status
from tests.flow.pipeline.looking import business

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SEED = 1300
HOUR = 3_600
JUMPS = (HOUR, 0, -HOUR, 0, HOUR, -HOUR, 0)
STAY_S = 2.0
"""Longer than a worker takes to look whose leases have ended."""

WORKERS = ("scoring", "scoring-2", "rules", "notification")


@dataclass
class Scene:
    """The installation, its clock, the receiver of its webhooks, and all that was ever sent to it."""

    installation: Installation
    wall: WallClock
    receiver: Receiver
    offered: list[Sale] = field(default_factory=list)

    def publish(self, sold: list[Sale], jump: int | None = None) -> None:
        """Send *sold*, and move the clock while it is being sent."""
        publisher = self.installation.publisher(batch=1)
        self.offered += sold
        publisher.start(sold)
        until(lambda: publisher.acknowledged, PATIENCE_S)
        if jump is not None:
            self.wall.shift(jump)
            time.sleep(STAY_S)
        publisher.join()
        assert publisher.refusals == [], "no jump is a reason to refuse anything"

    def ask(self, method: str, path: str, body: object, key: str = "") -> int:
        place = next(each for each in self.installation.running() if each.service == "ingest")
        return self.installation.ask(place, method, path, body, key)[0]

    def owed(self) -> list[dict[str, Any]]:
        """The deliveries that are still to be made."""
        found = self.installation.everything(DELIVERIES)
        return [each for each in found if each["status"] != "delivered"]


@pytest.fixture(scope="module")
def whole_scene(
    living: Installation, module_receiver: Receiver, tmp_path_factory: pytest.TempPathFactory
) -> Scene:
    wall = WallClock(tmp_path_factory.mktemp("wall"))
    subscribers = Subscribers(
        living.store.collection(SUBSCRIPTIONS), SecretBox(living.config.secret), SystemClock()
    )
    subscribers.add_webhook(module_receiver.url, allow_networks=LOOPBACK)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in wall.environment.items():
            patch.setenv(name, value)
        living.serve("scoring", worker=2)
        living.serve_all()
    return Scene(living, wall, module_receiver)


@pytest.fixture
def scene(whole_scene: Scene) -> Iterator[Scene]:
    """With the clock right at the beginning, nothing owed, and the clock right at the end."""
    whole_scene.installation.wait_until_idle()
    until(lambda: not whole_scene.owed(), PATIENCE_S)
    yield whole_scene
    whole_scene.wall.shift(0)


def test_while_the_clock_jumps_leases_are_kept_and_nothing_is_lost_or_done_twice(
    scene: Scene, figures: Figures
) -> None:
    installation = scene.installation

    def all_are_held() -> bool:
        held = [partitions_of(installation, member) for member in ("scoring", "scoring-2")]
        return all(held) and sorted(p for part in held for p in part) == list(range(PARTITIONS))

    def moves() -> list[float]:
        return [metric(installation, member, "guanxi_rebalance_total") for member in WORKERS]

    until(all_are_held, PATIENCE_S)
    before, each = moves(), 150
    sold = sales(each * len(JUMPS), 50, SEED)
    for number, jump in enumerate(JUMPS):
        scene.publish(sold[each * number : each * (number + 1)], jump)
        assert all_are_held()
    assert moves() == before, "no partition changed hands"
    assert_all_is_well(scene, figures, f"R13 {len(JUMPS)} jumps of the clock")


def test_whether_an_event_lies_in_the_future_is_judged_by_the_clock_on_the_wall(scene: Scene) -> None:
    now = SystemClock().now().replace(microsecond=0)
    soon, late = (
        Sale(f"ahead-{minutes}", f"c{9_000 + minutes}", "purchase", now + timedelta(minutes=minutes), 100)
        for minutes in (30, 90)
    )
    found = {}
    for shift in (-HOUR, 0, HOUR):
        scene.wall.shift(shift)
        found[shift] = [scene.ask("POST", "/v1/events", sale.body) == 202 for sale in (soon, late)]
    scene.offered += [soon, late]
    assert found == {-HOUR: [False, False], 0: [True, False], HOUR: [True, True]}


def test_a_key_expires_by_the_clock_on_the_wall(scene: Scene) -> None:
    installation = scene.installation
    keys = ApiKeys(installation.store.collection(API_KEYS), installation.config.secret, SystemClock())
    brief = keys.create("brief", [Scope.EVENTS_WRITE], expires_in=timedelta(minutes=30)).token
    found = {}
    for shift in (0, HOUR, -HOUR):
        scene.wall.shift(shift)
        found[shift] = scene.ask("POST", "/v1/events", {}, brief) == 401
    assert found == {0: False, HOUR: True, -HOUR: False}


def test_a_retry_that_was_put_off_by_a_clock_set_back_since_does_not_wait_for_it(
    scene: Scene, figures: Figures
) -> None:
    scene.wall.shift(HOUR)
    scene.receiver.answers = [status(500), status(200)]
    scene.publish(list(leaver(9_500)))
    until(lambda: tried(scene, "c9500") == 1, PATIENCE_S)
    scene.wall.shift(0)
    until(lambda: not scene.owed(), PATIENCE_S)  # without the mending it would take an hour
    attempts = delivery_of(scene, "c9500")["attempts"]
    assert [attempt["outcome"] for attempt in attempts] == ["failed", "delivered"]
    assert from_rfc3339(attempts[1]["at"]) < from_rfc3339(attempts[0]["at"]), (
        "or the clock was never set back"
    )
    assert_all_is_well(scene, figures, "R13 clock set back between two attempts")


def test_a_retry_comes_as_soon_as_the_clock_on_the_wall_says_so(scene: Scene, figures: Figures) -> None:
    scene.receiver.answers = [status(500), status(500), status(200)]
    scene.publish(list(leaver(9_501)))
    until(lambda: tried(scene, "c9501") == 2, PATIENCE_S)
    scene.wall.shift(HOUR)  # the third is due in five minutes, which is longer than our patience
    until(lambda: not scene.owed(), PATIENCE_S)
    assert tried(scene, "c9501") == 3
    assert_all_is_well(scene, figures, "R13 clock set ahead between two attempts")


def delivery_of(scene: Scene, customer: str) -> dict[str, Any]:
    """The only one to *customer*; empty before it is there."""
    found = [each for each in scene.installation.everything(DELIVERIES) if each["customer"] == customer]
    assert len(found) <= 1
    return found[0] if found else {"attempts": []}


def tried(scene: Scene, customer: str) -> int:
    """How many attempts have an outcome."""
    return sum(attempt["outcome"] != "started" for attempt in delivery_of(scene, customer)["attempts"])


def assert_all_is_well(scene: Scene, figures: Figures, fault: str) -> None:
    """Everything that was ever sent counts once, as in one calm process, and nobody was restarted."""
    installation = scene.installation
    installation.wait_until_idle()
    findings = check(installation, scene.offered, scene.offered)
    figures(
        fault=fault,
        backend=installation.backend.name,
        events=len(scene.offered),
        seed=SEED,
        **findings.counts(),
    )
    assert not findings, findings
    assert installation.rules is not None
    assert business(installation) == calm_business(scene.offered, installation.rules)
    bodies = {(request.headers["webhook-id"], request.body) for request in scene.receiver.received}
    assert len(bodies) == len(set(scene.receiver.ids())), "no two messages have one id"
    assert set(installation.alone) == {*SERVICES, "scoring-2"}
    assert all(process.poll() is None for process in installation.alone.values()), "nobody restarts"
