"""The envelope of every message: CloudEvents 1.0.2 on the bus, binary and structured.

Pure. Reading raises `MalformedMessageError` with a JSON pointer; what the data of a type must look
like is decided by the event catalogue and the schemas, not here.
"""

from collections.abc import Mapping
from dataclasses import field
from functools import lru_cache
from typing import Any

import orjson

from shared.bus.port import Headers, Message, Record
from shared.errors import RefusedError
from shared.quick_dataclass import dataclass

SPEC_VERSION = "1.0"
JSON_TYPE = "application/json"
STRUCTURED_TYPE = "application/cloudevents+json"
BATCH_TYPE = "application/cloudevents-batch+json"
CONTENT_TYPE = "content-type"
PREFIX = "ce_"

_CORE = frozenset({"specversion", "id", "source", "type", "subject", "time", "data", "datacontenttype"})
_NO_EXTENSIONS: Mapping[str, str] = {}


class MalformedMessageError(RefusedError):
    """The message is not a CloudEvent that Guanxi can read."""

    code = "malformed-message"


@dataclass(frozen=True, slots=True)
class CloudEvent:
    """One event. *subject* is the customer id and the key; *time* is RFC 3339 in UTC.

    *extensions* are the further attributes as text: ``traceparent``, ``recordedtime``, ``sequence`` …
    """

    id: str
    source: str
    type: str
    subject: str
    time: str
    data: dict[str, Any]
    extensions: Mapping[str, str] = field(default_factory=lambda: _NO_EXTENSIONS)


_HEAD = ((f"{PREFIX}specversion", SPEC_VERSION.encode()),)
_TAIL = ((CONTENT_TYPE, JSON_TYPE.encode()),)


def to_message(event: CloudEvent, partition: int | None = None) -> Message:
    """Write *event* in binary mode, keyed by its subject."""
    return Message(event.subject, orjson.dumps(event.data), headers_of(event), partition)


def headers_of(event: CloudEvent) -> Headers:
    """The attributes of *event* as headers. An empty subject or time is left out, as the format wants."""
    named = [
        (f"{PREFIX}id", event.id.encode()),
        (f"{PREFIX}source", event.source.encode()),
        (f"{PREFIX}type", event.type.encode()),
    ]
    if event.subject:
        named.append((f"{PREFIX}subject", event.subject.encode()))
    if event.time:
        named.append((f"{PREFIX}time", event.time.encode()))
    if event.extensions:
        named += [(PREFIX + name, value.encode()) for name, value in event.extensions.items()]
    return (*_HEAD, *named, *_TAIL)


def from_record(record: Record | Message) -> CloudEvent:
    """Read a message of either mode."""
    attributes, content_type = _read_headers(record.headers)
    if content_type != JSON_TYPE:
        media_type = content_type.partition(";")[0].strip().lower()
        if media_type == STRUCTURED_TYPE:
            return from_structured(parsed(record.value))
        if media_type not in (JSON_TYPE, ""):
            raise MalformedMessageError(f"the data is {media_type}, expected {JSON_TYPE}", pointer="/data")
    return from_attributes(attributes, parsed(record.value, pointer="/data"))


def parsed(body: bytes, pointer: str = "") -> Any:
    """Parse JSON; NaN and Infinity are not JSON."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise MalformedMessageError(f"not JSON: {error}", pointer=pointer) from error


def from_structured(document: Any) -> CloudEvent:
    """Read one event in the JSON format; raises for anything but an object holding an event."""
    if not isinstance(document, dict):
        raise MalformedMessageError("expected a JSON object with a CloudEvent's attributes")
    if "data_base64" in document:
        raise MalformedMessageError(
            "binary data is not supported, send JSON in `data`", pointer="/data_base64"
        )
    content_type = document.get("datacontenttype", JSON_TYPE)
    if content_type is not None and str(content_type).partition(";")[0].strip().lower() != JSON_TYPE:
        raise MalformedMessageError(f"expected {JSON_TYPE}, found {content_type}", pointer="/datacontenttype")
    attributes = {name: value for name, value in document.items() if name != "data" and value is not None}
    return from_attributes(attributes, document.get("data"))


def to_structured(event: CloudEvent) -> dict[str, Any]:
    """Write *event* in the JSON format."""
    optional = {"subject": event.subject, "time": event.time}
    return {
        "specversion": SPEC_VERSION,
        "id": event.id,
        "source": event.source,
        "type": event.type,
        **{name: value for name, value in optional.items() if value},
        "datacontenttype": JSON_TYPE,
        **event.extensions,
        "data": event.data,
    }


def from_attributes(attributes: Mapping[str, Any], data: Any) -> CloudEvent:
    """Build an event from its attributes by name and its parsed data."""
    version = attributes.get("specversion")
    if version != SPEC_VERSION:
        raise MalformedMessageError(
            f'expected specversion "{SPEC_VERSION}", found {version!r}', pointer="/specversion"
        )
    if not isinstance(data, dict):
        raise MalformedMessageError("expected a JSON object", pointer="/data")
    return CloudEvent(
        id=_text(attributes, "id"),
        source=_text(attributes, "source"),
        type=_text(attributes, "type"),
        subject=_text(attributes, "subject", required=False),
        time=_text(attributes, "time", required=False),
        data=data,
        extensions=_extensions(attributes),
    )


def _read_headers(headers: Headers) -> tuple[dict[str, str], str]:
    """Return the attributes by name, and the content type."""
    attributes: dict[str, str] = {}
    content_type = name = ""
    try:
        for name, value in headers:
            if attribute := _attribute(name):
                attributes[attribute] = value.decode()
            elif name == CONTENT_TYPE:
                content_type = value.decode()
    except UnicodeDecodeError as error:
        pointer = "/" + name.removeprefix(PREFIX)
        raise MalformedMessageError("the header is not UTF-8", pointer=pointer) from error
    return attributes, content_type


@lru_cache(maxsize=256)
def _attribute(header: str) -> str:
    """The attribute that stands in *header*, or nothing; the same few names come with every message."""
    return header[len(PREFIX) :] if header.startswith(PREFIX) else ""


def _text(attributes: Mapping[str, Any], name: str, *, required: bool = True) -> str:
    value = attributes.get(name, "")
    if not isinstance(value, str):
        raise MalformedMessageError(f"expected text, found {type(value).__name__}", pointer=f"/{name}")
    if required and not value:
        raise MalformedMessageError(f"{name} is missing", pointer=f"/{name}")
    return value


def _extensions(attributes: Mapping[str, Any]) -> Mapping[str, str]:
    further = attributes.keys() - _CORE
    if not further:
        return _NO_EXTENSIONS
    return {
        name: value if isinstance(value, str) else _canonical(name, value)
        for name, value in attributes.items()
        if name in further
    }


def _canonical(name: str, value: Any) -> str:
    """The text form that the format gives to booleans and integers."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    raise MalformedMessageError("an extension is text, a boolean or an integer", pointer=f"/{name}")
