"""Cursors: the place in an order where the next page begins. Pure.

A cursor holds the sort values of the last document, not a count, so that pages neither overlap nor skip
when documents come and go between them.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import orjson

from shared.errors import RefusedError
from shared.store.fields import extractor
from shared.store.port import Document, Sort


def total_order(sort: Sort) -> list[tuple[str, int]]:
    """Return *sort* with ties broken by ``_id``."""
    named: list[tuple[str, int]] = [*sort]
    return named if any(field == "_id" for field, _ in named) else [*named, ("_id", 1)]


def cursor_after(document: Document, sort: Sort) -> str:
    """Return the cursor for what follows *document*."""
    order = total_order(sort)
    values = [extractor(field)(document) for field, _ in order]
    return urlsafe_b64encode(orjson.dumps([order, values])).decode().rstrip("=")


def cursor_values(cursor: str, order: list[tuple[str, int]]) -> list[Any]:
    """Return the values that *cursor* holds; raises `RefusedError` unless it was given out for *order*."""
    try:
        made_for, values = orjson.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if made_for == [list(term) for term in order] and len(values) == len(order):
            return list(values)
    except (binascii.Error, ValueError, TypeError):
        pass
    raise RefusedError(
        "the cursor was not given out for this order; ask for the first page again", pointer="/cursor"
    )
