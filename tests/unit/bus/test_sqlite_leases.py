"""Leases of the embedded bus under a clock that only moves when told."""

from collections.abc import Iterator
from datetime import datetime, timezone
from pathlib import Path

import pytest

from shared.bus import sqlite_group
from shared.bus.port import Consumer, Message
from shared.bus.sqlite import SqliteBus
from shared.bus.sqlite_consumer import pause_s
from shared.clock import ManualClock
from shared.errors import LeaseLostError, OffsetOutOfRangeError

SESSION_S = 10.0


class Listener:
    def __init__(self) -> None:
        self.told: list[tuple[str, int]] = []
        self.fail = False

    def assigned(self, partition: int, log_id: str, committed: int) -> None:
        self._note("assigned", partition)

    def revoked(self, partition: int) -> None:
        self._note("revoked", partition)

    def lost(self, partition: int) -> None:
        self._note("lost", partition)

    def _note(self, kind: str, partition: int) -> None:
        if self.fail:
            raise RuntimeError("listener")
        self.told.append((kind, partition))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2010, 1, 4, tzinfo=timezone.utc))


@pytest.fixture
def bus(tmp_path: Path, clock: ManualClock) -> Iterator[SqliteBus]:
    bus = SqliteBus(tmp_path / "bus.db", clock=clock, session_timeout_s=SESSION_S)
    bus.ensure_topic("t", 2)
    yield bus
    bus.close()


def join(bus: SqliteBus, name: str) -> tuple[Consumer, Listener]:
    listener = Listener()
    return bus.consumer("t", "g", name, listener), listener


def append(bus: SqliteBus, count: int = 1) -> None:
    producer = bus.producer()
    producer.send("t", [Message("k", b"v", partition=p) for p in range(2) for _ in range(count)])
    producer.close()


def test_a_handler_may_take_the_whole_session_timeout(bus: SqliteBus, clock: ManualClock) -> None:
    append(bus)
    slow, told = join(bus, "slow")
    slow.poll(1, 0)
    clock.advance(1.9)  # the last heartbeat is as old as it may get without a new one
    batch = slow.poll(1, 0)
    assert batch is not None
    other, _ = join(bus, "other")
    clock.advance(SESSION_S - 0.1)
    other.poll(1, 0)
    slow.commit(batch.partition, batch.next_offset)
    assert ("lost", batch.partition) not in told.told


def test_beyond_the_timeout_another_takes_over_and_the_late_commit_is_fenced(
    bus: SqliteBus, clock: ManualClock
) -> None:
    append(bus)
    zombie, told = join(bus, "zombie")
    batch = zombie.poll(1, 0)
    assert batch is not None
    other, other_told = join(bus, "other")
    clock.advance(SESSION_S * 1.3)
    assert other.poll(1, 0) is not None
    assert other_told.told == [("assigned", 0), ("assigned", 1)]
    with pytest.raises(LeaseLostError):
        zombie.commit(batch.partition, batch.next_offset)
    assert [lag.committed for lag in bus.group_lag("t", "g")] == [0, 0]
    zombie.poll(1, 0)
    assert told.told[:2] == [("assigned", 0), ("assigned", 1)]
    assert sorted(told.told[2:4]) == [("lost", 0), ("lost", 1)]
    clock.advance(1)
    other.poll(1, 0)
    clock.advance(1)
    zombie.poll(1, 0)
    assert told.told[-1][0] == "assigned"  # back as an ordinary member with a fair share


def test_nobody_there_to_take_over_means_nothing_is_lost(bus: SqliteBus, clock: ManualClock) -> None:
    append(bus)
    slow, told = join(bus, "slow")
    batch = slow.poll(1, 0)
    assert batch is not None
    clock.advance(SESSION_S * 100)
    slow.commit(batch.partition, batch.next_offset)
    slow.poll(1, 0)
    assert [kind for kind, _ in told.told] == ["assigned", "assigned"]


def test_a_restart_of_the_machine_ends_every_lease(
    bus: SqliteBus, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, _ = join(bus, "before")
    before.poll(1, 0)
    monkeypatch.setattr(sqlite_group, "boot_id", lambda: "another boot")
    after, told = join(bus, "after")
    after.poll(1, 0)
    assert told.told == [("assigned", 0), ("assigned", 1)]


def test_a_heartbeat_from_the_future_is_of_an_earlier_boot(bus: SqliteBus, clock: ManualClock) -> None:
    clock.advance(1000)
    before, _ = join(bus, "before")
    before.poll(1, 0)
    clock.elapsed_s = 5.0
    after, told = join(bus, "after")
    after.poll(1, 0)
    assert told.told == [("assigned", 0), ("assigned", 1)]


def test_what_the_listener_did_not_accept_is_told_again(bus: SqliteBus, clock: ManualClock) -> None:
    append(bus)
    member, listener = join(bus, "a")
    listener.fail = True
    for _ in range(2):
        with pytest.raises(RuntimeError):
            member.poll(1, 0)
    listener.fail = False
    assert member.poll(1, 0) is not None
    other, _ = join(bus, "b")
    other.poll(1, 0)
    listener.fail = True
    clock.advance(1)
    with pytest.raises(RuntimeError):
        member.poll(1, 0)
    listener.fail = False
    member.poll(1, 0)
    assert listener.told == [("assigned", 0), ("assigned", 1), ("revoked", 1)]


def test_a_committed_offset_beyond_the_log_is_refused_loudly(bus: SqliteBus) -> None:
    append(bus)
    member, _ = join(bus, "a")
    member.poll(1, 0)
    member.commit(0, 99)
    member.close()
    again, _ = join(bus, "a")
    with pytest.raises(OffsetOutOfRangeError, match="offset 99"):
        again.poll(1, 0)


def test_offsets_of_another_log_are_not_used_for_a_replaced_one(
    bus: SqliteBus, tmp_path: Path, clock: ManualClock
) -> None:
    append(bus, 3)
    member, _ = join(bus, "a")
    member.poll(1, 0)
    member.commit(0, 1)
    member.close()
    bus.close()
    other = SqliteBus(tmp_path / "other.db", clock=clock)
    other.ensure_topic("t", 2)
    append(other, 3)
    other.close()
    (tmp_path / "other.db.d" / "t.db").replace(tmp_path / "bus.db.d" / "t.db")
    again = SqliteBus(tmp_path / "bus.db", clock=clock)
    consumer = again.consumer("t", "g", "a", Listener())
    with pytest.raises(OffsetOutOfRangeError, match="replaced"):
        consumer.poll(1, 0)
    assert [lag.committed for lag in again.group_lag("t", "g")] == [0, 0]
    again.close()


def test_an_idle_consumer_looks_seldom_and_a_busy_one_often() -> None:
    assert [pause_s(idle) for idle in (0, 0.1, 1, 2, 3600)] == [0.005, 0.005, 0.05, 0.1, 0.1]


def test_an_hour_of_idleness_costs_few_looks(bus: SqliteBus, clock: ManualClock) -> None:
    member, _ = join(bus, "a")
    naps: list[float] = []
    sleep = clock.sleep
    clock.sleep = lambda seconds: (naps.append(seconds), sleep(seconds))[1]  # type: ignore[method-assign]
    assert member.poll(1, 60) is None
    assert clock.elapsed_s == pytest.approx(60)
    assert len(naps) < 700
