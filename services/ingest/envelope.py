"""What every event carries whatever its type: who, what, when, from whom. Reads both JSON forms.

Pure and quick; a test proves that it accepts exactly what the schemas in `shared.contracts` accept.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from services.ingest.rejection import RejectedError, missing, pointer_to, shown, unknown, wrong_type
from shared.clock import to_rfc3339
from shared.contracts.limits import (
    MAX_ID_CHARS,
    is_extension_name,
    is_extension_value,
    is_json_type,
    is_plain_text,
    parsed_instant,
)

AHEAD = timedelta(hours=1)
"""How far ahead of our clock an event's time may be: publishers' clocks differ, the future is refused."""

DROPPED_EXTENSIONS = frozenset({"sequence", "recordedtime", "partitionkey"})
"""Numbers and keys of another log, and what ingest itself stamps: they mean nothing here."""

_ATTRIBUTES = frozenset({"specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data"})
_SIMPLE = ("customer_id", "source", "id", "type", "time", "data")
_UTC_SECONDS = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_FIRST_INSTANT = "1900"
_ID = f"text of 1–{MAX_ID_CHARS} characters"
_TIME = "RFC 3339 with an offset, such as 2010-01-04T07:45:00Z"


@dataclass(frozen=True, slots=True)
class Envelope:
    """An event's attributes, checked; *time* is in UTC; *data* is not checked yet."""

    id: str
    source: str
    type: str
    subject: str
    time: str
    data: Any
    extensions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Deadline:
    """The latest time an event may have, for one request."""

    instant: datetime
    text: str

    @classmethod
    def after(cls, now: datetime) -> "Deadline":
        """The deadline at wall time *now*."""
        instant = (now + AHEAD).replace(microsecond=0)
        return cls(instant, to_rfc3339(instant))


def read_event(item: Any, deadline: Deadline) -> Envelope:
    """Read one item in either form, told apart by ``specversion``; raises RejectedError."""
    if type(item) is not dict:
        raise wrong_type("", item, "an object holding one event")
    return read_structured(item, deadline) if "specversion" in item else _read_simple(item, deadline)


def read_structured(item: Mapping[str, Any], deadline: Deadline, *, has_subject: bool = True) -> Envelope:
    """Read CloudEvents' JSON format; without *has_subject* none is wanted (day markers)."""
    get = item.get
    if get("specversion") != "1.0":
        detail = f'expected specversion "1.0", found {shown(get("specversion"))}'
        raise RejectedError("wrong-type", "/specversion", detail, expected='"1.0"')
    content_type = get("datacontenttype")
    if content_type is not None and not is_json_type(content_type):
        raise wrong_type("/datacontenttype", content_type, "application/json")
    extensions = _extensions(item) if not item.keys() <= _ATTRIBUTES else {}
    return Envelope(
        id=_plain(get("id"), "/id"),
        source=_plain(get("source"), "/source"),
        type=_plain(get("type"), "/type"),
        subject=_plain(get("subject"), "/subject") if has_subject else "",
        time=_time(get("time"), deadline),
        data=_data(get("data")),
        extensions=extensions,
    )


def _read_simple(item: Mapping[str, Any], deadline: Deadline) -> Envelope:
    for name in item:
        if name not in _SIMPLE:
            raise unknown("unknown-field", pointer_to("", name), "field", name, list(_SIMPLE))
    get = item.get
    return Envelope(
        id=_plain(get("id"), "/id"),
        source=_plain(get("source"), "/source"),
        type=_plain(get("type"), "/type"),
        subject=_plain(get("customer_id"), "/customer_id"),
        time=_time(get("time"), deadline),
        data=_data(get("data")),
        extensions={},
    )


def _plain(value: Any, pointer: str) -> str:
    if value is None:
        raise missing(pointer, _ID)
    if type(value) is not str:
        raise wrong_type(pointer, value, _ID)
    if not is_plain_text(value):
        detail = "empty, too long, or holding control characters"
        raise RejectedError("bad-id", pointer, detail, expected=_ID)
    return value


def _time(value: Any, deadline: Deadline) -> str:
    """Return the instant in UTC, canonically. The common form is checked without building dates anew."""
    if type(value) is not str:
        raise missing("/time", _TIME) if value is None else wrong_type("/time", value, _TIME)
    if _UTC_SECONDS.fullmatch(value) and _FIRST_INSTANT <= value <= deadline.text:
        try:
            datetime.fromisoformat(value[:19])
        except ValueError as error:
            raise _bad_time("there is no such date or time of day") from error
        return value
    try:
        instant = parsed_instant(value)
    except ValueError as error:
        raise _bad_time(str(error)) from error
    if instant > deadline.instant:
        detail = f"{value} lies more than one hour ahead of now"
        raise RejectedError("time-in-future", "/time", detail, expected=f"at most {deadline.text}")
    return to_rfc3339(instant)


def _bad_time(detail: str) -> RejectedError:
    return RejectedError("bad-time", "/time", detail, expected=_TIME)


def _data(value: Any) -> dict[str, Any]:
    if value is None:
        raise missing("/data", "an object")
    if type(value) is not dict:
        raise wrong_type("/data", value, "an object")
    return value


def _extensions(item: Mapping[str, Any]) -> dict[str, str]:
    extensions = {}
    for name, value in item.items():
        if name in _ATTRIBUTES or value is None:
            continue
        if not is_extension_name(name):
            known = sorted(_ATTRIBUTES)
            raise unknown("unknown-field", pointer_to("", name), "attribute", name, known)
        if not is_extension_value(value):
            raise wrong_type(pointer_to("", name), value, "short text, a boolean or an integer")
        if name not in DROPPED_EXTENSIONS:
            extensions[name] = str(value).lower() if isinstance(value, bool) else str(value)
    return extensions
