"""What `guanxi status` and the metrics tell of lag, on every bus: in records and in seconds."""

from datetime import datetime, timezone
from threading import Event

import pytest
from prometheus_client import REGISTRY

from services.cli.lag import PartitionLag, service_lag
from services.ingest.consuming import TopicLoop
from shared.bus.port import Batch, Bus, Message
from shared.clock import ManualClock

GROUP = "g"


def fill(bus: Bus, topic: str) -> float:
    """Three records on partition 0 and one on partition 2; returns when the first of them came."""
    producer = bus.producer()
    producer.send(topic, [Message("a", b"x", partition=0)] * 3 + [Message("b", b"y", partition=2)])
    producer.close()
    first = bus.read(topic, 0, 0, 1)
    assert first is not None
    return first.records[0].appended_at


def clock_at(seconds: float) -> ManualClock:
    return ManualClock(datetime.fromtimestamp(seconds, timezone.utc))


def take(bus: Bus, topic: str, clock: ManualClock, partition: int) -> list[Batch]:
    """Let ingest's loop read until *partition* is committed, then stop."""
    taken: list[Batch] = []
    stop = Event()

    def committed() -> None:
        if taken[-1].partition == partition:
            stop.set()

    TopicLoop(bus, topic, GROUP, "m", taken.append, clock=clock, committed=committed).run(stop)
    return taken


def test_what_nobody_read_is_told_for_each_partition_in_records_and_seconds(bus: Bus, topic: str) -> None:
    clock = clock_at(fill(bus, topic) + 90)

    told = service_lag(bus, clock, topic, GROUP)

    assert (told.records, told.committed, told.seconds) == (4, 0, 90.0)
    assert [(each.partition, each.records) for each in told.partitions] == [(0, 3), (1, 0), (2, 1), (3, 0)]
    assert [each.seconds for each in told.partitions if not each.records] == [0.0, 0.0]


def test_what_is_committed_no_longer_counts(bus: Bus, topic: str) -> None:
    clock = clock_at(fill(bus, topic) + 90)
    read = {batch.partition for batch in take(bus, topic, clock, 0)}

    told = service_lag(bus, clock, topic, GROUP)

    assert told.partitions[0] == PartitionLag(0, 0, 3, 0.0)
    assert told.records == (0 if 2 in read else 1)


def test_a_topic_that_is_not_there_yet_has_no_lag(bus: Bus, topic: str) -> None:
    told = service_lag(bus, clock_at(0), f"{topic}.unknown", GROUP)

    assert (told.records, told.committed, told.seconds, told.partitions) == (0, 0, 0.0, [])


def test_ingest_tells_how_long_what_it_reads_had_waited(bus: Bus, topic: str) -> None:
    clock = clock_at(fill(bus, topic) + 90)
    stop, waits = Event(), []

    def look(batch: Batch) -> None:
        labels = {"service": "ingest", "topic": topic}
        waits.append((batch, REGISTRY.get_sample_value("guanxi_consumer_lag_seconds", labels)))
        stop.set()

    TopicLoop(bus, topic, GROUP, "m", look, clock=clock).run(stop)

    batch, waited_s = waits[0]
    assert waited_s == pytest.approx(clock.now().timestamp() - batch.records[0].appended_at)
