"""Which rules were held back when something was judged, by the switches that were written down then.

Switches apply from offsets of the snapshots' log on; which customer's snapshot, and which day's marker, stood
where is read from that log, as far back as it is kept.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from shared.bus.partitioning import partition_for
from shared.bus.port import Bus
from shared.clock import SystemClock
from shared.contracts.cloudevents import from_record
from shared.contracts.topics import SNAPSHOTS, EventTypes
from shared.model.rules import Bundle
from shared.policy.evaluation.case import Case
from shared.store.collections import SWITCHES
from shared.store.port import Collection, Query, Store
from shared.switches.board import SwitchBoard
from shared.switches.holding import NOTHING, Held, Holding
from shared.switches.model import USE, Switch

READ = 5_000


@dataclass(slots=True)
class _Partition:
    """Where switches begin to apply, and where snapshots and closed days stand."""

    starts: list[int] = field(default_factory=list)
    numbers: list[tuple[int, ...]] = field(default_factory=list)
    snapshots: dict[tuple[str, int], int] = field(default_factory=dict)
    closes: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class RecordedHolds:
    """See `shared.backtest.replay.Holds`. *bundle* gives a release by its digest."""

    bundle: Callable[[str], Bundle]
    switches: Mapping[int, Switch]
    partitions: Mapping[int, _Partition]
    _holdings: dict[tuple[str, tuple[int, ...]], Holding] = field(default_factory=dict)

    @classmethod
    def read(cls, bus: Bus, store: Store, bundle: Callable[[str], Bundle]) -> "RecordedHolds":
        """Read switches, and the log where any ever applied."""
        collection = store.collection(SWITCHES)
        switches = {each.number: each for each in SwitchBoard(collection, SystemClock()).all()}
        partitions = range(bus.partitions(SNAPSHOTS.name) if switches else 0)
        return cls(bundle, switches, {each: _partition(bus, collection, each) for each in partitions})

    def at_snapshot(self, case: Case, number: int, release: str) -> Held:
        """What was held back when the customer's snapshot of that number was judged."""
        place = self._place(case)
        return self._held(case, release, place, place.snapshots.get((case.key, number))) if place else NOTHING

    def at_close(self, case: Case, day: int) -> Held:
        """What was held back at the day's marker."""
        place, release = self._place(case), case.snapshot.release if case.snapshot else ""
        return self._held(case, release, place, place.closes.get(day)) if place and release else NOTHING

    def _place(self, case: Case) -> _Partition | None:
        if not self.partitions:
            return None
        found = self.partitions[partition_for(case.key, len(self.partitions))]
        return found if found.starts else None

    def _held(self, case: Case, release: str, place: _Partition, offset: int | None) -> Held:
        at = bisect_right(place.starts, offset) if offset is not None else 0
        numbers = place.numbers[at - 1] if at else ()
        if not numbers:
            return NOTHING
        key = (release, numbers)
        if key not in self._holdings:
            switches = [self.switches[number] for number in numbers]
            self._holdings[key] = Holding.of(switches, self.bundle(release))
        return self._holdings[key].held(case.key, case.relationship.facts)


def _partition(bus: Bus, collection: Collection, partition: int) -> _Partition:
    found = _Partition()
    first = bus.read(SNAPSHOTS.name, partition, 0, 1)
    if first is None:
        return found
    for start, numbers in _uses(collection, first.log_id, partition):
        found.starts.append(start)
        found.numbers.append(numbers)
    if found.starts:
        _find_places(bus, partition, found)
    return found


def _uses(collection: Collection, log_id: str, partition: int) -> Iterator[tuple[int, tuple[int, ...]]]:
    wanted, cursor = {"log": log_id, "partition": partition}, None
    while True:
        page = collection.find(Query(filter=wanted, sort=(("number", 1),), limit=READ, cursor=cursor))
        for each in page.documents:
            if each.document["kind"] == USE:
                yield each.document["from"], tuple(each.document["switches"])
        cursor = page.cursor
        if cursor is None:
            return


def _find_places(bus: Bus, partition: int, found: _Partition) -> None:
    """Note where each snapshot stands, and where each day closes first."""
    offset = 0
    while batch := bus.read(SNAPSHOTS.name, partition, offset, READ):
        for record in batch.records:
            event = from_record(record)
            if event.type == EventTypes.DAY_CLOSED:
                found.closes.setdefault(date.fromisoformat(event.data["day"]).toordinal(), record.offset)
            elif number := event.extensions.get("sequence"):
                found.snapshots.setdefault((event.subject, int(number)), record.offset)
        offset = batch.next_offset
