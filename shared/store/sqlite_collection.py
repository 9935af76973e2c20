"""Documents of one kind in a table: the calls of the port, each some SQL on one file.

Documents are encoded before the write lock is taken; each call writes in transactions of some hundreds
of documents, which only saves time: nobody may rely on them being written together.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Any, TypeVar

from shared.store.cursor import cursor_after
from shared.store.port import (
    CollectionSpec,
    Document,
    Filter,
    Page,
    Query,
    Replacement,
    Versioned,
)
from shared.store.sqlite_file import StoreFile
from shared.store.sqlite_filter import column, conjunction, where
from shared.store.sqlite_paging import after, order_by
from shared.store.sqlite_table import Row, Table
from shared.store.sqlite_values import from_column

_AT_ONCE = 500
_LENGTHS = (1, 10, 100, _AT_ONCE)

_T = TypeVar("_T")

_Guarded = tuple[Row, int]
"""A row to write and the version that must be stored now (0: none)."""


class _ConflictError(Exception):
    """Some row of a transaction was in conflict."""


class SqliteCollection:
    """A `Collection` on SQLite; may be used by any number of threads."""

    def __init__(self, spec: CollectionSpec, file: StoreFile, table: Table) -> None:
        self._spec = spec
        self._file = file
        self._table = table

    @property
    def name(self) -> str:
        """The name it was declared with."""
        return self._spec.name

    def get_many(self, ids: Iterable[str]) -> dict[str, Versioned]:
        """Return the documents that exist among *ids*, in one query per some hundreds."""
        found: dict[str, Versioned] = {}
        parse = self._table.parse
        with self._file.reader() as connection:
            for some in _chunks(list(ids)):
                for identity, version, body in self._select(connection, "id, version, body", some):
                    found[identity] = Versioned(parse(body, identity), version)
        return found

    def existing(self, ids: Iterable[str]) -> set[str]:
        """Return which of *ids* exist, without reading the documents."""
        with self._file.reader() as connection:
            return {row[0] for some in _chunks(list(ids)) for row in self._select(connection, "id", some)}

    def insert_absent(self, documents: Sequence[Document]) -> set[str]:
        """Insert those whose ``_id`` is not there yet; return the ids that were already there."""
        return self._write([(self._table.row(document, 1), 0) for document in documents])

    def restore_absent(self, found: Sequence[Versioned]) -> set[str]:
        """Like `insert_absent`, at the versions that the documents had elsewhere (moves between stores)."""
        return self._write([(self._table.row(each.document, each.version), 0) for each in found])

    def replace(self, replacements: Sequence[Replacement]) -> set[str]:
        """Compare-and-set each document; return the ids in conflict (nothing written for those)."""
        row = self._table.row
        return self._write([(row(each.document, each.expected + 1), each.expected) for each in replacements])

    def find(self, query: Query) -> Page:
        """Return one page; raises `UndeclaredIndexError` for a field that is not declared."""
        beyond = after(self._spec, query)
        sql, parameters = conjunction([where(self._spec, query.filter), *([beyond] if beyond else [])])
        order = order_by(self._spec, query.sort)
        with self._file.reader() as connection:
            rows = connection.execute(
                f"SELECT id, version, body FROM {self._table.name} WHERE {sql} ORDER BY {order} LIMIT ?",  # noqa: S608
                (*parameters, query.limit + 1),
            ).fetchall()
        documents = [
            Versioned(self._table.parse(body, identity), version)
            for identity, version, body in rows[: query.limit]
        ]
        more = len(rows) > query.limit and documents
        return Page(documents, cursor_after(documents[-1].document, query.sort) if more else None)

    def find_ids(self, filter: Filter, limit: int) -> list[str]:  # noqa: A002
        """Return the ids of at most *limit* matching documents, in no order, without reading them."""
        sql, parameters = where(self._spec, filter)
        with self._file.reader() as connection:
            rows = connection.execute(
                f"SELECT id FROM {self._table.name} WHERE {sql} LIMIT ?",  # noqa: S608
                (*parameters, limit),
            ).fetchall()
        return [row[0] for row in rows]

    def count_by(self, fields: Sequence[str], filter: Filter | None = None) -> dict[tuple[Any, ...], int]:  # noqa: A002
        """Count documents by the values of *fields* (none: one row keyed by the empty tuple)."""
        sql, parameters = where(self._spec, filter or {})
        columns = ", ".join(column(self._spec, field) for field in fields)
        select = f"SELECT count(*){', ' * bool(fields)}{columns} FROM {self._table.name} WHERE {sql}"  # noqa: S608
        with self._file.reader() as connection:
            rows = connection.execute(
                f"{select} GROUP BY {columns}" if fields else select, parameters
            ).fetchall()
        counts: Counter[tuple[Any, ...]] = Counter()
        for count, *values in rows:  # 1 and true are two values, but one key
            counts[tuple(map(from_column, values))] += count
        return dict(counts)

    def delete_many(self, ids: Iterable[str]) -> int:
        """Delete for good (erasure, retention); return how many existed."""
        deleted = 0
        for some in _chunks([(identity,) for identity in ids]):
            with self._file.transaction() as connection:
                deleted += connection.executemany(self._table.delete, some).rowcount
        return deleted

    def _write(self, rows: Sequence[_Guarded]) -> set[str]:
        conflicts: set[str] = set()
        for some in _chunks(rows):
            if not self._write_all(some):
                conflicts |= self._write_one_by_one(some)
        return conflicts

    def _write_all(self, rows: Sequence[_Guarded]) -> bool:
        """Write *rows* in the fastest way: all, or none and False when any is in conflict."""
        with suppress(_ConflictError):
            self._write_or_raise(rows)
            return True
        return False

    def _write_or_raise(self, rows: Sequence[_Guarded]) -> None:
        inserts = [row for row, expected in rows if expected == 0]
        updates = [(*row[1:], row[0], expected) for row, expected in rows if expected]
        with self._file.transaction() as connection:
            written = connection.executemany(self._table.insert_absent, inserts).rowcount if inserts else 0
            if updates:
                written += connection.executemany(self._table.update, updates).rowcount
            if written != len(rows):
                raise _ConflictError

    def _write_one_by_one(self, rows: Sequence[_Guarded]) -> set[str]:
        """Write those of *rows* that are not in conflict; return the ids of the others."""
        table = self._table
        with self._file.transaction() as connection:
            return {
                str(row[0])
                for row, expected in rows
                if not (
                    connection.execute(table.update, (*row[1:], row[0], expected))
                    if expected
                    else connection.execute(table.insert_absent, row)
                ).rowcount
            }

    def _select(self, connection: sqlite3.Connection, columns: str, ids: Sequence[str]) -> list[Any]:
        """Rows of at most `_AT_ONCE` *ids*; a few lengths only, so that statements stay prepared."""
        places = next(size for size in _LENGTHS if size >= len(ids))
        marks = ",".join("?" * places)
        return connection.execute(
            f"SELECT {columns} FROM {self._table.name} WHERE id IN ({marks})",  # noqa: S608
            (*ids, *(None,) * (places - len(ids))),
        ).fetchall()


def _chunks(items: Sequence[_T]) -> Iterator[Sequence[_T]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]
