"""Documents of one kind in MongoDB: the calls of the port, each some commands on one collection.

Reads are by `_id` or by a declared index; how documents are kept is `mongo_layout`'s, how they are
written `mongo_writing`'s.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pymongo.synchronous.collection import Collection as Kept

from shared.store.cursor import cursor_after
from shared.store.mongo_errors import translating
from shared.store.mongo_filter import conjunction, path, where
from shared.store.mongo_layout import Layout
from shared.store.mongo_paging import after, order_by
from shared.store.mongo_writing import Writer
from shared.store.port import CollectionSpec, Document, Filter, Page, Query, Replacement, Versioned

_AT_ONCE = 500
_WHOLE = ["version", "body"]


class MongoCollection:
    """A `Collection` on MongoDB; may be used by any number of threads."""

    def __init__(
        self, spec: CollectionSpec, kept: Kept[dict[str, Any]], layout: Layout, address: str
    ) -> None:
        self._spec = spec
        self._kept = kept
        self._layout = layout
        self._address = address
        self._writer = Writer(kept)

    @property
    def name(self) -> str:
        """The name it was declared with."""
        return self._spec.name

    def get_many(self, ids: Iterable[str]) -> dict[str, Versioned]:
        """Return the documents that exist among *ids*, in one query per some hundreds."""
        versioned = self._layout.versioned
        return {each["_id"]: versioned(each) for each in self._by_id(ids, _WHOLE)}

    def existing(self, ids: Iterable[str]) -> set[str]:
        """Return which of *ids* exist, without reading the documents."""
        return {each["_id"] for each in self._by_id(ids, ["_id"])}

    def insert_absent(self, documents: Sequence[Document]) -> set[str]:
        """Insert those whose ``_id`` is not there yet; return the ids that were already there."""
        return self.restore_absent([Versioned(document, 1) for document in documents])

    def restore_absent(self, found: Sequence[Versioned]) -> set[str]:
        """Like `insert_absent`, at the versions that the documents had elsewhere (moves between stores)."""
        mark = self._writer.mark()
        guarded = [(self._layout.kept(each.document, each.version, mark), 0) for each in found]
        with translating(self._address):
            return self._writer.write(guarded, mark)

    def replace(self, replacements: Sequence[Replacement]) -> set[str]:
        """Compare-and-set each document; return the ids in conflict (nothing written for those)."""
        mark, kept = self._writer.mark(), self._layout.kept
        guarded = [(kept(each.document, each.expected + 1, mark), each.expected) for each in replacements]
        with translating(self._address):
            return self._writer.write(guarded, mark)

    def find(self, query: Query) -> Page:
        """Return one page; raises `UndeclaredIndexError` for a field that is not declared."""
        beyond = after(self._spec, query)
        wanted = conjunction([each for each in (where(self._spec, query.filter), beyond) if each])
        order = order_by(self._spec, query.sort)
        with translating(self._address):
            found = list(self._kept.find(wanted, projection=_WHOLE, sort=order, limit=query.limit + 1))
        documents = [self._layout.versioned(each) for each in found[: query.limit]]
        more = len(found) > query.limit and documents
        return Page(documents, cursor_after(documents[-1].document, query.sort) if more else None)

    def find_ids(self, filter: Filter, limit: int) -> list[str]:  # noqa: A002
        """Return the ids of at most *limit* matching documents, in no order, without reading them."""
        wanted = where(self._spec, filter)
        if limit < 1:  # to MongoDB, no limit
            return []
        with translating(self._address):
            return [each["_id"] for each in self._kept.find(wanted, projection=["_id"], limit=limit)]

    def count_by(self, fields: Sequence[str], filter: Filter | None = None) -> dict[tuple[Any, ...], int]:  # noqa: A002
        """Count documents by the values of *fields* (none: one row keyed by the empty tuple)."""
        key = {f"f{place}": f"${path(self._spec, field)}" for place, field in enumerate(fields)}
        match = {"$match": where(self._spec, filter or {})}
        with translating(self._address):
            rows = list(self._kept.aggregate([match, {"$group": {"_id": key or None, "count": {"$sum": 1}}}]))
        counts: Counter[tuple[Any, ...]] = Counter()
        for row in rows:  # 1 and true are two values, but one key
            counts[tuple(row["_id"].get(name) for name in key)] += row["count"]
        return dict(counts) if fields else {(): counts[()]}

    def delete_many(self, ids: Iterable[str]) -> int:
        """Delete for good (erasure, retention); return how many existed."""
        with translating(self._address):
            return sum(self._kept.delete_many({"_id": {"$in": some}}).deleted_count for some in _chunks(ids))

    def _by_id(self, ids: Iterable[str], fields: Sequence[str]) -> Iterator[dict[str, Any]]:
        with translating(self._address):
            for some in _chunks(ids):
                yield from self._kept.find({"_id": {"$in": some}}, projection=fields, batch_size=_AT_ONCE)


def _chunks(ids: Iterable[str]) -> Iterator[list[str]]:
    everyone = list(ids)
    for start in range(0, len(everyone), _AT_ONCE):
        yield everyone[start : start + _AT_ONCE]
