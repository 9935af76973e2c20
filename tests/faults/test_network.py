"""R8, R10: a network that delays, stalls, resets and half-closes, before ingest and before the store."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from shared.store.collections import HISTORY
from tests.faults.backend import Backend, ClusterBackend
from tests.faults.conftest import Figures
from tests.faults.installation import PATIENCE_S, Installation, until
from tests.faults.invariants import check
from tests.faults.proxy import Proxy
from tests.faults.publisher import Publisher
from tests.faults.selling import sales

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

SEED = 810
BAD = ("delay", "cut answers", "half-close", "stall", "refuse")


def go_through(proxy: Proxy, publisher: Publisher, befallen: int) -> None:
    """Let every kind of trouble befall something, one kind after the other, while events are sent."""
    proxy.share = 0.3
    for mode in BAD:
        before, sent = proxy.befallen, len(publisher.acknowledged)
        proxy.mode = mode
        until(
            lambda before=before, sent=sent, mode=mode: (
                proxy.befallen >= before + befallen
                or not publisher.is_busy
                or (mode == "refuse" and len(publisher.acknowledged) > sent)
            ),
            PATIENCE_S,
        )
        proxy.mode = "pass"


def test_whatever_the_network_does_to_a_publisher_an_event_that_is_sent_again_counts_once(
    installation: Installation, figures: Figures
) -> None:
    sold = sales(2_000, 50, SEED)
    installation.serve_all()
    with Proxy(installation.where, SEED) as proxy:
        publisher = Publisher(lambda: ("127.0.0.1", proxy.port), installation.key, batch=5)
        publisher.start(sold)
        go_through(proxy, publisher, befallen=3)
        publisher.join()
    installation.wait_until_idle()
    findings = check(installation, publisher.acknowledged, sold)
    figures(
        fault=f"R8 network before ingest: {proxy.befallen} troubles",
        backend=installation.backend.name,
        events=len(sold),
        seed=SEED,
        **findings.counts(),
    )
    assert not findings, findings
    assert proxy.befallen >= 8
    assert len(publisher.acknowledged) == len(sold)


@pytest.fixture
def behind_proxy(backend: Backend, tmp_path: Path) -> Iterator[tuple[Installation, Proxy]]:
    """An installation whose services reach their store through a proxy; the test itself goes straight."""
    if not isinstance(backend, ClusterBackend):
        pytest.skip("the embedded store has no network before it")
    straight = urlsplit(backend.store_url)
    with Proxy(lambda: ("127.0.0.1", straight.port or 0), SEED) as proxy:
        made = Installation(tmp_path / "home", backend)
        assert made.store is not None, "opened before the services' way leads through the proxy"
        backend.store_url = straight._replace(netloc=f"127.0.0.1:{proxy.port}").geturl()
        yield made, proxy
        made.close()


def test_a_write_whose_answer_never_came_is_done_once(
    behind_proxy: tuple[Installation, Proxy], figures: Figures
) -> None:
    installation, proxy = behind_proxy
    sold = sales(5_000, 50, SEED + 1)
    installation.serve_all()
    publisher = installation.publisher(batch=5)
    publisher.start(sold)
    until(lambda: any(installation.everything(HISTORY)), PATIENCE_S)
    go_through(proxy, publisher, befallen=3)
    publisher.join()
    installation.wait_until_idle()
    findings = check(installation, publisher.acknowledged, sold)
    figures(
        fault=f"R10 network before the store: {proxy.befallen} troubles",
        backend=installation.backend.name,
        events=len(sold),
        seed=SEED + 1,
        **findings.counts(),
    )
    assert not findings, findings
    assert proxy.befallen >= 8, "or it was over too soon to prove anything"
