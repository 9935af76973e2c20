"""From a request's body to items: which form it is in, and JSON that tells what it cannot hold.

Pure. The body as a whole is refused with `UnreadableError`; what is wrong with one item is not known here.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import orjson

from shared.contracts.cloudevents import BATCH_TYPE, JSON_TYPE, STRUCTURED_TYPE
from shared.contracts.limits import MAX_BATCH_EVENTS
from shared.errors import RefusedError

CE_HEADER = "ce-"
ACCEPTED_TYPES = (STRUCTURED_TYPE, BATCH_TYPE, JSON_TYPE)


class UnreadableError(RefusedError):
    """The body as a whole cannot be read; *status* is HTTP's word for why."""

    code = "unreadable"

    def __init__(self, message: str, *, status: int = 400, code: str = "unreadable") -> None:
        super().__init__(message)
        self.status = status
        self.code = code


@dataclass(frozen=True, slots=True)
class Body:
    """The items of a request in order; *is_binary* when one event came with its attributes in headers."""

    items: list[Any]
    is_binary: bool = False


def read_body(content_type: str, headers: Mapping[str, str], body: bytes) -> Body:
    """Split *body* into items by its media type; header names are lower case."""
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type not in ACCEPTED_TYPES:
        named = media_type or "no content type"
        raise UnreadableError(
            f"expected {', '.join(ACCEPTED_TYPES)}; found {named}", status=415, code="unsupported-type"
        )
    parsed = parse_json(body)
    if media_type == JSON_TYPE and f"{CE_HEADER}specversion" in headers:
        return Body([{**_attributes(headers), "data": parsed}], is_binary=True)
    if media_type == STRUCTURED_TYPE:
        return Body([parsed])
    if isinstance(parsed, list):
        return Body(_not_too_many(parsed))
    if media_type == BATCH_TYPE:
        raise UnreadableError("expected a JSON list of events")
    return Body([parsed])


def parse_json(body: bytes) -> Any:
    """Parse JSON; NaN and Infinity are read too, so that they are refused where they stand."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        return _parse_leniently(body, error)


def _parse_leniently(body: bytes, error: orjson.JSONDecodeError) -> Any:
    try:
        return json.loads(body.decode())
    except UnicodeDecodeError as wrong:
        raise UnreadableError(f"the body is not UTF-8: {wrong.reason} at byte {wrong.start}") from wrong
    except RecursionError as wrong:
        raise UnreadableError("the body is nested too deep", code="too-deep") from wrong
    except ValueError as wrong:
        raise UnreadableError(
            f"the body is not JSON: {error.msg} (line {error.lineno}, column {error.colno})"
        ) from wrong


def _not_too_many(items: list[Any]) -> list[Any]:
    if len(items) > MAX_BATCH_EVENTS:
        raise UnreadableError(
            f"{len(items)} events in one request; send at most {MAX_BATCH_EVENTS}",
            status=413,
            code="too-many-events",
        )
    if not items:
        raise UnreadableError("the list of events is empty", code="empty-batch")
    return items


def _attributes(headers: Mapping[str, str]) -> dict[str, str]:
    return {
        name[len(CE_HEADER) :]: unquote(value)
        for name, value in headers.items()
        if name.startswith(CE_HEADER)
    }
