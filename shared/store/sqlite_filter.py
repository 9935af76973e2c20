"""Compile a filter into SQL over the columns of indexed fields. Pure.

Types never mix: SQLite orders null < numbers < text < blobs, so an ordering gets a second bound that
keeps it within the type of its operand.
"""

from collections.abc import Callable, Mapping
from typing import Any

from shared.store.fields import require_declared
from shared.store.port import CollectionSpec, Filter
from shared.store.sqlite_values import to_column

Clause = tuple[str, list[Any]]

_NEVER: Clause = ("0", [])
_ORDERINGS = {"$gt": ">", "$gte": ">=", "$lt": "<", "$lte": "<="}


def column(spec: CollectionSpec, field: str) -> str:
    """Return the quoted column of *field*; raises `UndeclaredIndexError` if it has none."""
    if field == "_id":
        return "id"
    require_declared(spec, field)
    return quoted(f"f:{field}")


def quoted(name: str) -> str:
    """Return *name* as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def where(spec: CollectionSpec, conditions: Filter) -> Clause:
    """Return the SQL condition for *conditions* and its parameters."""
    clauses: list[Clause] = []
    for field, wanted in conditions.items():
        name = column(spec, field)
        tests = wanted if isinstance(wanted, Mapping) else {"$eq": wanted}
        clauses += [_test(name, field, operator, operand) for operator, operand in tests.items()]
    return conjunction(clauses)


def conjunction(clauses: list[Clause]) -> Clause:
    """Return a clause that holds when all of *clauses* do."""
    if not clauses:
        return "1", []
    return " AND ".join(sql for sql, _ in clauses), [value for _, values in clauses for value in values]


def _test(name: str, field: str, operator: str, operand: Any) -> Clause:
    if operator in _ORDERINGS:
        return _ordering(name, _ORDERINGS[operator], to_column(operand, field))
    if operator not in _TESTS:
        raise ValueError(f"{field}: {operator!r} is no operator; use {' '.join([*_TESTS, *_ORDERINGS])}")
    return _TESTS[operator](name, field, operand)


def _ordering(name: str, sign: str, operand: Any) -> Clause:
    if operand is None:
        return _NEVER
    sql = f"{name} {sign} ?"
    if isinstance(operand, str):
        sql += f" AND {name} < x''" if ">" in sign else f" AND {name} >= ''"
    elif isinstance(operand, bytes):
        sql += "" if ">" in sign else f" AND {name} >= x''"
    elif ">" in sign:
        sql += f" AND {name} < ''"
    return sql, [operand]


def _equal(name: str, field: str, operand: Any) -> Clause:
    value = to_column(operand, field)
    return (f"{name} IS NULL", []) if value is None else (f"{name} = ?", [value])


def _unequal(name: str, field: str, operand: Any) -> Clause:
    return f"{name} IS NOT ?", [to_column(operand, field)]


def _one_of(name: str, field: str, operand: Any) -> Clause:
    values = [to_column(value, field) for value in operand]
    known = [value for value in values if value is not None]
    sql = f"{name} IN ({', '.join('?' * len(known))})"
    return (f"({sql} OR {name} IS NULL)" if len(known) < len(values) else sql), known


def _exists(name: str, field: str, operand: Any) -> Clause:
    if not isinstance(operand, bool):
        raise ValueError(f"{field}: $exists takes true or false, not {operand!r}")
    return f"{name} IS {'NOT ' if operand else ''}NULL", []


_TESTS: dict[str, Callable[[str, str, Any], Clause]] = {
    "$eq": _equal,
    "$ne": _unequal,
    "$in": _one_of,
    "$exists": _exists,
}
