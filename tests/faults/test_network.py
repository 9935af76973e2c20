"""R8: the network between services, bus, store and publishers is slow, stands still, resets and cuts off.

Both servers of the cluster stand behind proxies, and so does ingest. Nobody is restarted: whoever loses a
connection makes a new one, and what was asked is asked again without being done twice.
"""

import random
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from shared.contracts.topics import EVENTS
from tests.faults.backend import SqliteBackend
from tests.faults.calm import calm_business
from tests.faults.conftest import Figures
from tests.faults.installation import PATIENCE_S, Installation, until
from tests.faults.invariants import check
from tests.faults.proxy import Proxy
from tests.faults.publisher import Publisher
from tests.faults.selling import Sale, sales
from tests.flow.pipeline.looking import business
from tests.servers.kafka_broker import KafkaBroker
from tests.servers.kafka_fixture import make_sure_of_kafka
from tests.servers.mongo_process import MongoServer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SEED = 818
DELAY_S = 2.0
SOCKET_TIMEOUT_S = 3.0
"""Set in the store's URL; the bus gives up a request after five seconds."""
STALL_S = 8.0
RESETS, CUTS = 6, 3


@dataclass
class NetworkBackend:
    """The cluster, each server behind a proxy. The test itself looks at the store past its proxy."""

    bus: Proxy
    store: Proxy
    bus_url: str
    store_url: str
    name: str = "cluster"

    def environment(self) -> Mapping[str, str]:
        own = self.store_url.rpartition("/")[2]
        options = f"directConnection=true&socketTimeoutMS={SOCKET_TIMEOUT_S * 1000:.0f}"
        proxied = f"mongodb://127.0.0.1:{self.store.port}/{own}?{options}"
        return {"GUANXI_BUS": self.bus_url, "GUANXI_STORE": proxied}


@pytest.fixture(scope="module")
def servers(
    documents_server: MongoServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Proxy, KafkaBroker, Proxy]]:
    """A broker of its own, which sends its clients to the proxy, and a proxy before the documents."""
    make_sure_of_kafka()
    ports: list[int] = []
    with Proxy(lambda: ports[0]) as bus, Proxy(lambda: documents_server.port) as store:
        broker = KafkaBroker(tmp_path_factory.mktemp("kafka"), advertised=bus.port)
        ports.append(broker.port)
        broker.start()
        yield bus, broker, store
        broker.stop()


@pytest.fixture
def network(
    servers: tuple[Proxy, KafkaBroker, Proxy], documents_server: MongoServer
) -> Iterator[NetworkBackend]:
    """Topics and database of one installation behind the proxies, which are whole again afterwards."""
    bus, broker, store = servers
    own = f"n{uuid4().hex[:8]}"
    yield NetworkBackend(bus, store, f"{broker.url}?prefix={own}.", documents_server.url(own))
    bus.heal()
    store.heal()


def slow(proxy: Proxy, _chance: random.Random) -> None:
    proxy.delay(DELAY_S)
    time.sleep(3 * DELAY_S)


def resets(proxy: Proxy, chance: random.Random) -> None:
    before = proxy.resets
    for _ in range(RESETS):
        time.sleep(chance.uniform(0.1, 0.6))
        proxy.reset_all()
    assert proxy.resets > before


def halves(proxy: Proxy, chance: random.Random) -> None:
    before = proxy.cuts
    proxy.cut_answers(CUTS, after=chance.randrange(1, 30))
    until(lambda: proxy.cuts == before + CUTS, PATIENCE_S)


def stalls(proxy: Proxy, _chance: random.Random) -> None:
    proxy.stall()
    time.sleep(STALL_S)


FAULTS = (slow, resets, halves, stalls)


@pytest.mark.parametrize("rounds", [1, pytest.param(5, marks=[pytest.mark.long, pytest.mark.timeout(1_800)])])
@pytest.mark.parametrize("side", ["store", "bus"])
def test_over_a_network_that_misbehaves_all_catch_up_and_nobody_restarts(
    network: NetworkBackend, tmp_path: Path, figures: Figures, side: str, rounds: int
) -> None:
    chance, seed = random.Random(SEED), SEED
    installation = Installation(tmp_path / "home", network)
    sold = sales(200 * len(FAULTS) * rounds, 50, seed)
    acknowledged: list[Sale] = []
    try:
        installation.serve_all()
        for number, fault in enumerate(FAULTS * rounds):
            part = sold[200 * number : 200 * (number + 1)]
            proxy: Proxy = getattr(network, side)
            acknowledged += publish_while(installation, part, lambda p=proxy, f=fault: f(p, chance), proxy)
        installation.wait_until_idle()
        findings = check(installation, acknowledged, sold)
        figures(
            fault=f"R8 network to the {side}, {len(FAULTS) * rounds} faults",
            backend=network.name,
            events=len(sold),
            seed=seed,
            **findings.counts(),
        )
        assert not findings, findings
        assert len(acknowledged) == len(sold)
        assert business(installation) == calm_business(sold)
        assert all(process.poll() is None for process in installation.alone.values()), "nobody restarts"
    finally:
        network.bus.heal()
        network.store.heal()
        installation.close()


def publish_while(
    installation: Installation, part: list[Sale], fault: Callable[[], None], proxy: Proxy
) -> list[Sale]:
    """Send *part* while the fault lasts; return what was acknowledged once the network was whole again."""
    publisher = installation.publisher(batch=2)
    publisher.start(part)
    until(lambda: publisher.acknowledged, PATIENCE_S)
    assert publisher.is_busy, "or the fault comes too late to prove anything"
    fault()
    proxy.heal()
    publisher.join()
    assert {status for status, _ in publisher.refusals} <= {503}
    assert publisher.without_retry_after == 0
    return publisher.acknowledged


@pytest.mark.parametrize("after", [0, 40], ids=["no-answer", "half-an-answer"])
def test_an_answer_lost_after_acceptance_is_asked_for_again_and_counted_once(
    tmp_path: Path, figures: Figures, after: int
) -> None:
    home = tmp_path / "home"
    installation = Installation(home, SqliteBackend(home))
    sold = sales(400, 20, SEED + 1)
    try:
        installation.serve_all()
        with Proxy(lambda: (installation.where() or ("", 1))[1]) as proxy:
            publisher = Publisher(lambda: ("127.0.0.1", proxy.port), installation.key, batch=5)
            proxy.cut_answers(10, after)
            publisher.start(sold)
            publisher.join()
        installation.wait_until_idle()
        findings = check(installation, publisher.acknowledged, sold)
        figures(
            fault=f"R8 answers lost after {after} bytes",
            backend=installation.backend.name,
            events=len(sold),
            seed=SEED + 1,
            **findings.counts(),
        )
        assert not findings, findings
        assert proxy.cuts == 10
        logged = sum(1 for _ in installation.records(EVENTS.name))
        assert logged >= len(sold) + 10 * 5, "what was lost had been accepted, and was accepted again"
        assert business(installation) == calm_business(sold)
    finally:
        installation.close()
