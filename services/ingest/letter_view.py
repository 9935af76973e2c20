"""A dead letter for people's eyes: what it is about and why it failed, personal fields hidden.

Pure. Where it cannot be told which fields are personal, every value is hidden.
"""

import base64
from collections.abc import Mapping
from typing import Any

import orjson

from services.ingest.catalogue import CompiledCatalogue
from services.ingest.dead_letters import headers_of
from shared.contracts.cloudevents import PREFIX
from shared.store.port import Document
from shared.telemetry.redaction import HIDDEN

_SUMMARY = (
    "status", "reason", "detail", "service", "version", "topic", "partition", "offset", "key", "size",
    "attempts", "first_failed_at", "recorded_at", "closed_at", "discarded_because",
)  # fmt: skip


def summary(document: Document) -> dict[str, Any]:
    """What a list shows."""
    known = {name: document[name] for name in _SUMMARY if name in document}
    return {"id": document["_id"], **known, "type": _type_of(document)}


def full(document: Document, catalogue: CompiledCatalogue | None, *, reveal: bool) -> dict[str, Any]:
    """Everything, with personal fields hidden unless *reveal*."""
    headers = {name: value.decode("utf-8", "replace") for name, value in headers_of(document["headers"])}
    value = base64.b64decode(document["value"])
    return {**summary(document), "headers": headers, "value": _shown(document, value, catalogue, reveal)}


def _shown(document: Document, value: bytes, catalogue: CompiledCatalogue | None, reveal: bool) -> Any:
    parsed = _parsed(value)
    if reveal:
        return value.decode("utf-8", "replace") if parsed is None else parsed
    if not isinstance(parsed, dict):
        return HIDDEN
    personal = catalogue.personal_fields(_type_of(document)) if catalogue else None
    if "data" in parsed and _is_envelope(parsed):
        return {**parsed, "data": _masked(parsed["data"], personal)}
    return _masked(parsed, personal)


def _masked(data: Any, personal: frozenset[str] | None) -> Any:
    if not isinstance(data, dict):
        return HIDDEN
    return {
        name: HIDDEN if personal is None or name in personal or isinstance(value, (dict, list)) else value
        for name, value in data.items()
    }


def _type_of(document: Mapping[str, Any]) -> str:
    for name, value in headers_of(document["headers"]):
        if name == f"{PREFIX}type":
            return value.decode("utf-8", "replace")
    parsed = _parsed(base64.b64decode(document["value"]))
    found = parsed.get("type") if isinstance(parsed, dict) and _is_envelope(parsed) else ""
    return found if isinstance(found, str) else ""


def _is_envelope(parsed: Mapping[str, Any]) -> bool:
    return "specversion" in parsed or "customer_id" in parsed


def _parsed(value: bytes) -> Any:
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return None
