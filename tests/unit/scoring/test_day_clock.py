"""The live clock closes each local day once it is over and the lateness allowed has passed."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from services.rules.releases import Releases
from services.scoring.day_clock import DayClock
from shared.bus.open import open_bus
from shared.clock import ManualClock, from_rfc3339
from shared.contracts.cloudevents import from_record
from shared.contracts.topics import EVENTS, EventTypes
from shared.errors import BusUnavailableError
from shared.policy.release import build, load_directory
from shared.releases.reader import NoReleaseError, ReleaseReader
from shared.store.collections import RELEASES
from shared.store.open import open_store

SMALL = Path(__file__).parents[2] / "language/small"  # lives in Europe/London
LONDON = ZoneInfo("Europe/London")
PARTITIONS = 3


@dataclass
class Installation:
    directory: Path
    partitions: int = PARTITIONS
    clock: ManualClock = field(default_factory=lambda: ManualClock(from_rfc3339("2026-01-05T12:00:00Z")))

    def __post_init__(self) -> None:
        self.bus = open_bus(f"sqlite:///{self.directory}/bus.db")
        self.bus.ensure_topic(EVENTS.name, PARTITIONS)
        self.store = open_store(f"sqlite:///{self.directory}/")
        self.producer = self.bus.producer()
        self.collection = self.store.collection(RELEASES)

    def activate(self) -> None:
        sources = load_directory(SMALL)
        result = build(sources)
        assert result.bundle is not None
        # Announced elsewhere: the events partitions of this test hold markers only.
        self.bus.ensure_topic("elsewhere", PARTITIONS)
        releases = Releases(self.collection, Elsewhere(self.producer), PARTITIONS, self.clock)  # type: ignore[arg-type]
        releases.activate(releases.store(result.bundle, sources), "test")

    def day_clock(self) -> DayClock:
        return DayClock(ReleaseReader(self.collection), self.producer, PARTITIONS, self.clock)

    def at(self, local: str, fold: int = 0) -> None:
        """Set the clock to a local time in London; *fold* 1 is the second of two that read the same."""
        self.clock.current = datetime.fromisoformat(local).replace(tzinfo=LONDON, fold=fold)

    def closed(self, partition: int = 0) -> list[str]:
        batch = self.bus.read(EVENTS.name, partition, 0, 1_000)
        events = [from_record(record) for record in batch.records] if batch else []
        assert {event.type for event in events} <= {EventTypes.DAY_CLOSED}
        return [event.data["day"] for event in events]

    def close(self) -> None:
        self.producer.close()
        self.bus.close()
        self.store.close()


@dataclass
class Elsewhere:
    """Sends to another topic than asked."""

    producer: object

    def send(self, _topic: str, messages: object) -> None:
        self.producer.send("elsewhere", messages)  # type: ignore[attr-defined]

    def close(self) -> None:
        """Nothing of its own."""


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Installation]:
    opened = Installation(tmp_path)
    opened.activate()
    yield opened
    opened.close()


def test_a_day_is_closed_two_hours_after_its_local_end_and_no_sooner(house: Installation) -> None:
    days = house.day_clock()
    house.at("2026-01-06T01:59:59")
    days.tick()
    assert house.closed() == ["2026-01-04"]
    house.at("2026-01-06T02:00:00")
    days.tick()
    assert house.closed() == ["2026-01-04", "2026-01-05"]


def test_the_marker_stands_on_every_partition(house: Installation) -> None:
    house.day_clock().tick()
    assert [house.closed(partition) for partition in range(PARTITIONS)] == [["2026-01-04"]] * PARTITIONS


def test_looking_often_closes_each_day_once(house: Installation) -> None:
    days = house.day_clock()
    house.at("2026-01-05T03:00:00")
    for _ in range(3 * 24 * 4):
        days.tick()
        house.clock.advance(900)
    assert house.closed() == ["2026-01-04", "2026-01-05", "2026-01-06", "2026-01-07"]


@pytest.mark.parametrize(
    ("local_day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-10", 24)], ids=str
)
def test_a_day_of_23_or_25_hours_is_closed_two_hours_after_its_own_end(
    house: Installation, local_day: str, hours: int
) -> None:
    midnight = datetime.fromisoformat(local_day).replace(tzinfo=LONDON)
    over = midnight.astimezone(ZoneInfo("UTC")) + timedelta(hours=hours + 2)
    days = house.day_clock()
    house.clock.current = over - timedelta(seconds=1)
    days.tick()
    assert local_day not in house.closed()
    house.clock.current = over
    days.tick()
    assert house.closed()[-1] == local_day


def test_after_a_downtime_the_last_closed_day_is_told_and_the_missed_ones_are_closed_with_it(
    house: Installation,
) -> None:
    house.day_clock().tick()
    house.at("2026-01-19T12:00:00")
    house.day_clock().tick()
    assert house.closed() == ["2026-01-04", "2026-01-18"]


def test_a_clock_set_back_closes_no_earlier_day_again(house: Installation) -> None:
    days = house.day_clock()
    for local in ("2026-01-06T12:00", "2026-01-05T12:00", "2026-01-06T12:00"):
        house.at(local)
        days.tick()
    assert house.closed() == ["2026-01-05"]


def test_a_repeated_marker_of_another_process_has_the_same_id(house: Installation) -> None:
    house.day_clock().tick()
    house.clock.advance(60)
    house.day_clock().tick()
    batch = house.bus.read(EVENTS.name, 0, 0, 10)
    assert batch is not None
    assert {from_record(record).id for record in batch.records} == {"day-2026-01-04"}
    assert len(batch.records) == 2


def test_a_marker_that_was_not_acknowledged_is_sent_again(
    house: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    days = house.day_clock()

    def away(*_arguments: object) -> None:
        raise BusUnavailableError("away")

    with monkeypatch.context() as patched:
        patched.setattr(type(house.producer), "send", away)
        with pytest.raises(BusUnavailableError):
            days.tick()
    days.tick()
    assert house.closed() == ["2026-01-04"]


def test_before_any_release_there_is_no_time_zone_and_no_day_is_closed(tmp_path: Path) -> None:
    house = Installation(tmp_path)
    try:
        with pytest.raises(NoReleaseError):
            house.day_clock().tick()
        assert house.closed() == []
    finally:
        house.close()


class Turns:
    """A stop signal that lets the loop look so many times."""

    def __init__(self, turns: int) -> None:
        self.left = turns

    def is_set(self) -> bool:
        return self.left <= 0

    def wait(self, timeout: float | None = None) -> bool:
        self.left -= 1
        return self.left < 0


def test_the_loop_goes_on_after_an_outage_and_ends_when_asked(tmp_path: Path) -> None:
    house = Installation(tmp_path)
    try:
        days = house.day_clock()
        days.run(Turns(2))
        house.activate()
        days.run(Turns(2))
        assert house.closed() == ["2026-01-04"]
    finally:
        house.close()
