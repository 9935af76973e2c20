"""What a collection of documents owes to the services, whatever keeps it.

A document is a JSON object with a text ``_id``. The store keeps an integer ``version`` beside it,
1 when inserted and one more at each replacement; every write touches one document atomically and
is durable when the call returns. There are no transactions over documents.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from typing import Any, Literal, Protocol

from shared.quick_dataclass import dataclass

Document = dict[str, Any]
"""A JSON object with ``_id``. Numbers, text, booleans, null, lists and objects with text keys."""

Filter = Mapping[str, Any]
"""Conjunction over indexed fields: ``{field: value}`` or ``{field: {op: value}}`` with op one of
``$eq $ne $gt $gte $lt $lte $in $exists``. ``_id`` counts as indexed. A missing field equals null, so
``$exists`` asks for not null; orderings never match null or another type. Indexed fields hold null, numbers,
text or booleans: writing anything else there is refused."""


@dataclass(frozen=True, slots=True)
class Index:
    """Fields (dotted paths allowed) that may be filtered and sorted on, in this order."""

    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CollectionSpec:
    """Declared once, in `shared.store.collections`: name, the service that alone writes it, indexes."""

    name: str
    owner: str
    indexes: tuple[Index, ...] = ()

    @property
    def indexed_fields(self) -> frozenset[str]:
        """Every field a filter or sort may name."""
        return frozenset({"_id", *(name for index in self.indexes for name in index.fields)})


@dataclass(frozen=True, slots=True)
class Versioned:
    """A document and the version it was read at."""

    document: Document
    version: int


@dataclass(frozen=True, slots=True)
class Replacement:
    """Write *document* if its stored version is still *expected* (0: it must not exist)."""

    document: Document
    expected: int


@dataclass(frozen=True, slots=True)
class Page:
    """Found documents in order, and the cursor to go on with (None: no more)."""

    documents: Sequence[Versioned]
    cursor: str | None


Sort = Sequence[tuple[str, Literal[1, -1]]]


@dataclass(frozen=True, slots=True)
class Query:
    """A filter with order and limit. Ties are broken by ``_id`` ascending, so pages never overlap."""

    filter: Filter = field(default_factory=dict)
    sort: Sort = ()
    limit: int = 100
    cursor: str | None = None


class Collection(Protocol):
    """Documents of one kind. Calls may raise `StoreUnavailableError` or `NoSpaceError`."""

    @property
    def name(self) -> str:
        """The name it was declared with."""

    def get_many(self, ids: Iterable[str]) -> dict[str, Versioned]:
        """Return the documents that exist among *ids*, in one query per some hundreds."""

    def existing(self, ids: Iterable[str]) -> set[str]:
        """Return which of *ids* exist, without reading the documents."""

    def insert_absent(self, documents: Sequence[Document]) -> set[str]:
        """Insert those whose ``_id`` is not there yet; return the ids that were already there."""

    def restore_absent(self, found: Sequence[Versioned]) -> set[str]:
        """Like `insert_absent`, at the versions that the documents had elsewhere (moves between stores)."""

    def replace(self, replacements: Sequence[Replacement]) -> set[str]:
        """Compare-and-set each document; return the ids in conflict (nothing written for those)."""

    def find(self, query: Query) -> Page:
        """Return one page; raises `UndeclaredIndexError` for a field that is not declared."""

    def find_ids(self, filter: Filter, limit: int) -> list[str]:  # noqa: A002
        """Return the ids of at most *limit* matching documents, in no order, without reading them."""

    def count_by(self, fields: Sequence[str], filter: Filter | None = None) -> dict[tuple[Any, ...], int]:  # noqa: A002
        """Count documents by the values of *fields* (none: one row keyed by the empty tuple)."""

    def delete_many(self, ids: Iterable[str]) -> int:
        """Delete for good (erasure, retention); return how many existed."""


class Store(Protocol):
    """A connection to where documents are kept."""

    def collection(self, spec: CollectionSpec) -> Collection:
        """Open a collection, creating it and its indexes if needed."""

    def check(self) -> None:
        """Raise `StoreUnavailableError` unless a write would be possible now."""

    def close(self) -> None:
        """Release resources."""
