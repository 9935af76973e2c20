"""How fast the embedded bus and store are, beside bare SQLite doing the same in the same run.

``python tests/bench/ports.py [--quick]`` prints medians and ratios; the goal is half of bare SQLite or more.
Bare SQLite: rows made beforehand, one table, one statement, WAL and synchronous=FULL, nothing checked.
"""

import argparse
import random
import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

import orjson

from shared.bus.port import Message
from shared.bus.sqlite import SqliteBus
from shared.bus.sqlite_headers import encode_headers
from shared.store.port import Collection, CollectionSpec, Document, Index, Replacement
from shared.store.sqlite import SqliteStore

GOAL = 0.5
HEADERS = tuple(
    (f"ce_{name}", value)
    for name, value in {
        "specversion": b"1.0",
        "id": b"01HQ3ZJ5S8Y4N2",
        "source": b"/shop/online",
        "type": b"purchase",
        "time": b"2010-01-04T07:45:00Z",
        "recordedtime": b"2010-01-04T07:45:01.123456Z",
        "traceparent": b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "sequence": b"1234567",
    }.items()
)
NAMES = tuple(name for name, _ in HEADERS)
VALUE = orjson.dumps({"amount": 50530, "quantity": 12, "country": "United Kingdom", "note": "x" * 220})
CUSTOMERS = CollectionSpec(
    "customers", "bench", (Index(("partition", "due_day")), Index(("partition", "offset")), Index(("score",)))
)


@dataclass(frozen=True, slots=True)
class Contest:
    """The same work done barely and by a port, measured in turns."""

    name: str
    items: int  # done by one call of each
    bare: Callable[[int], object]
    port: Callable[[int], object]
    rounds: int

    def run(self) -> float:
        """Print the medians; return the ratio."""
        bare, port = [], []
        for number in range(self.rounds):
            bare.append(_seconds(self.bare, number))
            port.append(_seconds(self.port, number))
        bare_rate, port_rate = (self.items / statistics.median(taken) for taken in (bare, port))
        ratio = port_rate / bare_rate
        verdict = "" if ratio >= GOAL else "  below the goal"
        print(f"{self.name:<44}{bare_rate:>12,.0f}{port_rate:>12,.0f}{ratio:>7.2f} x{verdict}")
        return ratio


def _seconds(work: Callable[[int], object], number: int) -> float:
    began = time.perf_counter()
    work(number)
    return time.perf_counter() - began


def bare(path: Path, table: str) -> sqlite3.Connection:
    """Open *path* as the adapters do and create *table*."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA cache_size = -16384")
    connection.execute(table)
    return connection


def in_one_transaction(connection: sqlite3.Connection, sql: str, rows: Sequence[Any]) -> None:
    """Run *sql* for all *rows*."""
    connection.execute("BEGIN IMMEDIATE")
    connection.executemany(sql, rows)
    connection.execute("COMMIT")


def bus_contests(directory: Path, scale: int) -> Iterator[Contest]:
    """Append in several batch sizes, then read what was appended."""
    log = bare(
        directory / "bare-log.db",
        "CREATE TABLE log (offset INTEGER PRIMARY KEY, key TEXT, headers BLOB, value BLOB)",
    )
    bus = SqliteBus(directory / "bus.db")
    bus.ensure_topic("bench", 4)
    producer = bus.producer()
    packed = encode_headers(HEADERS)
    for size, calls in ((1, 500), (100, 100), (500, 60), (1000, 40)):
        keys = [f"customer-{random.randrange(10_000)}" for _ in range(size)]
        rows = [(key, packed, VALUE) for key in keys]
        messages = [Message(key, VALUE, HEADERS) for key in keys]
        sql = "INSERT INTO log (key, headers, value) VALUES (?, ?, ?)"
        yield Contest(
            f"append, {size} a batch",
            size,
            lambda _, rows=rows, sql=sql: in_one_transaction(log, sql, rows),
            lambda _, messages=messages: producer.send("bench", messages),
            calls * scale,
        )
    log.close()
    yield from read_contests(bus, directory / "bare-log.db", scale)
    producer.close()
    bus.close()


class _Nobody:
    def assigned(self, partition: int, log_id: str, committed: int) -> None: ...
    def revoked(self, partition: int) -> None: ...
    def lost(self, partition: int) -> None: ...


def read_contests(bus: SqliteBus, log: Path, scale: int) -> Iterator[Contest]:
    """Read 500 at a time, with and without the parsing that every reader does; then with a commit each."""
    reader = bare(log, "SELECT 1")
    consumer = bus.consumer("bench", "bench", "one", _Nobody())
    sql = "SELECT offset, key, headers, value FROM log WHERE offset > ? ORDER BY offset LIMIT 500"

    def bare_rows(number: int) -> list[Any]:
        return reader.execute(sql, (number * 500,)).fetchall()

    def records(_: int) -> Sequence[Any]:
        batch = consumer.poll(500, 0)
        assert batch is not None
        assert len(batch.records) == 500
        return batch.records

    def parsed_rows(number: int) -> list[Any]:
        return [
            (offset, key, dict(zip(NAMES, headers.split(b"\x00")[1:], strict=True)), orjson.loads(value))
            for offset, key, headers, value in bare_rows(number)
        ]

    def parsed_records(number: int) -> list[Any]:
        return [(r.offset, r.key, dict(r.headers), orjson.loads(r.value)) for r in records(number)]

    def committed(number: int) -> None:
        records(number)
        consumer.commit(0, number)

    yield Contest("read, 500 a batch", 500, bare_rows, records, 15 * scale)
    yield Contest("read, 500 a batch, headers and value parsed", 500, parsed_rows, parsed_records, 15 * scale)
    yield Contest("read, 500 a batch, a commit each", 500, bare_rows, committed, 10 * scale)
    consumer.close()


def customer(number: int, offset: int) -> Document:
    """A customer document of about 1 KB."""
    return {
        "_id": f"customer-{number:06d}",
        "partition": number % 4,
        "due_day": 733_000 + number % 30,
        "offset": offset,
        "score": number % 100,
        "outbox": [],
        "buckets": {str(733_000 + day): [day, 5053, 1] for day in range(40)},
    }


def document_contests(directory: Path, scale: int) -> Iterator[Contest]:
    """Read and replace 500 of 10,000 customers."""
    connection = bare(
        directory / "bare-documents.db",
        "CREATE TABLE customers (id TEXT PRIMARY KEY, version INTEGER,"
        " partition, due_day, offset, score, body BLOB)",
    )
    for fields in ("partition, due_day, id", "partition, offset, id", "score, id"):
        connection.execute(f"CREATE INDEX 'by {fields}' ON customers ({fields})")
    store = SqliteStore(directory / "store")
    collection = store.collection(CUSTOMERS)
    everyone = [customer(number, 0) for number in range(10_000)]
    insert = "INSERT INTO customers VALUES (?, ?, ?, ?, ?, ?, ?)"
    in_one_transaction(connection, insert, [_row(each) for each in everyone])
    collection.insert_absent(everyone)
    picks = [random.sample(range(10_000), 500) for _ in range(40 * scale)]
    yield from upsert_contests(connection, collection, picks)
    store.close()


def _row(document: Document) -> tuple[Any, ...]:
    fields = ("partition", "due_day", "offset", "score")
    return (document["_id"], 1, *(document[field] for field in fields), orjson.dumps(document))


def upsert_contests(
    connection: sqlite3.Connection, collection: Collection, picks: Sequence[Sequence[int]]
) -> Iterator[Contest]:
    """Get many, then compare-and-set the same, as the workers do."""
    ids = [[f"customer-{number:06d}" for number in pick] for pick in picks]
    marks = ",".join("?" * 500)
    select = f"SELECT id, version, body FROM customers WHERE id IN ({marks})"

    def bare_get(number: int) -> dict[str, Any]:
        rows = connection.execute(select, ids[number]).fetchall()
        return {identity: (version, orjson.loads(body)) for identity, version, body in rows}

    yield Contest(
        "get many, 500 of 10,000", 500, bare_get, lambda number: collection.get_many(ids[number]), len(ids)
    )
    versions = dict.fromkeys(range(10_000), 1)
    upsert = (
        "INSERT INTO customers VALUES (?, ?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (id) DO UPDATE SET version = version + 1, partition = excluded.partition,"
        " due_day = excluded.due_day, offset = excluded.offset, score = excluded.score, body = excluded.body"
    )
    documents = [[customer(who, offset + 1) for who in pick] for offset, pick in enumerate(picks)]

    def bare_upsert(number: int) -> None:
        in_one_transaction(connection, upsert, [_row(document) for document in documents[number]])

    def replace(number: int) -> None:
        pick = picks[number]
        wanted = [Replacement(d, versions[who]) for who, d in zip(pick, documents[number], strict=True)]
        assert not collection.replace(wanted)
        for who in pick:
            versions[who] += 1

    yield Contest("upsert, 500 of 10,000, three indexes", 500, bare_upsert, replace, len(ids))


def history_contests(directory: Path, sizes: Sequence[int]) -> Iterator[Contest]:
    """De-duplicate 500 ids and insert them, at growing table sizes, with time-ordered ids."""
    connection = bare(directory / "bare-history.db", "CREATE TABLE history (id TEXT PRIMARY KEY, body BLOB)")
    store = SqliteStore(directory / "history")
    history = store.collection(CollectionSpec("history", "bench"))
    filled = 0
    for size in sizes:
        while filled < size:
            batch = [event_id(number) for number in range(filled, filled + 5000)]
            in_one_transaction(
                connection, "INSERT INTO history VALUES (?, ?)", [(identity, VALUE) for identity in batch]
            )
            history.insert_absent([event(identity) for identity in batch])
            filled += 5000
        yield from dedupe_contests(connection, history, filled)
    store.close()


def event_id(number: int) -> str:
    """The minute, then the event's own id: new ones land at the right edge of the index."""
    return f"{number // 50:08d}/customer-{number * 7919 % 10_000}/shop/{number * 104_729 % 1_000_003:06d}"


def event(identity: str) -> Document:
    """A small history document."""
    return {"_id": identity, "type": "purchase", "amount": 50530, "quantity": 12, "note": "x" * 200}


def dedupe_contests(connection: sqlite3.Connection, history: Collection, filled: int) -> Iterator[Contest]:
    """Ask for ids half of which are new."""
    marks = ",".join("?" * 500)
    recent = [event_id(number) for number in range(max(0, filled - 2000), filled + 2000)]
    asked = [random.sample(recent, 500) for _ in range(30)]
    select = f"SELECT id FROM history WHERE id IN ({marks})"
    yield Contest(
        f"existing, 500 ids, table of {filled:,}",
        500,
        lambda number: connection.execute(select, asked[number]).fetchall(),
        lambda number: history.existing(asked[number]),
        len(asked),
    )
    new = [[f"{event_id(filled + number)}!{part}" for number in range(500)] for part in range(10)]

    def bare_insert(number: int) -> None:
        rows = [(identity, orjson.dumps(event(identity))) for identity in new[number]]
        in_one_transaction(connection, "INSERT OR IGNORE INTO history VALUES (?, ?)", rows)

    def insert(number: int) -> None:
        history.insert_absent([event(identity) for identity in new[number]])

    yield Contest(f"insert absent, 500, table of {filled:,}", 500, bare_insert, insert, len(new))


def main() -> None:
    """Run every contest in a scratch directory."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller tables, fewer rounds")
    quick = parser.parse_args().quick
    random.seed(7)
    directory = Path(tempfile.mkdtemp(prefix="guanxi-bench-"))
    sizes = (0, 50_000) if quick else (0, 500_000, 2_000_000)
    print(f"{'items a second, medians':<44}{'bare':>12}{'port':>12}{'ratio':>9}")
    try:
        for contest in bus_contests(directory, 1 if quick else 3):
            contest.run()
        for contest in document_contests(directory, 1 if quick else 3):
            contest.run()
        for contest in history_contests(directory, sizes):
            contest.run()
    finally:
        shutil.rmtree(directory)


if __name__ == "__main__":
    main()
