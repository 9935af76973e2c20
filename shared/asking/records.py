"""The stored data of one installation, for looking.

The door from reports to the store; never writes. Safe to use from several threads where the store is.
"""

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from zoneinfo import ZoneInfo

from shared.clock import SystemClock
from shared.model.rules import Bundle
from shared.releases.reader import ReleaseReader
from shared.store.collections import PARTITIONS, RELEASES
from shared.store.port import Collection, CollectionSpec, Document, Filter, Query, Sort, Store

PAGE = 1_000


class Records:
    """What the services keep in *store*; the log has that many *partitions*."""

    def __init__(self, store: Store, partitions: int) -> None:
        self.store = store
        self.partitions = partitions

    def collection(self, spec: CollectionSpec) -> Collection:
        """Open a collection."""
        return self.store.collection(spec)

    def find(self, spec: CollectionSpec, wanted: Filter | None = None, sort: Sort = ()) -> Iterator[Document]:
        """Every document that fits, page by page."""
        collection, cursor = self.collection(spec), None
        while True:
            page = collection.find(Query(filter=wanted or {}, sort=sort, limit=PAGE, cursor=cursor))
            for found in page.documents:
                yield found.document
            cursor = page.cursor
            if cursor is None:
                return

    def get(self, spec: CollectionSpec, name: str) -> Document | None:
        """One document by id."""
        found = self.collection(spec).get_many([name]).get(name)
        return found.document if found else None

    def count(self, spec: CollectionSpec, wanted: Filter | None = None) -> int:
        """How many documents fit."""
        return self.collection(spec).count_by((), wanted).get((), 0)

    @cached_property
    def releases(self) -> ReleaseReader:
        """Releases by digest, and which is active."""
        return ReleaseReader(self.collection(RELEASES))

    @property
    def bundle(self) -> Bundle:
        """The active release; raises NoReleaseError before the first."""
        return self.releases.bundle(self.releases.active().digest)

    def release(self, digest: str) -> Bundle:
        """Any release that was ever active."""
        return self.releases.bundle(digest)

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the active release."""
        return ZoneInfo(self.bundle.catalogue.timezone)

    def last_closed_day(self) -> int:
        """The last local day that is closed on every partition, as ordinal; 0 before the first."""
        return self.closed_day(PARTITIONS)

    def closed_day(self, memories: CollectionSpec) -> int:
        """The same as the service sees it whose partitions *memories* are."""
        names = [str(partition) for partition in range(self.partitions)]
        found = self.collection(memories).get_many(names)
        return min(int(found[name].document["closed_day"]) if name in found else 0 for name in names)

    def last_closed_date(self) -> str | None:
        """The same as ISO date, or None."""
        day = self.last_closed_day()
        return date.fromordinal(day).isoformat() if day else None

    def today(self) -> int:
        """The local day that time stands at: the first open one, else the machine's."""
        closed = self.last_closed_day()
        return closed + 1 if closed else SystemClock().now().astimezone(self.zone).toordinal()
