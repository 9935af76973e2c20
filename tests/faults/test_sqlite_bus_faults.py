"""The embedded bus when processes are killed, the disk fills and bytes rot."""

import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from shared.bus.port import Bus, Message, Record
from shared.bus.sqlite import SqliteBus
from shared.errors import BusFullError, BusUnavailableError, CorruptError
from shared.sqlite.connection import Tuning

CHILDREN = Path(__file__).with_name("bus_children.py")
PATIENCE_S = 20.0


class Child:
    """A process of `bus_children`, with what it has said so far."""

    def __init__(self, role: str, path: Path, name: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, str(CHILDREN), role, str(path), name], stdout=subprocess.PIPE, text=True
        )
        self.lines: list[str] = []
        self._reader = threading.Thread(target=self._listen)
        self._reader.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(line.rstrip("\n") for line in self.process.stdout if line.endswith("\n"))

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        assert self.process.stdout is not None
        self.process.stdout.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "bus.db"


@pytest.fixture
def bus(path: Path) -> Iterator[Bus]:
    opened = SqliteBus(path)
    opened.ensure_topic("t", 3)
    yield opened
    opened.close()


@pytest.fixture
def children(path: Path) -> Iterator[Callable[[str, str], Child]]:
    started: list[Child] = []

    def start(role: str, name: str) -> Child:
        started.append(Child(role, path, name))
        return started[-1]

    yield start
    for child in started:
        if child.process.poll() is None:
            child.kill()


def wait_until(condition: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < give_up_at
        time.sleep(0.01)


def everything(bus: Bus, partition: int) -> list[Record]:
    found: list[Record] = []
    while (batch := bus.read("t", partition, len(found), 500)) is not None:
        found += batch.records
    return found


def integrity(path: Path) -> str:
    connection = sqlite3.connect(path)
    try:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])
    finally:
        connection.close()


def test_after_kill_9_every_acknowledged_record_is_there_whole_and_in_order(
    bus: Bus, path: Path, children: Callable[[str, str], Child]
) -> None:
    seed = random.randrange(10**6)
    rng = random.Random(seed)
    acknowledged: dict[str, int] = {}
    for life in range(4):
        names = [f"{life}a", f"{life}b"]
        pair = [children("append", name) for name in names]
        wait_until(lambda pair=pair: all(len(child.lines) > 5 for child in pair))
        time.sleep(rng.random() * 0.2)
        for child in pair:
            child.kill()
        acknowledged |= {name: len(child.lines) for name, child in zip(names, pair, strict=True)}
    for partition in range(3):
        records = everything(bus, partition)
        assert [record.offset for record in records] == list(range(len(records))), seed
        for name, count in acknowledged.items():
            numbers = [int(record.value.split(b":")[1]) for record in records if record.key == name]
            assert numbers == list(range(len(numbers))), seed
            assert count <= len(numbers) <= count + 1, seed  # one more may be durable but not yet said
    assert integrity(path.with_name("bus.db.d") / "t.db") == "ok"


def held(child: Child) -> set[str]:
    partitions: set[str] = set()
    for line in tuple(child.lines):
        kind, partition, *_ = line.split()
        if kind == "assigned":
            partitions.add(partition)
        elif kind in ("revoked", "lost"):
            partitions.discard(partition)
    return partitions


def test_two_processes_share_and_the_survivor_takes_over_after_kill_9(
    bus: Bus, children: Callable[[str, str], Child]
) -> None:
    producer = bus.producer()
    first, second = children("consume", "first"), children("consume", "second")
    wait_until(lambda: sorted(map(len, (held(first), held(second)))) == [1, 2])
    assert held(first) | held(second) == {"0", "1", "2"}
    for number in range(20):
        producer.send("t", [Message("k", b"%d" % number, partition=p) for p in range(3)])
    wait_until(lambda: sum(lag.records for lag in bus.group_lag("t", "g")) == 0)
    first.kill()
    wait_until(lambda: len(held(second)) == 3)
    for number in range(20, 40):
        producer.send("t", [Message("k", b"%d" % number, partition=p) for p in range(3)])
    producer.close()
    wait_until(lambda: sum(lag.records for lag in bus.group_lag("t", "g")) == 0)
    second.kill()
    done = [line for child in (first, second) for line in child.lines if line.startswith("done")]
    assert set(done) == {f"done {p} {offset}" for p in range(3) for offset in range(40)}
    assert len(done) - len(set(done)) <= 3  # at most what one was just saying when it was killed


def test_a_stopped_process_that_wakes_up_after_its_lease_does_no_harm(
    bus: Bus, children: Callable[[str, str], Child]
) -> None:
    zombie = children("consume", "zombie")
    wait_until(lambda: len(held(zombie)) == 3)
    zombie.process.send_signal(signal.SIGSTOP)
    other = children("consume", "other")
    wait_until(lambda: len(held(other)) == 3)
    zombie.process.send_signal(signal.SIGCONT)
    wait_until(lambda: any(line.startswith("lost") for line in tuple(zombie.lines)))
    wait_until(lambda: sorted(map(len, (held(zombie), held(other)))) == [1, 2])
    assert not held(zombie) & held(other)


@pytest.mark.slow
def test_members_that_come_go_and_die_at_random_leave_no_record_undone_and_no_partition_stuck(
    bus: Bus, children: Callable[[str, str], Child]
) -> None:
    seed = random.randrange(10**6)
    rng = random.Random(seed)
    producer = bus.producer()
    alive: list[Child] = []
    everyone: list[Child] = []
    sent = 0
    for life in range(14):
        if len(alive) < rng.choice([1, 2, 3, 4]):
            alive.append(children("consume", f"member-{life % 5}-{life}"))
            everyone.append(alive[-1])
        elif rng.random() < 0.7:
            alive.pop(rng.randrange(len(alive))).kill()
        for _ in range(20):
            producer.send("t", [Message("k", b"%d" % sent, partition=p) for p in range(3)])
            sent += 1
            time.sleep(rng.random() * 0.03)
    for child in alive:
        child.kill()
    everyone.append(children("consume", "last"))
    wait_until(lambda: sum(lag.records for lag in bus.group_lag("t", "g")) == 0)
    everyone[-1].kill()
    producer.close()
    done = {line for child in everyone for line in child.lines if line.startswith("done")}
    undone = {f"done {p} {offset}" for p in range(3) for offset in range(sent)} - done
    assert len(undone) <= 5 * len(everyone), seed  # committed by one that died before it could say so
    for child in everyone:
        for p in range(3):
            offsets = [int(line.split()[2]) for line in child.lines if line.startswith(f"done {p} ")]
            assert offsets == sorted(offsets), seed


def limit_pages(producer: object, pages: int) -> None:
    """Make the disk seem full, or give it room again."""
    appender = producer._appenders["t"]  # type: ignore[attr-defined]
    appender.log._connection.execute(f"PRAGMA max_page_count = {pages}")


def test_a_full_disk_refuses_whole_batches_and_goes_on_once_there_is_room(bus: Bus, path: Path) -> None:
    producer = bus.producer()
    batch = [Message("k", b"x" * 2000, partition=number % 3) for number in range(30)]
    producer.send("t", batch)
    limit_pages(producer, 60)
    acknowledged = 1
    with suppress(BusFullError):
        while acknowledged < 100:
            producer.send("t", batch)
            acknowledged += 1
    for _ in range(2):
        with pytest.raises(BusFullError, match="full"):
            producer.send("t", batch)
    assert [len(everything(bus, partition)) for partition in range(3)] == [10 * acknowledged] * 3
    limit_pages(producer, 1_000_000)
    producer.send("t", batch)
    assert [len(everything(bus, partition)) for partition in range(3)] == [10 * (acknowledged + 1)] * 3
    producer.close()
    assert integrity(path.with_name("bus.db.d") / "t.db") == "ok"


def test_while_another_process_holds_the_lock_the_bus_is_unavailable_and_then_back(
    tmp_path: Path,
) -> None:
    bus = SqliteBus(tmp_path / "bus.db", tuning=Tuning(busy_timeout_s=0.05))
    bus.ensure_topic("t", 1)
    producer = bus.producer()
    other = sqlite3.connect(tmp_path / "bus.db.d" / "t.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(BusUnavailableError, match="locked"):
        producer.send("t", [Message("k", b"v")])
    other.execute("ROLLBACK")
    other.close()
    producer.send("t", [Message("k", b"v")])
    assert bus.read("t", 0, 0, 9) is not None
    producer.close()
    bus.close()


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE log_0 SET value = x'00' WHERE offset = 3",
        "UPDATE log_0 SET key = 'other' WHERE offset = 3",
        "UPDATE log_0 SET headers = x'ff' WHERE offset = 3",
        "UPDATE log_0 SET value = 'text' WHERE offset = 3",
        "UPDATE log_0 SET key = CAST(x'ff' AS TEXT) WHERE offset = 3",
        "DELETE FROM log_0 WHERE offset = 3",
    ],
)
def test_a_damaged_or_missing_record_is_never_passed_on_or_skipped(bus: Bus, path: Path, damage: str) -> None:
    producer = bus.producer()
    producer.send("t", [Message("k", b"%d" % number, partition=0) for number in range(6)])
    producer.close()
    connection = sqlite3.connect(path.with_name("bus.db.d") / "t.db")
    connection.execute(damage)
    connection.commit()
    connection.close()
    with pytest.raises(CorruptError, match=r"t\.db"):
        bus.read("t", 0, 0, 10)
    before = bus.read("t", 0, 0, 3)
    assert before is not None
    assert len(before.records) == 3


def test_a_torn_write_ahead_log_loses_nothing_that_was_checkpointed_and_opens_cleanly(tmp_path: Path) -> None:
    first = SqliteBus(tmp_path / "bus.db")
    first.ensure_topic("t", 1)
    producer = first.producer()
    for number in range(50):
        producer.send("t", [Message("k", b"%d" % number, partition=0)])
    copy = tmp_path / "copy"
    (copy / "bus.db.d").mkdir(parents=True)
    for name in ("bus.db", "bus.db-wal", "bus.db.d/t.db", "bus.db.d/t.db-wal"):
        (copy / name).write_bytes((tmp_path / name).read_bytes())
    producer.close()
    first.close()
    wal = copy / "bus.db.d" / "t.db-wal"
    wal.write_bytes(wal.read_bytes()[: wal.stat().st_size * 3 // 4 + 100])
    again = SqliteBus(copy / "bus.db")
    records = everything(again, 0)
    assert [int(record.value) for record in records] == list(range(len(records)))
    assert 0 < len(records) < 50
    producer = again.producer()
    producer.send("t", [Message("k", b"on", partition=0)])
    assert everything(again, 0)[-1].offset == len(records)
    producer.close()
    again.close()
