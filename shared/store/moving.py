"""Copy every document of one store into another, and prove that both hold the same.

Works on the port alone, so between any two adapters. What is done is remembered in the target, so a move that
was cut off goes on where it was. Nobody else may write to either store meanwhile.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

import orjson

from shared.errors import StopError
from shared.store.port import Collection, CollectionSpec, Document, Query, Replacement, Store, Versioned

MOVES = CollectionSpec("moves", owner="moves")
"""How far a move into this store has come: one document for the whole, one for each collection."""

_WHOLE = "move"
_AT_ONCE = 500
_MODULUS = 2**256

Report = Callable[[str, int], None]
"""Told the name of a collection and how many documents more were dealt with."""


class NotMovableError(StopError):
    """The target is not one that this source may be moved into."""

    code = "not-movable"


@dataclass(frozen=True, slots=True)
class Content:
    """How many documents a collection holds, and a digest of them and their versions in any order."""

    documents: int
    digest: str


@dataclass(frozen=True, slots=True)
class Compared:
    """One collection in both stores after the move."""

    name: str
    source: Content
    target: Content

    @property
    def same(self) -> bool:
        """Whether both hold the same documents at the same versions."""
        return self.source == self.target


class Move:
    """A move of *specs* from *source*, spoken of as *source_name*, into *target*."""

    def __init__(
        self, source: Store, target: Store, specs: Sequence[CollectionSpec], source_name: str
    ) -> None:
        self._source = source
        self._target = target
        self._specs = specs
        self._source_name = source_name
        self._moves: Collection = target.collection(MOVES)

    def begin(self) -> None:
        """Claim the target; raises `NotMovableError` unless it is empty or this move was begun there."""
        begun = self._progress(_WHOLE)
        if begun is None:
            if filled := [spec.name for spec in self._specs if self._target_count(spec)]:
                raise NotMovableError(
                    f"the target holds documents already ({', '.join(filled)}); name an empty one"
                )
            self._moves.insert_absent([{"_id": _WHOLE, "from": self._source_name, "finished": False}])
            begun = self._progress(_WHOLE)
        if begun is None or begun.document["from"] != self._source_name:
            raise NotMovableError("a move from another store was begun into this target; name an empty one")
        if begun.document["finished"]:
            raise NotMovableError("the target was moved into before, completely; nothing is left to do")

    def copy(self, spec: CollectionSpec, report: Report) -> None:
        """Copy what is not yet copied of one collection."""
        found = self._progress(spec.name)
        after, version = (found.document["after"], found.version) if found else ("", 0)
        target = self._target.collection(spec)
        report(spec.name, self._copied_before(spec, after))
        for page in pages(self._source.collection(spec), after):
            target.restore_absent(page)
            self._remember({"_id": spec.name, "after": page[-1].document["_id"]}, version)
            version += 1
            report(spec.name, len(page))

    def compare(self, spec: CollectionSpec, report: Report) -> Compared:
        """Read one collection of both stores, wholly."""
        source = content(self._source.collection(spec), lambda number: report(spec.name, number))
        target = content(self._target.collection(spec), lambda _number: None)
        return Compared(spec.name, source, target)

    def finish(self) -> None:
        """Note that the move is complete, so that it is never begun again."""
        found = self._progress(_WHOLE)
        assert found is not None
        self._remember({**found.document, "finished": True}, found.version)

    def _progress(self, name: str) -> Versioned | None:
        return self._moves.get_many([name]).get(name)

    def _remember(self, document: Document, version: int) -> None:
        if self._moves.replace([Replacement(document, version)]):
            raise NotMovableError("another move into this target is under way")

    def _target_count(self, spec: CollectionSpec) -> int:
        return len(self._target.collection(spec).find_ids({}, 1))

    def _copied_before(self, spec: CollectionSpec, after: str) -> int:
        """How many documents up to *after* were copied before."""
        copied = {"_id": {"$lte": after}}
        return self._source.collection(spec).count_by((), copied)[()] if after else 0


def pages(collection: Collection, after: str = "") -> Iterator[Sequence[Versioned]]:
    """Every document beyond the id *after*, in the order of their ids, some hundreds at once."""
    while True:
        wanted = {"_id": {"$gt": after}} if after else {}
        found = collection.find(Query(wanted, limit=_AT_ONCE)).documents
        if not found:
            return
        yield found
        after = found[-1].document["_id"]


def content(collection: Collection, report: Callable[[int], None]) -> Content:
    """Read a whole collection. The digest sums up each document's SHA-256: stores may differ in order."""
    documents, total = 0, 0
    for page in pages(collection):
        for found in page:
            canonical = orjson.dumps([found.version, found.document], option=orjson.OPT_SORT_KEYS)
            total += int.from_bytes(sha256(canonical).digest(), "big")
        documents += len(page)
        report(len(page))
    return Content(documents, f"{total % _MODULUS:064x}")
