"""The values of indexed fields: read from a document, and in the form they take in a column. Pure.

A column keeps the types apart as the port demands: null, numbers, text and, as one byte, booleans. This
is also their order.
"""

from collections.abc import Callable
from typing import Any

from shared.store.port import Document

_FALSE, _TRUE = b"\x00", b"\x01"
_PLAIN = frozenset({int, float, str, type(None)})

Extract = Callable[[Document], Any]


def extractor(field: str) -> Extract:
    """Return a function that reads *field* (a dotted path) from a document; None when it is missing."""
    names = field.split(".")
    if len(names) == 1:
        return lambda document: document.get(field)

    def walk(document: Document) -> Any:
        value: Any = document
        for name in names:
            if not isinstance(value, dict):
                return None
            value = value.get(name)
        return value

    return walk


def to_column(value: Any, field: str) -> Any:
    """Return *value* as it is kept in a column."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, bool):
        return _TRUE if value else _FALSE
    if isinstance(value, (int, float, str)):
        return value
    raise TypeError(
        f"indexed field {field!r} holds {type(value).__name__}: only null, numbers, text and booleans"
        " can be filtered and sorted on; declare a field that holds one of these"
    )


def from_column(value: Any) -> Any:
    """Return what `to_column` was given."""
    return value == _TRUE if isinstance(value, bytes) else value
