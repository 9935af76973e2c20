"""Indexed fields, whatever keeps them: which are declared, how they are read, what they may hold. Pure."""

from collections.abc import Callable
from typing import Any

from shared.errors import UndeclaredIndexError
from shared.store.port import CollectionSpec, Document

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


def require_declared(spec: CollectionSpec, field: str) -> None:
    """Raise `UndeclaredIndexError` unless *field* may be asked for."""
    if field not in spec.indexed_fields:
        declared = ", ".join(sorted(spec.indexed_fields))
        raise UndeclaredIndexError(
            f"{spec.name}: field {field!r} is not declared as an index; declared are {declared}"
            " (shared/store/collections.py)"
        )


def not_indexable(field: str, value: object) -> TypeError:
    """The error for a *value* that cannot be filtered and sorted on."""
    return TypeError(
        f"indexed field {field!r} holds {type(value).__name__}: only null, numbers, text and booleans"
        " can be filtered and sorted on; declare a field that holds one of these"
    )
