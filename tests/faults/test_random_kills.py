"""R1: any of the four services is killed at random while publishers go on; the sums come out right."""

import random
from threading import Event, Thread

import pytest

from shared.clock import SystemClock
from shared.config import SERVICES
from tests.faults.calm import calm_business
from tests.faults.conftest import Figures
from tests.faults.installation import Installation
from tests.faults.invariants import LiveCheck, check
from tests.faults.killing import Killer
from tests.faults.selling import sales
from tests.flow.pipeline.looking import business

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SEED = 20101123


@pytest.mark.parametrize(
    ("events", "customers", "kills"),
    [
        (3_000, 100, 6),
        pytest.param(100_000, 1_000, 24, marks=[pytest.mark.long, pytest.mark.timeout(3_600)]),
    ],
)
def test_killed_at_random_nothing_is_lost_doubled_or_out_of_order(
    installation: Installation, figures: Figures, events: int, customers: int, kills: int
) -> None:
    clock = SystemClock()
    begun = clock.monotonic()
    sold = sales(events, customers, SEED)
    installation.home.start()
    publisher = installation.publisher()
    killer = Killer(installation.running, SERVICES, kills, random.Random(SEED), (0.3, 1.5))
    live, stop = LiveCheck(installation), Event()
    watcher = Thread(target=_watch, args=(live, stop))
    publisher.start(sold)
    killer.start()
    watcher.start()
    try:
        publisher.join()
        killer.join(timeout=240)
    finally:
        killer.enough.set()
        stop.set()
        watcher.join()
    installation.wait_until_idle()
    findings = check(installation, publisher.acknowledged, sold, live)
    figures(
        fault="R1 kill -9 at random",
        backend=installation.backend.name,
        seed=SEED,
        events=events,
        kills=killer.killed.total(),
        seconds=clock.monotonic() - begun,
        **findings.counts(),
    )
    assert not findings, findings
    assert killer.killed.total() == kills
    assert set(killer.killed) == set(SERVICES)
    assert live.looks > 1
    assert len(publisher.acknowledged) == events
    assert business(installation) == calm_business(sold)
    assert installation.home.stop() == 0


def _watch(live: LiveCheck, stop: Event) -> None:
    while not stop.wait(1.0):
        live.look()
