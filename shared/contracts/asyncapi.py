"""The AsyncAPI 3 document of the bus, made from the declared topics and schemas.

Pure. The committed copy is made by ``python -m shared.contracts.asyncapi > docs/api/asyncapi.json``; a
test keeps the two in step.
"""

import sys
from typing import Any

import orjson
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import Schema

from shared.contracts.cloudevents import JSON_TYPE, STRUCTURED_TYPE
from shared.contracts.schemas import (
    AwaitedSchema,
    CloudEventSchema,
    DayClosedSchema,
    DecisionSchema,
    NotificationSchema,
    SimpleEventSchema,
    SnapshotSchema,
)
from shared.contracts.topics import (
    ALL,
    DEAD_LETTERS,
    DECISIONS,
    EVENTS,
    INBOUND,
    NOTIFICATIONS,
    SNAPSHOTS,
    Topic,
)

ASYNCAPI_VERSION = "3.0.0"

_REQUIRED_HEADERS = ("ce_specversion", "ce_id", "ce_source", "ce_type", "content-type")
_HEADERS = {
    "ce_specversion": "Always 1.0.",
    "ce_id": "Unique within the source.",
    "ce_source": "Who made the message.",
    "ce_type": "What it is; tells the shape of the data.",
    "ce_subject": "The customer id, which is also the key; absent on day markers.",
    "ce_time": "RFC 3339 in UTC.",
    "ce_recordedtime": "When ingest accepted the event.",
    "ce_sequence": "Number of the message for its customer, from the producing service.",
    "ce_traceparent": "W3C trace context.",
    "content-type": "application/json.",
}
_ERRORS = {
    "exception": "Stable code of the reason.",
    "message": "The reason in words.",
    "topic": "Where the message lay.",
    "partition": "Where the message lay.",
    "offset": "Where the message lay.",
    "log": "Which incarnation of the topic.",
    "service": "Who gave it up.",
    "version": "The version of that service.",
    "attempts": "How often it was tried.",
    "first-failed-at": "RFC 3339 in UTC.",
}


def asyncapi_document() -> dict[str, Any]:
    """Build the document."""
    spec = APISpec("", "", "3.1.0", plugins=[MarshmallowPlugin()])
    messages = _messages(spec)
    return {
        "asyncapi": ASYNCAPI_VERSION,
        "info": {
            "title": "Guanxi messages",
            "version": "1",
            "description": "CloudEvents 1.0.2, keyed by the customer id. Binary mode: attributes in `ce_` "
            "headers, JSON data in the value. Every topic has the same number of partitions.",
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": JSON_TYPE,
        "channels": {_channel(topic): _channel_of(topic) for topic in ALL},
        "operations": dict(operation for topic in ALL for operation in _operations(topic)),
        "components": {
            "messages": messages,
            "messageTraits": {"binaryCloudEvent": {"headers": _headers(_HEADERS, _REQUIRED_HEADERS)}},
            "schemas": spec.to_dict()["components"]["schemas"],
        },
    }


_MESSAGES: dict[str, tuple[str, ...]] = {
    INBOUND.name: ("publishedEvent", "structuredEvent", "simpleEvent"),
    EVENTS.name: ("acceptedEvent", "dayClosed"),
    SNAPSHOTS.name: ("snapshot", "dayClosed"),
    DECISIONS.name: ("decision", "awaited", "dayClosed"),
    NOTIFICATIONS.name: ("notification",),
    DEAD_LETTERS.name: ("deadLetter",),
}

_CONSUMERS = {
    INBOUND.name: ("ingest",),
    EVENTS.name: ("scoring",),
    SNAPSHOTS.name: ("rules",),
    DECISIONS.name: ("notification",),
    NOTIFICATIONS.name: (),
    DEAD_LETTERS.name: ("ingest",),
}


def _messages(spec: APISpec) -> dict[str, Any]:
    by_catalogue = {
        "type": "object",
        "description": "The fields that rules/events.yaml declares for the type.",
    }
    accepted = {**by_catalogue, "description": f"{by_catalogue['description']} Amounts in minor units."}
    return {
        "publishedEvent": _binary("A publisher's event, binary mode.", by_catalogue),
        "structuredEvent": _whole(
            "A publisher's event, structured mode.", STRUCTURED_TYPE, spec, CloudEventSchema
        ),
        "simpleEvent": _whole("A publisher's event, simple form.", JSON_TYPE, spec, SimpleEventSchema),
        "acceptedEvent": _binary("A checked event.", accepted),
        "dayClosed": _binary("Everything of a local day has been sent.", _ref(spec, DayClosedSchema)),
        "snapshot": _binary("What is known of a customer.", _ref(spec, SnapshotSchema)),
        "decision": _binary("That a rule fired, and why.", _ref(spec, DecisionSchema)),
        "awaited": _binary("That an event came for which care tasks wait.", _ref(spec, AwaitedSchema)),
        "notification": _binary("What somebody was told.", _ref(spec, NotificationSchema)),
        "deadLetter": {
            "summary": "A message as it was, byte for byte, and why it was set aside.",
            "headers": _headers({f"guanxi.errors.{name}": text for name, text in _ERRORS.items()}),
            "payload": {"description": "The original value, whatever it is."},
        },
    }


def _binary(summary: str, payload: dict[str, Any]) -> dict[str, Any]:
    return {
        "summary": summary,
        "contentType": JSON_TYPE,
        "traits": [{"$ref": "#/components/messageTraits/binaryCloudEvent"}],
        "payload": payload,
        "bindings": {"kafka": {"key": {"type": "string", "description": "The customer id."}}},
    }


def _whole(summary: str, content_type: str, spec: APISpec, schema: type[Schema]) -> dict[str, Any]:
    return {"summary": summary, "contentType": content_type, "payload": _ref(spec, schema)}


def _ref(spec: APISpec, schema: type[Schema]) -> dict[str, Any]:
    name = schema.__name__.removesuffix("Schema")
    if name not in spec.components.schemas:
        spec.components.schema(name, schema=schema)
    return {"$ref": f"#/components/schemas/{name}"}


def _headers(described: dict[str, str], required: tuple[str, ...] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: {"type": "string", "description": text} for name, text in described.items()},
        "required": list(described if required is None else required),
    }


def _channel(topic: Topic) -> str:
    first, *others = topic.name.removeprefix("guanxi.").split("-")
    return first + "".join(word.capitalize() for word in others)


def _channel_of(topic: Topic) -> dict[str, Any]:
    return {
        "address": topic.name,
        "summary": topic.summary,
        "messages": {name: {"$ref": f"#/components/messages/{name}"} for name in _MESSAGES[topic.name]},
        "bindings": {"kafka": {"topic": topic.name}},
    }


def _operations(topic: Topic) -> list[tuple[str, dict[str, Any]]]:
    channel = {"$ref": f"#/channels/{_channel(topic)}"}
    name = _channel(topic)[0].upper() + _channel(topic)[1:]
    sent = (f"send{name}", {"action": "send", "channel": channel, "summary": f"By {topic.producer}."})
    received = [
        (f"{service}Receives{name}", {"action": "receive", "channel": channel, "summary": f"By {service}."})
        for service in _CONSUMERS[topic.name]
    ]
    return [sent, *received]


if __name__ == "__main__":
    sys.stdout.buffer.write(orjson.dumps(asyncapi_document(), option=orjson.OPT_INDENT_2) + b"\n")
