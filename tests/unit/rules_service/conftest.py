"""A small bundle on disk and the releases of a scratch installation."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from pathlib import Path

import pytest

from services.rules.composing import release_office
from services.rules.office import ReleaseOffice
from services.rules.releases import Releases
from shared.bus.open import open_bus
from shared.clock import ManualClock
from shared.contracts.cloudevents import CloudEvent, from_record
from shared.contracts.topics import EVENTS
from shared.store.collections import RELEASES
from shared.store.open import open_store

SMALL = Path(__file__).parents[2] / "language/small"
PARTITIONS = 3


@dataclass
class Office:
    """Where rule files lie and releases are kept."""

    directory: Path

    def __post_init__(self) -> None:
        self.rules = self.directory / "rules"
        shutil.copytree(SMALL, self.rules)
        self.clock = ManualClock(datetime(2026, 1, 1, tzinfo=timezone.utc))
        self.bus = open_bus(f"sqlite:///{self.directory}/bus.db")
        self.bus.ensure_topic(EVENTS.name, PARTITIONS)
        self.store = open_store(f"sqlite:///{self.directory}/")
        self.producer = self.bus.producer()
        self.releases = Releases(self.store.collection(RELEASES), self.producer, PARTITIONS, self.clock)

    def edit(self, file: str, before: str, after: str) -> None:
        path = self.rules / file
        text = path.read_text()
        assert text.count(before) == 1
        path.write_text(text.replace(before, after))

    def announced(self, partition: int = 0) -> list[CloudEvent]:
        """Every activation in one partition of the log."""
        batch = self.bus.read(EVENTS.name, partition, 0, 1_000)
        return [from_record(record) for record in batch.records] if batch else []

    def close(self) -> None:
        self.producer.close()
        self.bus.close()
        self.store.close()


def office_of(place: Office) -> ReleaseOffice:
    """The use cases of releases in *place*."""
    return release_office(place.store, place.releases)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    opened = Office(tmp_path)
    yield opened
    opened.close()
