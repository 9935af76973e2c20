"""The stored data of one installation, opened for looking; commands of the command line never write it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from shared.bus.open import open_bus
from shared.bus.port import Bus
from shared.config import Config
from shared.policy.model.rules import Bundle
from shared.releases.reader import ReleaseReader
from shared.store.collections import RELEASES
from shared.store.open import open_store
from shared.store.port import Collection, CollectionSpec, Document, Filter, Query, Sort, Store

PAGE = 1_000


@dataclass(frozen=True)
class Opened:
    """Bus and store of one installation."""

    config: Config
    bus: Bus
    store: Store

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
    def bundle(self) -> Bundle:
        """The active release; raises NoReleaseError before the first."""
        reader = ReleaseReader(self.collection(RELEASES))
        return reader.bundle(reader.active().digest)


@contextmanager
def opened(config: Config) -> Iterator[Opened]:
    """Open bus and store, and release them at the end."""
    bus, store = open_bus(config.bus_url), open_store(config.store_url)
    try:
        yield Opened(config, bus, store)
    finally:
        store.close()
        bus.close()
