"""Where an installation under test keeps its log and its documents, and how those fail.

Tests ask for an outage by name and never look at the backend's kind; what cannot happen on one of them
is said in the test that leaves it out.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from deploy.servers.kafka_broker import KafkaBroker
from deploy.servers.mongo_server import MongoServer


class Backend(Protocol):
    """A bus and a store of one installation whose home is *home*."""

    name: str
    bus_url: str
    store_url: str

    def bus_away(self) -> AbstractContextManager[None]:
        """Inside, the bus acknowledges nothing."""

    def store_away(self) -> AbstractContextManager[None]:
        """Inside, the store takes no writes."""

    def environment(self) -> Mapping[str, str]:
        """The settings that lead to it."""

    def takes_writes(self) -> bool:
        """Whether no process stands still with a lock that all others need."""


class SqliteBackend:
    """The embedded bus and store. They are away while another process has locked their files."""

    name = "sqlite"

    def __init__(self, home: Path) -> None:
        self.home = home
        self.bus_url = f"sqlite:///{home}/bus.db"
        self.store_url = f"sqlite:///{home}/"

    def environment(self) -> Mapping[str, str]:
        return {"GUANXI_BUS": self.bus_url, "GUANXI_STORE": self.store_url}

    def bus_away(self) -> AbstractContextManager[None]:
        return _locked([self.home / "bus.db", *sorted((self.home / "bus.db.d").glob("*.db"))])

    def store_away(self) -> AbstractContextManager[None]:
        return _locked([path for path in sorted(self.home.glob("*.db")) if path.name != "bus.db"])

    def takes_writes(self) -> bool:
        try:
            with _locked([*self.home.glob("*.db"), *(self.home / "bus.db.d").glob("*.db")], patience_s=2):
                return True
        except sqlite3.OperationalError:
            return False


@contextmanager
def _locked(paths: list[Path], patience_s: float = 60) -> Iterator[None]:
    with ExitStack() as held:
        for path in paths:
            connection = sqlite3.connect(path, isolation_level=None, timeout=patience_s)
            held.callback(connection.close)
            connection.execute("BEGIN IMMEDIATE")
        yield


class ClusterBackend:
    """A bus on Kafka and a store behind MongoDB's protocol, each with a server that the test may end.

    Topics and database are the installation's own; the servers are shared by one session.
    """

    name = "cluster"

    def __init__(self, broker: KafkaBroker, documents: MongoServer) -> None:
        self._broker, self._documents = broker, documents
        own = f"f{uuid4().hex[:8]}"
        self.bus_url = f"{broker.url}?prefix={own}."
        self.store_url = documents.url(own)

    def environment(self) -> Mapping[str, str]:
        return {"GUANXI_BUS": self.bus_url, "GUANXI_STORE": self.store_url}

    @contextmanager
    def bus_away(self) -> Iterator[None]:
        """The broker ends as by a power cut, and is started again."""
        self._broker.kill()
        try:
            yield
        finally:
            self._broker.start()

    @contextmanager
    def store_away(self) -> Iterator[None]:
        """The server stops, which keeps what it acknowledged, and is started again."""
        self._documents.stop()
        try:
            yield
        finally:
            self._documents.start()

    def takes_writes(self) -> bool:
        return True  # a client that stands still holds no lock of a server
