"""Order in SQL, and the condition that only documents beyond a cursor meet. Pure."""

from typing import Any

from shared.store.cursor import cursor_values, total_order
from shared.store.port import CollectionSpec, Query, Sort
from shared.store.sqlite_filter import Clause, column
from shared.store.sqlite_values import to_column


def order_by(spec: CollectionSpec, sort: Sort) -> str:
    """Return the SQL for *sort*."""
    return ", ".join(
        f"{column(spec, field)} {'ASC' if direction == 1 else 'DESC'}"
        for field, direction in total_order(sort)
    )


def after(spec: CollectionSpec, query: Query) -> Clause | None:
    """Return the condition that only documents beyond the cursor meet; None without a cursor."""
    if query.cursor is None:
        return None
    order = total_order(query.sort)
    values = cursor_values(query.cursor, order)
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
