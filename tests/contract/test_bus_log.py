"""What every bus owes to those who append and read without a group."""

import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.bus.partitioning import partition_for
from shared.bus.port import Bus, Message, Record
from shared.errors import MessageTooLargeError, TopicMismatchError, UnknownTopicError


def everything(bus: Bus, topic: str, partition: int) -> list[Record]:
    found: list[Record] = []
    while (batch := bus.read(topic, partition, len(found), 100)) is not None:
        found += batch.records
    return found


def send(bus: Bus, topic: str, messages: list[Message]) -> None:
    producer = bus.producer()
    producer.send(topic, messages)
    producer.close()


def test_a_topic_can_be_ensured_again_but_keeps_its_number_of_partitions(bus: Bus, topic: str) -> None:
    bus.ensure_topic(topic, 4)
    with pytest.raises(TopicMismatchError):
        bus.ensure_topic(topic, 5)
    assert bus.partitions(topic) == 4


def test_an_unknown_topic_is_an_error_and_is_not_created_on_the_way(bus: Bus) -> None:
    producer = bus.producer()
    for attempt in (
        lambda: bus.partitions("nowhere"),
        lambda: bus.read("nowhere", 0, 0, 1),
        lambda: bus.group_lag("nowhere", "g"),
        lambda: producer.send("nowhere", [Message("k", b"v")]),
        lambda: bus.partitions("nowhere"),
    ):
        with pytest.raises(UnknownTopicError):
            attempt()
    producer.close()


def test_what_was_sent_is_read_back_byte_for_byte_in_order(bus: Bus, topic: str) -> None:
    headers = (("ce_id", b"1"), ("ce_type", b"purchase"), ("raw", b"\x00\xff"), ("ce_id", b"again"))
    messages = [Message("客户-1", b"%d" % number, headers) for number in range(250)]
    send(bus, topic, messages)
    partition = partition_for("客户-1", 4)
    records = everything(bus, topic, partition)
    assert [record.offset for record in records] == list(range(250))
    assert [(r.key, r.value, r.headers) for r in records] == [(m.key, m.value, m.headers) for m in messages]
    assert all(not everything(bus, topic, other) for other in range(4) if other != partition)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.builds(
            Message,
            key=st.text(st.characters(exclude_categories=["Cs"])),
            value=st.binary(max_size=50),
            headers=st.lists(
                st.tuples(st.text(st.characters(exclude_categories=["Cs"])), st.binary(max_size=10)),
                max_size=4,
            ).map(tuple),
            partition=st.none() | st.integers(0, 3),
        ),
        max_size=8,
    )
)
def test_any_key_value_and_headers_survive(bus: Bus, topic: str, messages: list[Message]) -> None:
    before = {partition: len(everything(bus, topic, partition)) for partition in range(4)}
    send(bus, topic, messages)
    for partition in range(4):
        mine = [
            (message.key, message.value, message.headers)
            for message in messages
            if partition
            == (partition_for(message.key, 4) if message.partition is None else message.partition)
        ]
        new = everything(bus, topic, partition)[before[partition] :]
        assert [(record.key, record.value, record.headers) for record in new] == mine


def test_a_message_goes_to_the_partition_it_names(bus: Bus, topic: str) -> None:
    send(bus, topic, [Message("", b"day", partition=partition) for partition in range(4)])
    assert [[r.value for r in everything(bus, topic, partition)] for partition in range(4)] == [[b"day"]] * 4


def test_a_partition_that_does_not_exist_is_refused(bus: Bus, topic: str) -> None:
    with pytest.raises(ValueError, match="partition 4"):
        send(bus, topic, [Message("k", b"v", partition=4)])


def test_one_message_too_large_refuses_the_whole_call(bus: Bus, topic: str, bus_adapter) -> None:
    with pytest.raises(MessageTooLargeError):
        send(bus, topic, [Message("k", b"small"), Message("k", b"x" * (bus_adapter.max_message_bytes + 1))])
    assert everything(bus, topic, partition_for("k", 4)) == []


def test_sending_nothing_appends_nothing(bus: Bus, topic: str) -> None:
    send(bus, topic, [])
    assert all(bus.read(topic, partition, 0, 1) is None for partition in range(4))


def test_reading_begins_where_asked_and_takes_no_more_than_asked(bus: Bus, topic: str) -> None:
    send(bus, topic, [Message("k", b"%d" % number, partition=2) for number in range(10)])
    batch = bus.read(topic, 2, 4, 3)
    assert batch is not None
    assert (batch.topic, batch.partition, batch.next_offset) == (topic, 2, 7)
    assert [record.value for record in batch.records] == [b"4", b"5", b"6"]
    assert bus.read(topic, 2, 10, 3) is None


def test_records_and_log_id_outlive_the_connection(bus: Bus, topic: str, bus_adapter) -> None:
    send(bus, topic, [Message("k", b"v", partition=0)])
    first = bus.read(topic, 0, 0, 1)
    again = bus_adapter.open()
    second = again.read(topic, 0, 0, 1)
    again.close()
    assert first == second
    assert first is not None
    assert first.log_id


def test_several_producers_at_once_lose_and_reorder_nothing(bus: Bus, topic: str) -> None:
    def produce(name: int) -> None:
        producer = bus.producer()
        for number in range(0, 100, 5):
            producer.send(
                topic, [Message(f"k{name}", b"%d" % n, partition=1) for n in range(number, number + 5)]
            )
        producer.close()

    threads = [threading.Thread(target=produce, args=(name,)) for name in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    records = everything(bus, topic, 1)
    assert [record.offset for record in records] == list(range(300))
    for name in range(3):
        assert [int(r.value) for r in records if r.key == f"k{name}"] == list(range(100))
