"""R3, R16: the log is delivered again, in any order and any number of times; or part of it is gone."""

import random
import sqlite3

import orjson
import pytest

from shared.bus.port import Message
from shared.contracts.topics import DECISIONS, EVENTS, INBOUND, SNAPSHOTS
from tests.faults.asking import metric
from tests.faults.backend import Backend
from tests.faults.conftest import Figures
from tests.faults.installation import PARTITIONS, PATIENCE_S, Installation, until
from tests.faults.invariants import check
from tests.faults.selling import sales
from tests.flow.pipeline.looking import business

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SEED = 3
GROUPS = {EVENTS.name: "scoring", SNAPSHOTS.name: "rules", DECISIONS.name: "notification"}


class Rewinding:
    """A member of a group that sets each partition it is given back to the beginning."""

    def __init__(self) -> None:
        self.held: set[int] = set()

    def assigned(self, partition: int, log_id: str, committed: int) -> None:
        self.held.add(partition)

    def revoked(self, partition: int) -> None:
        """Nothing is kept."""

    def lost(self, partition: int) -> None:
        """Nothing is kept."""


def rewind(installation: Installation, topic: str, group: str) -> None:
    """Set what *group* has committed on *topic* back to 0."""
    listener = Rewinding()
    consumer = installation.bus.consumer(topic, group, "rewinder", listener)
    until(lambda: (consumer.poll(1, 0.2), len(listener.held) == PARTITIONS)[1], PATIENCE_S)
    for partition in range(PARTITIONS):
        consumer.commit(partition, 0)
    consumer.close()
    assert {lag.committed for lag in installation.bus.group_lag(topic, group)} == {0}


def test_delivered_again_shuffled_or_rewound_to_the_beginning_the_state_stays_byte_for_byte(
    installation: Installation, figures: Figures
) -> None:
    chance = random.Random(SEED)
    sold = sales(500, 30, SEED)
    installation.serve_all()
    publisher = installation.publisher()
    publisher.start(sold)
    publisher.join()
    installation.wait_until_idle()
    once = business(installation)

    repeats = [sale for sale in sold for _ in range(chance.randint(1, 5))]
    chance.shuffle(repeats)
    producer = installation.bus.producer()
    for start in range(0, len(repeats), 100):
        messages = [Message(sale.customer, orjson.dumps(sale.body)) for sale in repeats[start : start + 100]]
        producer.send(INBOUND.name, messages)
    producer.close()
    installation.wait_until_idle()
    assert business(installation) == once

    for service in GROUPS.values():
        assert installation.end(service) == 0
    for topic, group in GROUPS.items():
        rewind(installation, topic, group)
    for service in GROUPS.values():
        installation.serve(service)
    installation.wait_until_idle()
    findings = check(installation, publisher.acknowledged, sold)
    figures(
        fault="R3 delivered again 1-5 times, and rewound",
        backend=installation.backend.name,
        events=len(sold) + len(repeats),
        seed=SEED,
        **findings.counts(),
    )
    assert not findings, findings
    assert business(installation) == once


@pytest.mark.parametrize(("topic", "service"), [(EVENTS.name, "scoring"), (INBOUND.name, "ingest")])
def test_a_committed_offset_that_is_no_longer_in_the_log_stops_the_service_and_tells(
    backend: Backend, installation: Installation, topic: str, service: str
) -> None:
    """Kafka's part of this, deleted records and topics made anew, is in `test_kafka_bus_faults`."""
    if backend.name != "sqlite":
        pytest.skip("how records go away differs; see test_kafka_bus_faults")
    installation.serve_all()
    producer = installation.bus.producer()
    sold = sales(200, 20, SEED)
    producer.send(INBOUND.name, [Message(sale.customer, orjson.dumps(sale.body)) for sale in sold])
    producer.close()
    installation.wait_until_idle()
    others = [member for member in installation.alone if member != service]
    for member in tuple(installation.alone):
        assert installation.end(member) == 0
    log = sqlite3.connect(installation.path / "bus.db.d" / f"{topic}.db")
    for partition in range(PARTITIONS):
        log.execute(f"DELETE FROM log_{partition}")
    log.commit()
    log.close()
    assert installation.serve(service).wait(PATIENCE_S) == 3, "this needs a person"
    assert '"code":"offset-out-of-range"' in installation.log_of(service)
    lags = installation.bus.group_lag(topic, service)
    assert any(lag.committed > 0 for lag in lags), "what was committed is not forgotten in silence"
    read = sum(lag.committed > 0 for lag in lags)
    assert sum(lag.is_lost for lag in lags) == read

    for member in others[:1]:
        installation.serve(member)
        installation.wait_for(member)
        until(lambda member=member: metric(installation, member, "guanxi_positions_lost") == read, PATIENCE_S)
    told = installation.home.guanxi("status").stdout.decode()
    assert f"{service} cannot go on: on {read} partitions of {topic}" in " ".join(told.split())
