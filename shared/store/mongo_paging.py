"""Order in MongoDB's terms, and the condition that only documents beyond a cursor meet. Pure.

MongoDB sorts null < numbers < text < booleans but compares within one type only, so what lies beyond a
value is that type's rest and, each named by a bound that all its values meet, the types after it.
"""

import math
from typing import Any

from shared.store.cursor import cursor_values, total_order
from shared.store.mongo_filter import Condition, path
from shared.store.mongo_layout import to_value
from shared.store.port import CollectionSpec, Query, Sort

_WHOLE_TYPES: tuple[Condition, ...] = (
    {"$eq": None},
    {"$gte": -math.inf},
    {"$gte": ""},
    {"$gte": False},
)
"""One condition for each type that an indexed field may hold, in their order."""


def order_by(spec: CollectionSpec, sort: Sort) -> list[tuple[str, int]]:
    """Return *sort*, made total, as MongoDB takes it."""
    return [(path(spec, field), direction) for field, direction in total_order(sort)]


def after(spec: CollectionSpec, query: Query) -> Condition | None:
    """Return the condition that only documents beyond the cursor meet; None without a cursor."""
    if query.cursor is None:
        return None
    order = total_order(query.sort)
    values = [
        to_value(value, field)
        for (field, _), value in zip(order, cursor_values(query.cursor, order), strict=True)
    ]
    same: Condition = {}
    alternatives: list[Condition] = []
    for (field, direction), value in zip(order, values, strict=True):
        place = path(spec, field)
        alternatives += [{**same, place: beyond} for beyond in _beyond(value, direction)]
        same[place] = {"$eq": value}
    if not alternatives:
        return {"_id": {"$in": []}}
    return {"$or": alternatives} if len(alternatives) > 1 else alternatives[0]


def _beyond(value: Any, direction: int) -> list[Condition]:
    rank = _rank(value)
    others = _WHOLE_TYPES[rank + 1 :] if direction == 1 else _WHOLE_TYPES[:rank]
    rest = [] if value is None else [{"$gt" if direction == 1 else "$lt": value}]
    return [*rest, *others]


def _rank(value: Any) -> int:
    if value is None:
        return 0
    return 3 if isinstance(value, bool) else 2 if isinstance(value, str) else 1
