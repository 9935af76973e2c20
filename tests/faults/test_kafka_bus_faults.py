"""Faults of a real Kafka: it ends, freezes, refuses, forgets; members are slow or replaced."""

import gc
import threading
import time
from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from kafka import TopicPartition
from kafka.admin import KafkaAdminClient

from deploy.servers.kafka_broker import KafkaBroker
from shared.bus.kafka import KafkaBus
from shared.bus.kafka_membership import Timing
from shared.bus.port import Bus, Message
from shared.errors import (
    BusUnavailableError,
    ConfigError,
    LeaseLostError,
    MemberReplacedError,
    OffsetOutOfRangeError,
)
from tests.contract.test_bus_groups import Member, join, poll_until
from tests.servers.kafka_fixture import LEFT_OPEN

pytestmark = pytest.mark.slow

PATIENCE_S = 60.0


@pytest.fixture
def bus(kafka_server: KafkaBroker) -> Iterator[Bus]:
    opened = KafkaBus(kafka_server.url, timing=Timing(6.0))
    yield opened
    opened.close()


@pytest.fixture
def topic(bus: Bus) -> str:
    name = f"faults.{uuid4().hex}"
    bus.ensure_topic(name, 2)
    return name


def numbered(start: int, end: int) -> list[Message]:
    return [Message(f"c{n % 7}", b"%d" % n) for n in range(start, end)]


def send(bus: Bus, topic: str, messages: list[Message]) -> None:
    producer = bus.producer()
    try:
        producer.send(topic, messages)
    finally:
        producer.close()


def values(member: Member) -> list[int]:
    return sorted({int(value) for _, _, value in member.read})


def eventually(attempt: Callable[[], object]) -> None:
    """Repeat what raises BusUnavailableError until it does not."""
    give_up_at = time.monotonic() + PATIENCE_S
    while True:
        try:
            attempt()
        except BusUnavailableError:
            assert time.monotonic() < give_up_at
        else:
            return


def test_after_a_broker_was_killed_and_restarted_nothing_is_lost(
    kafka_server: KafkaBroker, bus: Bus, topic: str
) -> None:
    producer, member = bus.producer(), join(bus, topic, "a")
    producer.send(topic, numbered(0, 50))
    poll_until(lambda: len(values(member)) == 50, [member], PATIENCE_S)

    kafka_server.kill()
    with pytest.raises(BusUnavailableError):
        producer.send(topic, numbered(50, 60))
    with pytest.raises(BusUnavailableError):
        poll_until(lambda: False, [member], PATIENCE_S)
    kafka_server.start()

    eventually(lambda: producer.send(topic, numbered(50, 100)))
    eventually(lambda: poll_until(lambda: len(values(member)) == 100, [member], PATIENCE_S))
    assert values(member) == list(range(100))
    member.consumer.close()
    producer.close()


def test_a_frozen_broker_is_told_within_bounds_and_work_goes_on_when_it_thaws(
    kafka_server: KafkaBroker, bus: Bus, topic: str
) -> None:
    producer, member = bus.producer(), join(bus, topic, "a")
    producer.send(topic, numbered(0, 10))
    poll_until(lambda: len(values(member)) == 10, [member], PATIENCE_S)

    kafka_server.pause()
    try:
        with pytest.raises(BusUnavailableError):
            producer.send(topic, numbered(10, 20))
        with pytest.raises(BusUnavailableError):
            poll_until(lambda: False, [member], PATIENCE_S)
    finally:
        kafka_server.resume()

    eventually(lambda: producer.send(topic, numbered(10, 20)))
    eventually(lambda: poll_until(lambda: len(values(member)) == 20, [member], PATIENCE_S))
    member.consumer.close()
    producer.close()


def test_a_replaced_member_that_has_nothing_to_do_learns_of_it(bus: Bus, topic: str) -> None:
    old = join(bus, topic, "a")
    poll_until(lambda: len(old.held) == 2, [old], PATIENCE_S)
    new = join(bus, topic, "a")
    poll_until(lambda: len(new.held) == 2, [new], PATIENCE_S)

    with pytest.raises(MemberReplacedError, match="another process joined"):
        poll_until(lambda: False, [old], PATIENCE_S)

    assert old.told[-2:] == [("lost", 0), ("lost", 1)]
    old.consumer.close()
    send(bus, topic, numbered(0, 10))
    poll_until(lambda: len(values(new)) == 10, [new], PATIENCE_S)
    new.consumer.close()


def test_who_takes_too_long_for_a_batch_loses_the_partition_and_comes_back(
    kafka_server: KafkaBroker, bus: Bus, topic: str
) -> None:
    hasty = KafkaBus(kafka_server.url, timing=Timing(session_timeout_s=6.0, longest_batch_s=4.0))
    send(bus, topic, numbered(0, 20))
    slow, quick = join(hasty, topic, "slow"), join(bus, topic, "quick")
    poll_until(lambda: slow.read, [slow], PATIENCE_S, commit=False)
    (partition, done), *_ = slow.done.items()

    poll_until(lambda: len(quick.held) == 2, [quick], PATIENCE_S)
    with pytest.raises(LeaseLostError):
        slow.consumer.commit(partition, done)
    poll_until(lambda: len(slow.held) == 1 and len(quick.held) == 1, [slow, quick], PATIENCE_S)

    assert ("lost", partition) in slow.told
    assert values(quick) == list(range(20))
    for member in (slow, quick):
        member.consumer.close()
    hasty.close()


def test_records_deleted_before_they_were_read_stop_the_service_instead_of_being_passed_over(
    kafka_server: KafkaBroker, bus: Bus, topic: str
) -> None:
    send(bus, topic, [Message("c", b"%d" % n, partition=0) for n in range(10)])
    member = join(bus, topic, "a")
    poll_until(lambda: len(member.held) == 2, [member], PATIENCE_S, commit=False)
    member.consumer.commit(0, 4)
    member.consumer.close()
    admin = KafkaAdminClient(bootstrap_servers=kafka_server.url.removeprefix("kafka://"))
    admin.delete_records({TopicPartition(topic, 0): 6})
    admin.close()

    assert [lag.is_lost for lag in bus.group_lag(topic, "g")] == [True, False]
    again = join(bus, topic, "a")
    with pytest.raises(OffsetOutOfRangeError, match="offset 4"):
        poll_until(lambda: False, [again], PATIENCE_S)
    again.consumer.close()


def test_a_topic_made_anew_is_another_log(kafka_server: KafkaBroker, bus: Bus, topic: str) -> None:
    send(bus, topic, [Message("c", b"old", partition=0)])
    before = bus.read(topic, 0, 0, 1)
    admin = KafkaAdminClient(bootstrap_servers=kafka_server.url.removeprefix("kafka://"))
    admin.delete_topics([topic])
    admin.close()
    eventually(lambda: bus.ensure_topic(topic, 2))
    eventually(lambda: send(bus, topic, [Message("c", b"new", partition=0)]))

    after = bus.read(topic, 0, 0, 1)

    assert before is not None
    assert after is not None
    assert after.records[0].value == b"new"
    assert after.log_id != before.log_id


def test_several_threads_may_send_through_one_producer(bus: Bus, topic: str) -> None:
    producer = bus.producer()

    def send_tens(thread: int) -> None:
        for start in range(0, 100, 10):
            producer.send(topic, numbered(thread * 100 + start, thread * 100 + start + 10))

    threads = [threading.Thread(target=send_tens, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    producer.close()

    batches = [bus.read(topic, partition, 0, 1000) for partition in (0, 1)]
    sent = [int(record.value) for batch in batches if batch for record in batch.records]
    assert sorted(sent) == list(range(400))


def test_with_tls_and_the_right_password_all_is_well(kafka_server: KafkaBroker) -> None:
    bus = KafkaBus(kafka_server.secured_url())
    name = f"faults.{uuid4().hex}"
    bus.ensure_topic(name, 1)
    producer = bus.producer()
    producer.send(name, numbered(0, 5))
    producer.close()
    member = join(bus, name, "a")
    poll_until(lambda: len(member.read) == 5, [member], PATIENCE_S)
    member.consumer.close()
    bus.close()


def test_a_wrong_password_is_told_without_it(kafka_server: KafkaBroker) -> None:
    """A refused client does not always get to read the reason before the broker hangs up."""
    with pytest.raises(
        (ConfigError, BusUnavailableError), match=r"invalid credentials|hangs up.*password"
    ) as it:
        KafkaBus(kafka_server.secured_url(password="hunter2"), connect_timeout_s=5.0)

    assert "hunter2" not in str(it.value)


def test_an_authority_that_is_not_trusted_is_told_as_a_wrong_setting(kafka_server: KafkaBroker) -> None:
    with pytest.raises(ConfigError, match=r"GUANXI_BUS: .*certificate verify failed"):
        KafkaBus(kafka_server.secured_url().partition("&ca=")[0], connect_timeout_s=5.0)


@pytest.mark.filterwarnings(LEFT_OPEN)
def test_a_broker_that_is_not_there_is_told_with_the_reason() -> None:
    with pytest.raises(BusUnavailableError, match=r"kafka://127\.0\.0\.1:1: 111 ECONNREFUSED"):
        KafkaBus("kafka://127.0.0.1:1", connect_timeout_s=1.0)
    gc.collect()
