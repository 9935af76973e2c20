"""Order, and the place in it where the next page begins. Pure.

A cursor holds the sort values of the last document, not a count, so that pages neither overlap nor skip
when documents come and go between them.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import orjson

from shared.errors import RefusedError
from shared.store.port import CollectionSpec, Document, Query, Sort
from shared.store.sqlite_filter import Clause, column
from shared.store.sqlite_values import extractor, to_column


def total_order(sort: Sort) -> list[tuple[str, int]]:
    """Return *sort* with ties broken by ``_id``."""
    named: list[tuple[str, int]] = [*sort]
    return named if any(field == "_id" for field, _ in named) else [*named, ("_id", 1)]


def order_by(spec: CollectionSpec, sort: Sort) -> str:
    """Return the SQL for *sort*."""
    return ", ".join(
        f"{column(spec, field)} {'ASC' if direction == 1 else 'DESC'}"
        for field, direction in total_order(sort)
    )


def cursor_after(document: Document, sort: Sort) -> str:
    """Return the cursor for what follows *document*."""
    order = total_order(sort)
    values = [extractor(field)(document) for field, _ in order]
    return urlsafe_b64encode(orjson.dumps([order, values])).decode().rstrip("=")


def after(spec: CollectionSpec, query: Query) -> Clause | None:
    """Return the condition that only documents beyond the cursor meet; None without a cursor."""
    if query.cursor is None:
        return None
    order = total_order(query.sort)
    values = _values(query.cursor, order)
    alternatives: list[str] = []
    parameters: list[Any] = []
    for depth, ((field, direction), value) in enumerate(zip(order, values, strict=True)):
        beyond, operands = _beyond(column(spec, field), direction, to_column(value, field))
        same = [f"{column(spec, name)} IS ?" for name, _ in order[:depth]]
        alternatives.append(" AND ".join([*same, beyond]))
        parameters += [to_column(v, name) for (name, _), v in zip(order, values[:depth], strict=False)]
        parameters += operands
    return _bounded(spec, order[0], values[0], " OR ".join(alternatives), parameters)


def _bounded(
    spec: CollectionSpec, first: tuple[str, int], value: Any, sql: str, parameters: list[Any]
) -> Clause:
    """Add a plain lower bound where there is one: SQLite seeks by it, and cannot by the alternatives."""
    field, direction = first
    if direction == 1 and value is not None:
        return f"{column(spec, field)} >= ? AND ({sql})", [to_column(value, field), *parameters]
    return f"({sql})", parameters


def _beyond(name: str, direction: int, value: Any) -> Clause:
    """Nulls come first in ascending order and last in descending."""
    if direction == 1:
        return (f"{name} IS NOT NULL", []) if value is None else (f"{name} > ?", [value])
    return ("0", []) if value is None else (f"({name} < ? OR {name} IS NULL)", [value])


def _values(cursor: str, order: list[tuple[str, int]]) -> list[Any]:
    try:
        made_for, values = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if made_for == [list(term) for term in order] and len(values) == len(order):
            return list(values)
    except (binascii.Error, ValueError, TypeError):
        pass
    raise RefusedError(
        "the cursor was not given out for this order; ask for the first page again", pointer="/cursor"
    )
