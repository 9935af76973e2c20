"""R5, R6, R17: workers of a service come, go, stand still and are stopped while events flow."""

import random
import time

import pytest

from shared.config import SERVICES
from shared.store.collections import HISTORY
from tests.faults.asking import metric, partitions_of
from tests.faults.conftest import Figures
from tests.faults.installation import PARTITIONS, PATIENCE_S, Installation, until
from tests.faults.invariants import check
from tests.faults.selling import sales

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SEED = 56
WORKERS = ("scoring", "rules", "notification")


@pytest.mark.parametrize("rounds", [1, pytest.param(6, marks=[pytest.mark.long, pytest.mark.timeout(900)])])
def test_when_workers_come_and_go_each_partition_goes_on_and_nothing_is_done_twice(
    installation: Installation, figures: Figures, rounds: int
) -> None:
    sold = sales(2_000 * rounds, 80, SEED)
    installation.serve_all()
    publisher = installation.publisher(batch=10)
    publisher.start(sold)
    crowd = 1
    for wanted in (4, 2, 3) * rounds:
        for worker in range(crowd + 1, wanted + 1):
            installation.serve("scoring", worker=worker)
        for worker in range(crowd, wanted, -1):
            assert installation.end(f"scoring-{worker}") == 0
        crowd = wanted
        members = ["scoring", *(f"scoring-{worker}" for worker in range(2, wanted + 1))]

        def all_are_held(members: list[str] = members) -> bool:
            held = [partitions_of(installation, member) for member in members]
            return all(held) and sorted(p for part in held for p in part) == list(range(PARTITIONS))

        until(all_are_held, PATIENCE_S)
    publisher.join()
    installation.wait_until_idle()
    findings = check(installation, publisher.acknowledged, sold)
    figures(
        fault="R5 rebalance storm 1-4-2-3",
        backend=installation.backend.name,
        events=len(sold),
        seed=SEED,
        **findings.counts(),
    )
    assert not findings, findings


def test_a_worker_that_stood_still_past_its_lease_can_write_nothing_when_it_wakes_up(
    installation: Installation, figures: Figures
) -> None:
    sold = sales(2_000, 80, SEED + 1)
    installation.serve("scoring", worker=2)
    installation.serve_all()
    publisher = installation.publisher(batch=10)
    publisher.start(sold)
    until(lambda: any(installation.everything(HISTORY)), PATIENCE_S)
    until(lambda: partitions_of(installation, "scoring"), PATIENCE_S)
    with installation.frozen("scoring"):
        until(lambda: len(partitions_of(installation, "scoring-2")) == PARTITIONS, PATIENCE_S)
        publisher.join()
        installation.wait_until_idle()
    more = sales(4_000, 80, SEED + 1)[2_000:]
    again = installation.publisher(batch=10)
    again.start(more)
    again.join()
    installation.wait_until_idle()
    findings = check(installation, publisher.acknowledged + again.acknowledged, sold + more)
    figures(
        fault="R6 zombie worker",
        backend=installation.backend.name,
        events=4_000,
        seed=SEED + 1,
        **findings.counts(),
    )
    assert not findings, findings
    assert installation.alone["scoring"].poll() is None, "the sleeper goes on as one of the group"


@pytest.mark.parametrize(
    "times", [5, pytest.param(100, marks=[pytest.mark.long, pytest.mark.timeout(1_800)])]
)
def test_a_stop_under_load_is_orderly_and_the_next_start_has_nothing_to_repeat(
    installation: Installation, figures: Figures, times: int
) -> None:
    chance = random.Random(SEED + 2)
    sold = sales(600 * times, 16 * times, SEED + 2)  # no customer lives past today
    installation.serve_all()
    publisher = installation.publisher(batch=10)
    publisher.start(sold)
    slowest_s = 0.0
    republished = 0.0
    for turn in range(times):
        service = SERVICES[turn % len(SERVICES)]
        time.sleep(chance.uniform(0.05, 0.4))
        begun = time.monotonic()
        assert installation.end(service) == 0
        slowest_s = max(slowest_s, time.monotonic() - begun)
        installation.serve(service)
        installation.wait_for(service)
        if service in WORKERS:
            until(lambda service=service: installation.is_ready(service), PATIENCE_S)
            until(lambda service=service: partitions_of(installation, service), PATIENCE_S)
            republished += metric(installation, service, "guanxi_outbox_republished_total")
    publisher.join()
    installation.wait_until_idle()
    findings = check(installation, publisher.acknowledged, sold)
    figures(
        fault=f"R17 stopped {times} times under load",
        backend=installation.backend.name,
        events=len(sold),
        seed=SEED + 2,
        seconds=slowest_s,
        **findings.counts(),
    )
    assert not findings, findings
    assert publisher.refusals == [], "a service that stops still answers whom it has let in"
    assert republished == 0, "all that was handled was committed before the end"
