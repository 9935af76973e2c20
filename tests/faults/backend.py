"""Where an installation under test keeps its log and its documents, and how those fail.

Tests ask for an outage by name and never look at the backend's kind; what cannot happen on one of them
is said in the test that leaves it out.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Protocol


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


@contextmanager
def _locked(paths: list[Path]) -> Iterator[None]:
    with ExitStack() as held:
        for path in paths:
            connection = sqlite3.connect(path, isolation_level=None, timeout=60)
            held.callback(connection.close)
            connection.execute("BEGIN IMMEDIATE")
        yield
