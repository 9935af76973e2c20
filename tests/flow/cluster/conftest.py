"""Installations on servers: the same services and commands, told by settings where bus and store are."""

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.flow.cli.conftest import Home, sales

__all__ = ["sales"]


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Callable[..., Home]]:
    """Make a home of a name; settings are the environment's. Whatever still runs is stopped at the end."""
    homes: list[Home] = []

    def make(name: str, **settings: str) -> Home:
        (tmp_path / name).mkdir()
        homes.append(Home(tmp_path / name, settings=settings))
        return homes[-1]

    yield make
    for home in homes:
        if home.up is not None and home.up.poll() is None:
            home.stop()


@pytest.fixture
def own_bus(kafka_url: str) -> str:
    """Kafka with topics that no other test uses."""
    return f"{kafka_url}{'&' if '?' in kafka_url else '?'}prefix=t{uuid4().hex[:8]}."
