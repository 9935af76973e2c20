"""Installations on servers: the same services and commands, told by settings where bus and store are."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.flow.cli.conftest import Home, new_home, sales

__all__ = ["installed", "new_home", "on_mongo", "own_bus", "sales"]


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Callable[..., Home]]:
    """Make a home of a name; settings are the environment's. Whatever still runs is stopped at the end."""
    homes: list[Home] = []

    def make(name: str, **settings: str) -> Home:
        (tmp_path / name).mkdir()
        homes.append(Home(tmp_path / name, environment=settings))
        return homes[-1]

    yield make
    for home in homes:
        if home.up is not None and home.up.poll() is None:
            home.stop()


@pytest.fixture
def own_bus(kafka_url: str) -> str:
    """Kafka with topics that no other test uses."""
    return f"{kafka_url}{'&' if '?' in kafka_url else '?'}prefix=t{uuid4().hex[:8]}."


@pytest.fixture
def on_mongo(mongo_database: str) -> Callable[[Home], Home]:
    """The same home with its documents on MongoDB."""

    def keep_there(home: Home) -> Home:
        home.environment = {"GUANXI_STORE": mongo_database}
        return home

    return keep_there
