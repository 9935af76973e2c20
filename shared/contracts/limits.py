"""What identifiers, instants and sizes may be, on every way into Guanxi.

Pure. Quick checks for the hot path; the schemas call the same functions.
"""

import re
from datetime import datetime

from shared.clock import from_rfc3339

MAX_ID_CHARS = 200
MAX_EVENT_BYTES = 64 * 1024
MAX_BATCH_BYTES = 500 * 1024
MAX_BATCH_EVENTS = 1_000
MAX_EXTENSION_CHARS = 2_000
MAX_DEPTH = 8
"""Levels of lists and objects within the data of an event."""

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_EXTENSION = re.compile("[a-z0-9]{1,20}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
FIRST_YEAR = 1900


def is_plain_text(value: str) -> bool:
    """Whether *value* may be an id: 1–200 characters, no control characters, no half characters."""
    return 0 < len(value) <= MAX_ID_CHARS and _CONTROL.search(value) is None


def is_extension_name(name: str) -> bool:
    """Whether *name* may be an extension attribute."""
    return _EXTENSION.fullmatch(name) is not None


def is_extension_value(value: object) -> bool:
    """Whether *value* may be an extension's: text of at most 2,000 plain characters, boolean, integer."""
    if isinstance(value, str):
        return len(value) <= MAX_EXTENSION_CHARS and _CONTROL.search(value) is None
    return isinstance(value, int)


def is_json_type(value: object) -> bool:
    """Whether *value* names JSON as content type, with or without parameters."""
    return isinstance(value, str) and value.partition(";")[0].strip().lower() == "application/json"


def parsed_instant(text: str) -> datetime:
    """Parse RFC 3339 with an offset; digits beyond microseconds are cut. Raises ValueError telling why."""
    found = _INSTANT.fullmatch(text)
    if found is None:
        raise ValueError("expected RFC 3339 with an offset from UTC, such as 2010-01-04T07:45:00Z")
    fraction = found[1] or ""
    micros = f".{fraction[1:7]:0<6}" if fraction else ""
    try:
        instant = from_rfc3339(f"{text[:10]}T{text[11:19]}{micros}{found[2].upper()}")
    except (ValueError, OverflowError) as error:
        raise ValueError("there is no such date or time of day") from error
    if instant.year < FIRST_YEAR:
        raise ValueError(f"expected a time not before the year {FIRST_YEAR}")
    return instant
