"""Compile a filter of the port into MongoDB's language. Pure.

The two agree on nearly all: every indexed field is kept, so missing is null; comparisons keep to one type.
What differs is said here: orderings never match null, and operators have to be known ones.
"""

from collections.abc import Callable, Mapping
from typing import Any

from shared.store.fields import require_declared
from shared.store.mongo_layout import to_path, to_value
from shared.store.port import CollectionSpec, Filter

Condition = dict[str, Any]

_NEVER: Condition = {"_id": {"$in": []}}
_ORDERINGS = ("$gt", "$gte", "$lt", "$lte")


def path(spec: CollectionSpec, field: str) -> str:
    """Return where *field* is kept; raises `UndeclaredIndexError` if it is not declared."""
    require_declared(spec, field)
    return to_path(field)


def where(spec: CollectionSpec, conditions: Filter) -> Condition:
    """Return *conditions* as MongoDB's filter."""
    tests: list[Condition] = []
    for field, wanted in conditions.items():
        place = path(spec, field)
        operators = wanted if isinstance(wanted, Mapping) else {"$eq": wanted}
        tests += [_test(place, field, operator, operand) for operator, operand in operators.items()]
    return conjunction(tests)


def conjunction(tests: list[Condition]) -> Condition:
    """Return a filter that matches what all of *tests* match."""
    return {"$and": tests} if len(tests) > 1 else tests[0] if tests else {}


def _test(place: str, field: str, operator: str, operand: Any) -> Condition:
    if operator in _ORDERINGS:
        value = to_value(operand, field)
        return _NEVER if value is None else {place: {operator: value}}
    if operator not in _TESTS:
        raise ValueError(f"{field}: {operator!r} is no operator; use {' '.join([*_TESTS, *_ORDERINGS])}")
    return {place: _TESTS[operator](field, operand)}


def _one_of(field: str, operand: Any) -> Condition:
    return {"$in": [to_value(value, field) for value in operand]}


def _exists(field: str, operand: Any) -> Condition:
    if not isinstance(operand, bool):
        raise ValueError(f"{field}: $exists takes true or false, not {operand!r}")
    return {"$ne" if operand else "$eq": None}


_TESTS: dict[str, Callable[[str, Any], Condition]] = {
    "$eq": lambda field, operand: {"$eq": to_value(operand, field)},
    "$ne": lambda field, operand: {"$ne": to_value(operand, field)},
    "$in": _one_of,
    "$exists": _exists,
}
