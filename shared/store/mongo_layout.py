"""How a document is kept in MongoDB: indexed fields as values, everything else as JSON text. Pure.

``{_id, version, writer, fields: {"score": 72, "home/city": null}, body: "{…}"}``. The body is text because
documents hold what publishers sent: keys with dots or ``$``, whole numbers beyond 64 signed bits and
the difference between 1 and 1.0 come back exactly, and people can still read it (``JSON.parse(it.body)``).
"""

from collections.abc import Iterable
from typing import Any

import orjson

from shared.errors import CorruptError, RefusedError
from shared.store.fields import extractor, not_indexable
from shared.store.port import Document, Versioned

LARGEST_BYTES = 16 * 1024 * 1024 - 16_384
"""MongoDB keeps 16 MiB a document; a little is left for what stands beside the body."""

_LARGEST_WHOLE = 2**63

Kept = dict[str, Any]
"""A document as MongoDB keeps it."""


class Layout:
    """How documents of one collection become kept ones and back. Immutable, so any thread may use it."""

    def __init__(self, collection: str, fields: Iterable[str]) -> None:
        self._collection = collection
        self._fields = [(path_key(field), field, extractor(field)) for field in sorted(fields)]

    def kept(self, document: Document, version: int, writer: str) -> Kept:
        """Return *document* as it is kept; raises for what cannot be."""
        identity = document.get("_id")
        if not isinstance(identity, str):
            raise TypeError(f"{self._collection}: a document needs a text _id, not {identity!r}")
        body = orjson.dumps(document)
        if len(body) > LARGEST_BYTES:
            raise RefusedError(
                f"{self._collection}: document {identity!r} has {len(body)} bytes;"
                f" MongoDB keeps {LARGEST_BYTES}"
            )
        return {
            "_id": identity,
            "version": version,
            "writer": writer,
            "fields": self.fields(document),
            "body": body.decode(),
        }

    def fields(self, document: Document) -> dict[str, Any]:
        """Return the values of the indexed fields."""
        return {key: to_value(extract(document), field) for key, field, extract in self._fields}

    def versioned(self, kept: Kept) -> Versioned:
        """Return the document that is kept as *kept*."""
        try:
            return Versioned(orjson.loads(kept["body"]), kept["version"])
        except (KeyError, orjson.JSONDecodeError) as error:
            raise CorruptError(f"{self._collection}: document {kept['_id']!r} is damaged: {error}") from error


def path_key(field: str) -> str:
    """The key of *field* within ``fields``; a dot would mean an object within an object."""
    return field.replace(".", "/")


def to_path(field: str) -> str:
    """The path that MongoDB knows an indexed *field* by."""
    return "_id" if field == "_id" else f"fields.{path_key(field)}"


def to_value(value: Any, field: str) -> Any:
    """Return the value of an indexed *field* as it is kept; raises TypeError for what has no order."""
    if value is None or isinstance(value, (bool, str)):
        return value
    if isinstance(value, int):
        if -_LARGEST_WHOLE <= value < _LARGEST_WHOLE:
            return value
        raise OverflowError(f"indexed field {field!r} holds a number beyond 64 bits")
    if isinstance(value, float):
        return value if value == value else None  # noqa: PLR0124 - JSON has no NaN, the body says null
    raise not_indexable(field, value)
