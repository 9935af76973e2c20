"""What a document on MongoDB costs Guanxi itself, beside pymongo alone and beside the embedded store.

Processor time of this process only, per document, as medians: the server's time is not Guanxi's. pymongo
alone writes and reads the same documents as they are, without versions, filters or exactness. Uses the server
that GUANXI_TEST_MONGO names, else one of its own.
"""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pymongo
from pymongo import InsertOne, ReplaceOne

from deploy.servers.mongo_server import MongoServer, NoServerError, fetch_double
from shared.store.collections import CUSTOMERS
from shared.store.open import open_store
from shared.store.port import Document, Replacement
from tests.servers.mongo_fixture import with_database

CUSTOMER_COUNT = 1_500
AT_ONCE = 500
ROUNDS = 5
STEPS = ("insert", "get", "replace")


def customers(turn: int) -> list[Document]:
    """Documents of some 2 kB, as scoring keeps them."""
    days = {str(14_000 + day): [day, day * 100, day / 7] for day in range(60)}
    return [
        {
            "_id": f"customer-{number:06d}",
            "partition": number % 4,
            "due_day": 14_100 + number % 50,
            "offset": turn * CUSTOMER_COUNT + number,
            "release": "ab" * 32,
            "score": number % 100 + 0.5,
            "state": {"days": days, "country": "United Kingdom"},
        }
        for number in range(CUSTOMER_COUNT)
    ]


def chunks(items: Sequence[Any]) -> list[Sequence[Any]]:
    """*items* in batches as workers write them."""
    return [items[start : start + AT_ONCE] for start in range(0, len(items), AT_ONCE)]


def microseconds(work: Callable[[Sequence[Any]], object], items: Sequence[Any]) -> float:
    """Own processor time for one of *items*."""
    began = time.process_time()
    for some in chunks(items):
        work(some)
    return (time.process_time() - began) / len(items) * 1e6


def by_the_port(url: str) -> list[float]:
    """One turn through the port on an empty store."""
    store = open_store(url)
    kept = store.collection(CUSTOMERS)
    before, after = customers(0), customers(1)
    taken = [
        microseconds(kept.insert_absent, before),
        microseconds(kept.get_many, [each["_id"] for each in before]),
        microseconds(kept.replace, [Replacement(each, 1) for each in after]),
    ]
    assert kept.count_by([], {"offset": {"$gte": CUSTOMER_COUNT}}) == {(): CUSTOMER_COUNT}
    kept.delete_many([each["_id"] for each in before])
    store.close()
    return taken


def by_pymongo(url: str) -> list[float]:
    """The same documents with pymongo alone."""
    client: pymongo.MongoClient[Document] = pymongo.MongoClient(url)
    kept = client.get_default_database()["bare"]
    before, after = customers(0), customers(1)
    taken = [
        microseconds(lambda some: kept.bulk_write([InsertOne(each) for each in some], ordered=False), before),
        microseconds(
            lambda ids: list(kept.find({"_id": {"$in": list(ids)}}, batch_size=AT_ONCE)),
            [each["_id"] for each in before],
        ),
        microseconds(
            lambda some: kept.bulk_write(
                [ReplaceOne({"_id": each["_id"]}, each) for each in some], ordered=False
            ),
            after,
        ),
    ]
    kept.drop()
    client.close()
    return taken


def measure(url: str, directory: Path) -> None:
    """Take turns, and print the medians."""
    ways: dict[str, Callable[[], list[float]]] = {
        "pymongo alone": lambda: by_pymongo(url),
        "the port on MongoDB": lambda: by_the_port(url),
        "the port on SQLite": lambda: by_the_port(f"sqlite:///{directory}/store/"),
    }
    turns: dict[str, list[list[float]]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, way in ways.items():
            turns[name].append(way())
    print(f"{'own µs for each document':<28}" + "".join(f"{step:>10}" for step in STEPS))
    for name, taken in turns.items():
        medians = [statistics.median(column) for column in zip(*taken, strict=True)]
        print(f"{name:<28}" + "".join(f"{median:>10.1f}" for median in medians))


def main() -> int:
    """Measure on the server there is; say so where there is none."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        if given := os.environ.get("GUANXI_TEST_MONGO"):
            measure(with_database(given, f"guanxi-bench-{os.getpid()}"), Path(name))
            return 0
        server = MongoServer(Path(name) / "mongo")
        try:
            fetch_double()
            server.start()
        except NoServerError as error:
            print(f"no MongoDB: {error}")
            return 0
        try:
            print(server.name)
            measure(server.url("bench"), Path(name))
        finally:
            server.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
