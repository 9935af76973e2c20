"""Writing documents: insert if absent, and compare-and-set by ``_id`` and version, many at a time.

Each write concerns one document and is atomic; a call sends them by some hundreds, unordered. Nobody may
rely on them being written together. When the connection breaks, what became of the writes is unknown
and `StoreUnavailableError` says so: whoever wrote reads again.
"""

from collections.abc import Iterator, Sequence
from itertools import count
from os import getpid
from secrets import token_hex
from typing import Any

from pymongo import InsertOne, ReplaceOne
from pymongo.errors import BulkWriteError
from pymongo.synchronous.collection import Collection as Kept

from shared.store.mongo_errors import DUPLICATE
from shared.store.mongo_layout import Kept as KeptDocument

_AT_ONCE = 500
_BYTES_AT_ONCE = 8_000_000

Guarded = tuple[KeptDocument, int]
"""A document to write and the version that must be stored now (0: none)."""


class Writer:
    """Writes to one collection; may be used by any number of threads."""

    def __init__(self, kept: Kept[dict[str, Any]]) -> None:
        self._kept = kept
        self._process = f"{getpid():x}{token_hex(6)}"
        self._calls = count()

    def mark(self) -> str:
        """Return a mark that no other call of any process bears: it tells whose write a stored one is."""
        return f"{self._process}-{next(self._calls):x}"

    def write(self, guarded: Sequence[Guarded], mark: str) -> set[str]:
        """Write those that are not in conflict; return the ids of the others."""
        conflicts: set[str] = set()
        for some in _chunks(guarded):
            conflicts |= self._write_some(some, mark)
        return conflicts

    def _write_some(self, some: Sequence[Guarded], mark: str) -> set[str]:
        requests = [
            ReplaceOne({"_id": document["_id"], "version": expected}, document)
            if expected
            else InsertOne(document)
            for document, expected in some
        ]
        try:
            matched = self._kept.bulk_write(requests, ordered=False).matched_count
            conflicts: set[str] = set()
        except BulkWriteError as error:
            conflicts, matched = _already_there(error, some), error.details["nMatched"]
        replaced = [document["_id"] for document, expected in some if expected]
        return conflicts | (self._not_ours(replaced, matched, mark) if matched < len(replaced) else set())

    def _not_ours(self, replaced: Sequence[str], matched: int, mark: str) -> set[str]:
        """The server counts what it replaced and does not name it; the marks do.

        One of ours that was replaced again before this look counts as a conflict, for flow reads again then.
        """
        if not matched:
            return set(replaced)
        ours = self._kept.find({"_id": {"$in": list(replaced)}, "writer": mark}, projection=["_id"])
        return set(replaced) - {each["_id"] for each in ours}


def _already_there(error: BulkWriteError, some: Sequence[Guarded]) -> set[str]:
    failures = error.details["writeErrors"]
    if error.details["writeConcernErrors"] or any(each["code"] != DUPLICATE for each in failures):
        raise error
    return {some[each["index"]][0]["_id"] for each in failures}


def _chunks(guarded: Sequence[Guarded]) -> Iterator[list[Guarded]]:
    """Cut *guarded* by count and by bytes, so that no command holds the server up for long."""
    some: list[Guarded] = []
    size = 0
    for each in guarded:
        length = len(each[0]["body"])
        if some and (len(some) == _AT_ONCE or size + length > _BYTES_AT_ONCE):
            yield some
            some, size = [], 0
        some.append(each)
        size += length
    if some:
        yield some
