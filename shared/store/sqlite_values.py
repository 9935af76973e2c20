"""The values of indexed fields in the form they take in a column. Pure.

A column keeps the types apart as the port demands: null, numbers, text and, as one byte, booleans. This
is also their order.
"""

from typing import Any

from shared.store.fields import not_indexable

_FALSE, _TRUE = b"\x00", b"\x01"
_PLAIN = frozenset({int, float, str, type(None)})


def to_column(value: Any, field: str) -> Any:
    """Return *value* as it is kept in a column."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, bool):
        return _TRUE if value else _FALSE
    if isinstance(value, (int, float, str)):
        return value
    raise not_indexable(field, value)


def from_column(value: Any) -> Any:
    """Return what `to_column` was given."""
    return value == _TRUE if isinstance(value, bytes) else value
