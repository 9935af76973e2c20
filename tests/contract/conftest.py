"""The adapters that the contract suites run against, each behind the same few doors.

An adapter of the bus offers `open()`, `max_message_bytes` and `patience_s` (how long sharing out
partitions may take); an adapter of the store offers `open()`. Add one to the list and it has to pass the
very same suite.
"""

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pytest

from shared.bus.kafka import KafkaBus
from shared.bus.kafka_membership import Timing
from shared.bus.port import Bus
from shared.bus.sqlite import SqliteBus
from shared.store.open import open_store
from shared.store.port import Store
from shared.store.sqlite import SqliteStore


class BusAdapter(Protocol):
    max_message_bytes: int
    patience_s: float

    def open(self) -> Bus: ...


class StoreAdapter(Protocol):
    def open(self) -> Store: ...


class SqliteBusAdapter:
    max_message_bytes = 200_000
    patience_s = 5.0

    def __init__(self, directory: Path) -> None:
        self._path = directory / "bus.db"

    def open(self) -> Bus:
        return SqliteBus(self._path, session_timeout_s=1.0, max_message_bytes=self.max_message_bytes)


class KafkaBusAdapter:
    max_message_bytes = 200_000
    patience_s = 30.0

    def __init__(self, url: str) -> None:
        self._url = url

    def open(self) -> Bus:
        return KafkaBus(self._url, timing=Timing(6.0), max_message_bytes=self.max_message_bytes)


class SqliteStoreAdapter:
    def __init__(self, directory: Path) -> None:
        self._path = directory / "store"

    def open(self) -> Store:
        return SqliteStore(self._path)


class MongoStoreAdapter:
    def __init__(self, url: str) -> None:
        self._url = url

    def open(self) -> Store:
        return open_store(self._url)


BUS_ADAPTERS: dict[str, Callable[[pytest.FixtureRequest], BusAdapter]] = {
    "kafka": lambda request: KafkaBusAdapter(request.getfixturevalue("kafka_url")),
    "sqlite": lambda request: SqliteBusAdapter(request.getfixturevalue("tmp_path")),
}
STORE_ADAPTERS: dict[str, Callable[[pytest.FixtureRequest], StoreAdapter]] = {
    "mongo": lambda request: MongoStoreAdapter(request.getfixturevalue("mongo_database")),
    "sqlite": lambda request: SqliteStoreAdapter(request.getfixturevalue("tmp_path")),
}

_numbers = itertools.count()


@pytest.fixture(params=sorted(BUS_ADAPTERS))
def bus_adapter(request: pytest.FixtureRequest) -> BusAdapter:
    return BUS_ADAPTERS[request.param](request)


@pytest.fixture
def bus(bus_adapter: BusAdapter) -> Iterator[Bus]:
    opened = bus_adapter.open()
    yield opened
    opened.close()


@pytest.fixture
def topic(bus: Bus, request: pytest.FixtureRequest) -> str:
    """A topic of four partitions that no other test uses, even on a bus that outlives the test."""
    name = f"contract.{abs(hash(request.node.nodeid)) % 10**8}-{next(_numbers)}"
    bus.ensure_topic(name, 4)
    return name


@pytest.fixture(params=sorted(STORE_ADAPTERS))
def store_adapter(request: pytest.FixtureRequest) -> StoreAdapter:
    return STORE_ADAPTERS[request.param](request)


@pytest.fixture
def store(store_adapter: StoreAdapter) -> Iterator[Store]:
    opened = store_adapter.open()
    yield opened
    opened.close()
