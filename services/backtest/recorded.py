"""What an installation has recorded, as a backtest reads it: events, days, releases, admissions, decisions.

Reads the store and the log of events, customer by customer; writes nothing.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import cached_property
from itertools import groupby
from typing import Literal

from shared.backtest.admissions import RecordedAdmissions, Slot
from shared.backtest.course import Control, Course, CustomerLog, Takeover
from shared.bus.port import Bus, Record
from shared.contracts.cloudevents import PREFIX, CloudEvent, from_record
from shared.contracts.topics import EVENTS, EventTypes
from shared.releases.reader import ReleaseReader
from shared.store.collections import DECISIONS, HISTORY, RELEASES, SLOTS
from shared.store.port import CollectionSpec, Document, Filter, Query, Sort, Store

READ, PAGE = 5_000, 1_000
_CONTROLS = frozenset({EventTypes.DAY_CLOSED.encode(), EventTypes.RELEASE_ACTIVATED.encode()})
_TYPE = f"{PREFIX}type"
_BOTH_ENDS: tuple[Literal[1], Literal[-1]] = (1, -1)


class RecordedHistory:
    """Everything that happened on one installation."""

    def __init__(self, bus: Bus, store: Store) -> None:
        self._bus = bus
        self._store = store

    def __len__(self) -> int:
        """How many events were accepted."""
        return self._store.collection(HISTORY).count_by(()).get((), 0)

    @cached_property
    def courses(self) -> Mapping[int, Course]:
        """The controls of each partition; the first release judges what came before any activation."""
        first = ReleaseReader(self._store.collection(RELEASES)).first()
        return {
            partition: Course.of(first.digest, self._controls(partition, first.number))
            for partition in range(self._bus.partitions(EVENTS.name))
        }

    def _log_id(self, partition: int) -> str:
        """Which log the partition's offsets count in now."""
        found = self._bus.read(EVENTS.name, partition, 0, 1)
        return found.log_id if found else ""

    @cached_property
    def _log_ids(self) -> Mapping[int, str]:
        return {partition: self._log_id(partition) for partition in self.courses}

    def _controls(self, partition: int, activation: int) -> Iterator[Control]:
        """Closed days and activations of one partition; an activation that was read before counts no more."""
        for record in self._records(partition):
            if not _is_control(record):
                continue
            event = from_record(record)
            if event.type == EventTypes.DAY_CLOSED:
                yield record.offset, date.fromisoformat(event.data["day"]).toordinal()
            elif event.data["number"] > activation:
                activation = event.data["number"]
                yield record.offset, Takeover(event.data["digest"], event.id)

    def _records(self, partition: int) -> Iterator[Record]:
        offset = 0
        while batch := self._bus.read(EVENTS.name, partition, offset, READ):
            yield from batch.records
            offset = batch.next_offset

    def logs(self) -> Iterator[CustomerLog]:
        """Every customer's accepted events by their place in the log, customers in order of their ids."""
        found = self._find(HISTORY, sort=(("customer", 1), ("time", 1)))
        for customer, documents in groupby(found, key=lambda document: str(document["customer"])):
            yield self._log(customer, documents)

    def of(self, customer: str) -> CustomerLog:
        """One customer's accepted events."""
        return self._log(customer, self._find(HISTORY, {"customer": customer}))

    def _log(self, customer: str, documents: Iterable[Document]) -> CustomerLog:
        placed = sorted(map(self._placed, documents), key=lambda entry: entry[:3])
        return CustomerLog(customer, [(place, event) for _, place, _, event in placed], placed[-1][0])

    def _placed(self, document: Document) -> tuple[int, int, str, CloudEvent]:
        """An event with its partition and place; what stood in an earlier log came before all of this one."""
        log_id, partition, offset = document["position"]
        event = CloudEvent(
            document["id"],
            document["source"],
            document["type"],
            document["customer"],
            document["time"],
            document["data"],
        )
        return partition, offset if log_id == self._log_ids[partition] else -1, event.time, event

    def days(self, day_of: Callable[[str], int]) -> tuple[int, int]:
        """The first and the last local day of which there are events."""
        collection = self._store.collection(HISTORY)
        first, last = (
            collection.find(Query(sort=(("time", direction),), limit=1)).documents[0].document["time"]
            for direction in _BOTH_ENDS
        )
        return day_of(first), day_of(last)

    @cached_property
    def admissions(self) -> RecordedAdmissions:
        """Which decisions got a place in their rule's budget."""
        slots = self._find(SLOTS)
        return RecordedAdmissions(
            {(slot["rule"], slot["day"]): Slot(slot["customers"], slot["admitted"]) for slot in slots}
        )

    def decisions(self) -> Iterator[tuple[str, list[Document]]]:
        """The recorded decisions of each customer, customers in order of their ids."""
        found = self._find(DECISIONS, sort=(("customer", 1), ("as_of", 1)))
        for customer, documents in groupby(found, key=lambda document: document["customer"]):
            yield customer, list(documents)

    def _find(
        self, spec: CollectionSpec, wanted: Filter | None = None, sort: Sort = ()
    ) -> Iterator[Document]:
        """Every document that fits, page by page."""
        collection, cursor = self._store.collection(spec), None
        while True:
            page = collection.find(Query(filter=wanted or {}, sort=sort, limit=PAGE, cursor=cursor))
            yield from (found.document for found in page.documents)
            cursor = page.cursor
            if cursor is None:
                return


def _is_control(record: Record) -> bool:
    return any(name == _TYPE and value in _CONTROLS for name, value in record.headers)
