"""R8: the network between services, bus, store and publishers is slow, stands still, resets and cuts off.

Both servers of the cluster stand behind proxies, and so does ingest. Nobody is restarted: whoever loses a
connection makes a new one, and what was asked is asked again without being done twice.
"""

import random
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest

from deploy.servers.kafka_broker import KafkaBroker
from deploy.servers.mongo_server import MongoServer
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
from tests.servers.kafka_fixture import make_sure_of_kafka

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


def slow(proxies: Sequence[Proxy], _chance: random.Random) -> None:
    for proxy in proxies:
        proxy.delay(DELAY_S)
    time.sleep(3 * DELAY_S)


def resets(proxies: Sequence[Proxy], chance: random.Random) -> None:
    before = [proxy.resets for proxy in proxies]
    for _ in range(RESETS):
        for proxy in proxies:
            time.sleep(chance.uniform(0.1, 0.6))
            proxy.reset_all()
    assert all(proxy.resets > was for proxy, was in zip(proxies, before, strict=True))


def halves(proxies: Sequence[Proxy], chance: random.Random) -> None:
    wanted = [proxy.cuts + CUTS for proxy in proxies]
    for proxy in proxies:
        proxy.cut_answers(CUTS, after=chance.randrange(1, 30))
    until(lambda: [proxy.cuts for proxy in proxies] == wanted, PATIENCE_S)


def stalls(proxies: Sequence[Proxy], _chance: random.Random) -> None:
    for proxy in proxies:
        proxy.stall()
    time.sleep(STALL_S)


def refuses(proxies: Sequence[Proxy], _chance: random.Random) -> None:
    before = [proxy.accepted for proxy in proxies]
    for proxy in proxies:
        proxy.refuse()
    until(lambda: all(p.accepted > was for p, was in zip(proxies, before, strict=True)), PATIENCE_S)


FAULTS = (slow, resets, halves, stalls, refuses)
EACH = 300
"""Events that are being sent when a fault begins."""

LONG = [pytest.mark.long, pytest.mark.timeout(1_800)]


@pytest.mark.parametrize(
    ("sides", "rounds"),
    [
        ("bus and store", 1),
        pytest.param("bus and store", 5, marks=LONG),
        pytest.param("store", 5, marks=LONG),
        pytest.param("bus", 5, marks=LONG),
    ],
)
def test_over_a_network_that_misbehaves_all_catch_up_and_nobody_restarts(
    network: NetworkBackend, tmp_path: Path, figures: Figures, sides: str, rounds: int
) -> None:
    chance = random.Random(SEED)
    proxies: list[Proxy] = [getattr(network, side) for side in sides.split(" and ")]
    installation = Installation(tmp_path / "home", network)
    sold = sales(EACH * len(FAULTS) * rounds, 50, SEED)
    acknowledged: list[Sale] = []
    try:
        installation.serve_all()
        for number, fault in enumerate(FAULTS * rounds):
            part = sold[EACH * number : EACH * (number + 1)]
            with publishing(installation, part) as publisher:
                fault(proxies, chance)
                for proxy in proxies:
                    proxy.heal()
            acknowledged += publisher.acknowledged
        assert_all_caught_up(installation, acknowledged, sold, figures, f"R8 network to {sides}")
        assert all(process.poll() is None for process in installation.alone.values()), "nobody restarts"
    finally:
        installation.close()


@contextmanager
def publishing(installation: Installation, part: list[Sale]) -> Iterator[Publisher]:
    """Inside, *part* is being sent; afterwards all of it is acknowledged."""
    publisher = installation.publisher(batch=1)
    publisher.start(part, threads=2)
    try:
        until(lambda: publisher.acknowledged, PATIENCE_S)
        assert publisher.is_busy, "or the fault comes too late to prove anything"
        yield publisher
    except BaseException:
        publisher.stop()
        raise
    publisher.join()
    assert {status for status, _ in publisher.refusals} <= {503}
    assert publisher.without_retry_after == 0


def test_an_answer_lost_after_acceptance_is_asked_for_again_and_counted_once(
    tmp_path: Path, figures: Figures
) -> None:
    home = tmp_path / "home"
    installation = Installation(home, SqliteBackend(home))
    batch, before, amid, each = 2, 0, 40, 10
    sold = sales(600, 20, SEED + 1)
    try:
        installation.serve_all()
        with Proxy(lambda: (installation.where() or ("", 1))[1]) as proxy:
            publisher = Publisher(lambda: ("127.0.0.1", proxy.port), installation.key, batch=batch)
            proxy.cut_answers(each, before)
            publisher.start(sold)
            until(lambda: proxy.cuts == each, PATIENCE_S)
            proxy.cut_answers(each, amid)
            publisher.join()
        assert proxy.cuts == 2 * each
        logged = sum(1 for _ in installation.records(EVENTS.name))
        assert logged >= len(sold) + 2 * each * batch, "what was lost had been accepted, and was again"
        assert_all_caught_up(installation, publisher.acknowledged, sold, figures, "R8 answers lost")
    finally:
        installation.close()


def assert_all_caught_up(
    installation: Installation, acknowledged: list[Sale], sold: list[Sale], figures: Figures, fault: str
) -> None:
    """Nothing is lost or doubled, and the projections are those of one calm process."""
    installation.wait_until_idle()
    findings = check(installation, acknowledged, sold)
    figures(fault=fault, backend=installation.backend.name, events=len(sold), seed=SEED, **findings.counts())
    assert not findings, findings
    assert len(acknowledged) == len(sold)
    assert business(installation) == calm_business(sold)
