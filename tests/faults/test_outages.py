"""R8, R9, R10, R7: bus and store go away while publishers and workers go on."""

import signal
import time

import pytest

from shared.config import SERVICES
from shared.store.collections import HISTORY
from tests.faults.conftest import Figures
from tests.faults.installation import PATIENCE_S, Installation, until
from tests.faults.invariants import check
from tests.faults.publisher import Publisher
from tests.faults.selling import Sale, sales

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SEED = 8
LEASE_S = 12.0
"""Longer than this without a heartbeat, and a worker's partitions go to others."""

AWAY_S = [
    1.0,
    pytest.param(30.0, marks=pytest.mark.long),
    pytest.param(300.0, marks=[pytest.mark.long, pytest.mark.timeout(1_200)]),
]
PATIENT_S = 600.0
"""How long publishers repeat what was not acknowledged: longer than the longest outage."""


def begin(installation: Installation, sold: list[Sale], **options: int) -> Publisher:
    """Start services and publishing, and wait until both are under way."""
    installation.serve_all()
    publisher = installation.publisher(give_up_after_s=PATIENT_S, **options)
    publisher.start(sold)
    until(lambda: publisher.acknowledged and any(installation.everything(HISTORY)), PATIENCE_S)
    return publisher


def finish(installation: Installation, publisher: Publisher, sold: list[Sale]) -> dict[str, int]:
    """Everything arrives, nothing is lost or doubled; return the counts of what was found."""
    publisher.join()
    installation.wait_until_idle()
    findings = check(installation, publisher.acknowledged, sold)
    assert not findings, findings
    assert len(publisher.acknowledged) == len(sold)
    assert all(process.poll() is None for process in installation.alone.values()), "nobody had to restart"
    return findings.counts()


@pytest.mark.parametrize("away_s", AWAY_S)
def test_while_the_bus_is_away_publishers_are_told_to_wait_and_afterwards_all_catch_up(
    installation: Installation, figures: Figures, away_s: float
) -> None:
    sold = sales(2_000, 50, SEED)
    publisher = begin(installation, sold, batch=5)
    with installation.backend.bus_away():
        acknowledged = len(publisher.acknowledged)
        until(lambda: publisher.refusals, PATIENCE_S)
        time.sleep(away_s)
        assert installation.get("ingest", "/healthz")[0] == 200, "an outage outside is no reason to restart"
    assert {status for status, _ in publisher.refusals} == {503}
    assert publisher.without_retry_after == 0
    assert acknowledged < len(sold), "or the outage came too late to prove anything"
    found = finish(installation, publisher, sold)
    figures(
        fault=f"R8 bus away {away_s:g} s",
        backend=installation.backend.name,
        events=len(sold),
        seed=SEED,
        **found,
    )


@pytest.mark.parametrize("away_s", AWAY_S)
def test_while_the_store_is_away_events_are_still_taken_and_afterwards_all_catch_up(
    installation: Installation, figures: Figures, away_s: float
) -> None:
    sold = sales(2_000, 50, SEED + 1)
    publisher = begin(installation, sold)
    with installation.backend.store_away():
        until(lambda: not installation.is_ready("scoring"), PATIENCE_S)
        before = len(publisher.acknowledged)
        until(lambda: len(publisher.acknowledged) > before or not publisher.is_busy, PATIENCE_S)
        time.sleep(away_s)
    until(lambda: all(installation.is_ready(service) for service in SERVICES), PATIENCE_S)
    found = finish(installation, publisher, sold)
    figures(
        fault=f"R10 store away {away_s:g} s",
        backend=installation.backend.name,
        events=len(sold),
        seed=SEED + 1,
        **found,
    )


def test_a_batch_that_takes_longer_than_the_lease_is_dealt_with_once_by_whoever_has_the_partition(
    installation: Installation, figures: Figures
) -> None:
    """R7: the store keeps two workers of one group waiting until both have lost their partitions."""
    sold = sales(1_500, 50, SEED + 2)
    installation.serve("scoring", worker=2)
    publisher = begin(installation, sold)
    with installation.backend.store_away():
        time.sleep(LEASE_S + 2)
    found = finish(installation, publisher, sold)
    figures(
        fault="R7 slower than the lease",
        backend=installation.backend.name,
        events=len(sold),
        seed=SEED + 2,
        **found,
    )


def test_a_stop_while_the_bus_is_away_ends_every_service_in_order(
    installation: Installation, figures: Figures
) -> None:
    sold = sales(300, 20, SEED + 3)
    publisher = begin(installation, sold)
    publisher.join()
    with installation.backend.bus_away():
        begun = time.monotonic()
        for process in installation.alone.values():
            process.send_signal(signal.SIGTERM)
        codes = {member: process.wait(PATIENCE_S) for member, process in installation.alone.items()}
        took_s = time.monotonic() - begun
    assert codes == dict.fromkeys(SERVICES, 0), "in order, and before the deadline of 10 s"
    assert installation.running() == []
    installation.serve_all()
    found = finish(installation, publisher, sold)
    figures(
        fault="R9 stop while the bus is away",
        backend=installation.backend.name,
        seconds=took_s,
        seed=SEED + 3,
        **found,
    )
