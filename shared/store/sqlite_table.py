"""A collection as a table: one column per indexed field beside the document, kept by every write.

Declaring an index later adds its column and fills it from the documents, in one transaction. Columns
that are no longer declared go on being written, so that declaring them again finds them right.
"""

from collections.abc import Sequence

import orjson

from shared.errors import CorruptError
from shared.sqlite.connection import Connection, writing
from shared.store.fields import extractor
from shared.store.port import CollectionSpec, Document
from shared.store.sqlite_filter import column, quoted
from shared.store.sqlite_values import to_column

_FILL_AT_ONCE = 1000

Row = tuple[object, ...]


class Table:
    """The SQL of one collection and how a document becomes a row. Immutable, so any thread may use it."""

    def __init__(self, spec: CollectionSpec, fields: Sequence[str]) -> None:
        self.name = quoted(spec.name)
        self._collection = spec.name
        self._extractors = [(field, extractor(field)) for field in fields]
        columns = ["id", "version", *(quoted(f"f:{field}") for field in fields), "body"]
        marks = ", ".join("?" * len(columns))
        sets = ", ".join(f"{name} = ?" for name in columns[1:])
        names = ", ".join(columns)
        self.insert_absent = f"INSERT INTO {self.name} ({names}) VALUES ({marks}) ON CONFLICT (id) DO NOTHING"  # noqa: S608
        self.delete = f"DELETE FROM {self.name} WHERE id = ?"  # noqa: S608
        self.update = f"UPDATE {self.name} SET {sets} WHERE id = ? AND version = ?"  # noqa: S608

    def row(self, document: Document, version: int) -> Row:
        """Return *document* as a row in the order of the columns; raises for what cannot be kept."""
        identity = document.get("_id")
        if not isinstance(identity, str):
            raise TypeError(f"{self._collection}: a document needs a text _id, not {identity!r}")
        values = [to_column(extract(document), field) for field, extract in self._extractors]
        return (identity, version, *values, orjson.dumps(document))

    def parse(self, body: bytes, identity: str) -> Document:
        """Return the document kept as *body*."""
        try:
            document: Document = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise CorruptError(f"{self._collection}: document {identity!r} is damaged: {error}") from error
        return document


def prepare(connection: Connection, spec: CollectionSpec) -> Table:
    """Create what *spec* declares and the file does not have yet; return the table."""
    if _missing(connection, spec):
        with writing(connection):
            _build(connection, spec)
    return Table(spec, _fields(connection, spec))


def _missing(connection: Connection, spec: CollectionSpec) -> bool:
    indexes = {row[1] for row in connection.execute(f"PRAGMA index_list({quoted(spec.name)})")}
    declared = {_index_name(spec, index.fields) for index in spec.indexes}
    known = {"_id", *_fields(connection, spec)}
    table = connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (spec.name,)).fetchone()
    return table is None or not declared <= indexes or not spec.indexed_fields <= known


def _build(connection: Connection, spec: CollectionSpec) -> None:
    declared = sorted(spec.indexed_fields - {"_id"})
    columns = "".join(f"{column(spec, field)}, " for field in declared)
    connection.execute(
        f"CREATE TABLE IF NOT EXISTS {quoted(spec.name)}"
        f" (id TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, {columns}body BLOB NOT NULL)"
    )
    known = _fields(connection, spec)
    added = [field for field in declared if field not in known]
    for field in added:
        connection.execute(f"ALTER TABLE {quoted(spec.name)} ADD COLUMN {column(spec, field)}")
    if added:
        _fill(connection, spec, added)
    for index in spec.indexes:
        # The id at the end makes the order of a page the order of the index.
        fields = [column(spec, field) for field in index.fields if field != "_id"]
        connection.execute(
            f"CREATE INDEX IF NOT EXISTS {quoted(_index_name(spec, index.fields))}"
            f" ON {quoted(spec.name)} ({', '.join([*fields, 'id'])})"
        )


def _fill(connection: Connection, spec: CollectionSpec, fields: Sequence[str]) -> None:
    extractors = [(field, extractor(field)) for field in fields]
    sets = ", ".join(f"{column(spec, field)} = ?" for field in fields)
    last = ""
    while True:
        rows = connection.execute(
            f"SELECT id, body FROM {quoted(spec.name)} WHERE id > ? ORDER BY id LIMIT {_FILL_AT_ONCE}",  # noqa: S608
            (last,),
        ).fetchall()
        if not rows:
            return
        filled = [
            (*(to_column(extract(document), field) for field, extract in extractors), identity)
            for identity, body in rows
            for document in (orjson.loads(body),)
        ]
        connection.executemany(f"UPDATE {quoted(spec.name)} SET {sets} WHERE id = ?", filled)  # noqa: S608
        last = rows[-1][0]


def _fields(connection: Connection, spec: CollectionSpec) -> list[str]:
    """The indexed fields that the table has columns for."""
    names = [row[1] for row in connection.execute(f"PRAGMA table_info({quoted(spec.name)})")]
    return [name[2:] for name in names if name.startswith("f:")]


def _index_name(spec: CollectionSpec, fields: Sequence[str]) -> str:
    return f"{spec.name}:{','.join(fields)}"
