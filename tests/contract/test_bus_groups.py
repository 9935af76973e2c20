"""What every bus owes to the members of a group."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

import pytest

from shared.bus.port import Batch, Bus, Consumer, Message
from shared.errors import LeaseLostError, StopError


@dataclass
class Member:
    """A consumer with a notebook: what it was told and what it read."""

    told: list[tuple[str, int]] = field(default_factory=list)
    starts: dict[int, tuple[str, int]] = field(default_factory=dict)
    held: set[int] = field(default_factory=set)
    read: list[tuple[int, int, bytes]] = field(default_factory=list)
    done: dict[int, int] = field(default_factory=dict)
    on_revoked: Callable[[int], None] = lambda partition: None
    consumer: Consumer = None  # type: ignore[assignment]

    def assigned(self, partition: int, log_id: str, committed: int) -> None:
        self.told.append(("assigned", partition))
        self.starts[partition] = (log_id, committed)
        self.held.add(partition)

    def revoked(self, partition: int) -> None:
        self.on_revoked(partition)
        self.told.append(("revoked", partition))
        self.held.discard(partition)

    def lost(self, partition: int) -> None:
        self.told.append(("lost", partition))
        self.held.discard(partition)

    def note(self, batch: Batch | None, *, commit: bool) -> None:
        if batch is None:
            return
        self.read += [(batch.partition, record.offset, record.value) for record in batch.records]
        self.done[batch.partition] = batch.next_offset
        if commit:
            self.consumer.commit(batch.partition, batch.next_offset)

    def poll(self, *, commit: bool = True, max_records: int = 500) -> None:
        self.note(self.consumer.poll(max_records, 0.01), commit=commit)


def join(bus: Bus, topic: str, name: str, group: str = "g") -> Member:
    member = Member()
    member.consumer = bus.consumer(topic, group, name, member)
    return member


def poll_until(
    condition: Callable[[], bool], members: Iterable[Member], patience_s: float, **how: bool
) -> None:
    give_up_at = time.monotonic() + patience_s
    while not condition():
        assert time.monotonic() < give_up_at, [member.told for member in members]
        for member in members:
            member.poll(**how)


@pytest.fixture
def patience_s(bus_adapter) -> float:
    return bus_adapter.patience_s


def fill(bus: Bus, topic: str, each: int, start: int = 0) -> None:
    producer = bus.producer()
    messages = [
        Message(f"c{p}", b"%d" % n, partition=p) for p in range(4) for n in range(start, start + each)
    ]
    producer.send(topic, messages)
    producer.close()


def test_a_lone_member_reads_every_partition_from_the_start_in_order(
    bus: Bus, topic: str, patience_s: float
) -> None:
    fill(bus, topic, 30)
    member = join(bus, topic, "a")
    poll_until(lambda: len(member.read) >= 120, [member], patience_s)
    assert {committed for _, committed in member.starts.values()} == {0}
    assert sorted(member.read) == sorted((p, n, b"%d" % n) for p in range(4) for n in range(30))
    for partition in range(4):
        offsets = [offset for p, offset, _ in member.read if p == partition]
        assert offsets == list(range(30))
    member.consumer.close()


def test_a_backlog_over_several_partitions_is_read_to_its_end(
    bus: Bus, topic: str, patience_s: float
) -> None:
    fill(bus, topic, 430)  # more than one fetch holds, and no multiple of it
    member = join(bus, topic, "a")
    poll_until(lambda: len(member.read) >= 4 * 430, [member], patience_s)
    assert sorted(member.read) == sorted((p, n, b"%d" % n) for p in range(4) for n in range(430))
    member.consumer.close()


def test_a_batch_is_of_one_partition_and_no_larger_than_asked(
    bus: Bus, topic: str, patience_s: float
) -> None:
    fill(bus, topic, 30)
    member = join(bus, topic, "a")
    sizes = []
    give_up_at = time.monotonic() + patience_s
    while sum(sizes) < 120 and time.monotonic() < give_up_at:
        batch = member.consumer.poll(7, 0.05)
        if batch is not None:
            sizes.append(len(batch.records))
            assert [r.offset for r in batch.records] == list(
                range(batch.records[0].offset, batch.next_offset)
            )
    assert sum(sizes) == 120
    assert max(sizes) <= 7
    member.consumer.close()


def test_held_partitions_take_turns(bus: Bus, topic: str, patience_s: float) -> None:
    member = join(bus, topic, "a")
    poll_until(lambda: len(member.held) == 4, [member], patience_s)
    fill(bus, topic, 100)
    for _ in range(8):
        member.poll(max_records=2)
    assert {partition for partition, _, _ in member.read} == {0, 1, 2, 3}
    member.consumer.close()


def test_a_poll_without_records_waits_as_long_as_asked_and_returns_none(
    bus: Bus, topic: str, patience_s: float
) -> None:
    member = join(bus, topic, "a")
    poll_until(lambda: len(member.held) == 4, [member], patience_s)
    began = time.monotonic()
    assert member.consumer.poll(10, 0.3) is None
    assert 0.25 <= time.monotonic() - began < 1.5
    member.consumer.close()


def test_a_waiting_poll_sees_what_is_appended_meanwhile(bus: Bus, topic: str, patience_s: float) -> None:
    member = join(bus, topic, "a")
    poll_until(lambda: len(member.held) == 4, [member], patience_s)
    fill(bus, topic, 1)
    assert member.consumer.poll(10, patience_s) is not None
    member.consumer.close()


def test_a_new_member_goes_on_where_the_group_committed(bus: Bus, topic: str, patience_s: float) -> None:
    fill(bus, topic, 20)
    first = join(bus, topic, "a")
    poll_until(lambda: len(first.read) >= 80, [first], patience_s)
    first.consumer.close()
    fill(bus, topic, 5, start=20)
    second = join(bus, topic, "b")
    poll_until(lambda: len(second.read) >= 20, [second], patience_s)
    assert {committed for _, committed in second.starts.values()} == {20}
    assert {offset for _, offset, _ in second.read} == set(range(20, 25))
    second.consumer.close()


def test_what_was_read_but_not_committed_is_read_again(bus: Bus, topic: str, patience_s: float) -> None:
    fill(bus, topic, 10)
    first = join(bus, topic, "a")
    poll_until(lambda: len(first.read) >= 40, [first], patience_s, commit=False)
    first.consumer.close()
    second = join(bus, topic, "a")
    poll_until(lambda: len(second.read) >= 40, [second], patience_s)
    assert sorted(second.read) == sorted(first.read)
    second.consumer.close()


def test_groups_read_independently(bus: Bus, topic: str, patience_s: float) -> None:
    fill(bus, topic, 10)
    one, other = join(bus, topic, "a", "one"), join(bus, topic, "a", "other")
    poll_until(lambda: len(one.read) >= 40 and len(other.read) >= 40, [one, other], patience_s)
    assert sorted(one.read) == sorted(other.read)
    one.consumer.close()
    other.consumer.close()


def test_two_members_share_fairly_and_each_record_is_dealt_with_once(
    bus: Bus, topic: str, patience_s: float
) -> None:
    fill(bus, topic, 20)
    first = join(bus, topic, "a")
    poll_until(lambda: len(first.held) == 4, [first], patience_s)
    second = join(bus, topic, "b")
    poll_until(lambda: len(first.held) == len(second.held) == 2, [first, second], patience_s)
    assert not first.held & second.held
    fill(bus, topic, 20, start=20)
    poll_until(lambda: len(first.read) + len(second.read) >= 160, [first, second], patience_s)
    assert sorted(first.read + second.read) == sorted((p, n, b"%d" % n) for p in range(4) for n in range(40))
    first.consumer.close()
    second.consumer.close()


def test_a_commit_still_works_while_a_partition_is_being_given_up(
    bus: Bus, topic: str, patience_s: float
) -> None:
    fill(bus, topic, 10)
    first = join(bus, topic, "a")
    first.on_revoked = lambda partition: first.consumer.commit(partition, first.done[partition])
    poll_until(lambda: len(first.read) >= 40, [first], patience_s, commit=False)
    second = join(bus, topic, "b")
    poll_until(lambda: len(second.held) == 2, [first, second], patience_s, commit=False)
    assert {second.starts[partition][1] for partition in second.held} == {10}
    assert not second.read
    first.consumer.close()
    second.consumer.close()


def test_who_leaves_hands_over_without_waiting_for_a_timeout(bus: Bus, topic: str, patience_s: float) -> None:
    first, second = join(bus, topic, "a"), join(bus, topic, "b")
    poll_until(lambda: len(first.held) == len(second.held) == 2, [first, second], patience_s)
    first.consumer.close()
    assert first.held == set()
    poll_until(lambda: len(second.held) == 4, [second], patience_s)
    second.consumer.close()


def test_a_restarted_member_takes_over_its_own_name_and_fences_the_old_process(
    bus: Bus, topic: str, patience_s: float
) -> None:
    fill(bus, topic, 10)
    old = join(bus, topic, "a")
    poll_until(lambda: len(old.read) >= 40, [old], patience_s, commit=False)
    new = join(bus, topic, "a")
    poll_until(lambda: len(new.read) >= 40, [new], patience_s)
    with pytest.raises(LeaseLostError):
        old.consumer.commit(0, 5)
    assert sum(lag.committed for lag in bus.group_lag(topic, "g")) == 40
    with pytest.raises(StopError, match="another process joined"):
        poll_until(lambda: False, [old], patience_s)
    assert old.held == set()
    old.consumer.close()
    new.consumer.close()
    assert new.told[-4:] == [("revoked", partition) for partition in range(4)]


def test_committing_a_partition_that_is_not_held_is_a_lost_lease(
    bus: Bus, topic: str, patience_s: float
) -> None:
    first, second = join(bus, topic, "a"), join(bus, topic, "b")
    poll_until(lambda: len(first.held) == len(second.held) == 2, [first, second], patience_s)
    with pytest.raises(LeaseLostError):
        first.consumer.commit(min(second.held), 0)
    first.consumer.close()
    second.consumer.close()


def test_lag_counts_what_is_not_committed_from_inside_and_outside(
    bus: Bus, topic: str, patience_s: float
) -> None:
    fill(bus, topic, 10)
    assert [lag.records for lag in bus.group_lag(topic, "g")] == [10] * 4
    member = join(bus, topic, "a")
    poll_until(lambda: len(member.read) >= 40, [member], patience_s, commit=False)
    assert member.consumer.lag() == dict.fromkeys(range(4), 10)
    member.consumer.commit(2, 7)
    assert member.consumer.lag()[2] == 3
    by_partition = {lag.partition: lag for lag in bus.group_lag(topic, "g")}
    assert (by_partition[2].committed, by_partition[2].end, by_partition[2].records) == (7, 10, 3)
    member.consumer.close()
