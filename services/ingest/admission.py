"""One event's way from an item to messages for the log: envelope, type, fields, size, stamps.

Pure but for the clock. HTTP and the inbound topic go through the same `Admission`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import orjson

from services.ingest.catalogue import INTERNAL_TYPES, CompiledCatalogue
from services.ingest.envelope import Deadline, Envelope, read_event, read_structured
from services.ingest.rejection import RejectedError, clean, missing, wrong_type
from shared.bus.port import Message
from shared.clock import Clock, to_rfc3339
from shared.contracts.cloudevents import CloudEvent, headers_of
from shared.contracts.limits import MAX_DEPTH, MAX_EVENT_BYTES, is_plain_text
from shared.contracts.topics import EventTypes

OWN_SOURCES = "guanxi/"
"""Sources of Guanxi's own services; publishers may not use them."""


@dataclass(frozen=True, slots=True)
class Sender:
    """What the sender of events may do beyond sending them."""

    may_close_days: bool = False
    over_the_bus: bool = False  # where Guanxi's own services send too
    traceparent: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one item: the messages to append, or the error."""

    id: str | None
    messages: Sequence[Message] = ()
    error: RejectedError | None = None


class Admission:
    """Judges items by one compiled catalogue, at one instant."""

    def __init__(
        self, catalogue: CompiledCatalogue, clock: Clock, *, partitions: int, event_clock: bool
    ) -> None:
        now = clock.now()
        self._catalogue = catalogue
        self._deadline = Deadline.after(now)
        self._recorded = to_rfc3339(now.replace(microsecond=now.microsecond // 1000 * 1000))
        self._partitions = partitions
        self._event_clock = event_clock

    def judge(self, item: Any, sender: Sender) -> Verdict:
        """Check one item and write its messages."""
        try:
            if type(item) is dict and item.get("type") == EventTypes.DAY_CLOSED:
                return self._marker(item, sender)
            envelope = read_event(item, self._deadline)
            return Verdict(envelope.id, (self._message(envelope, sender),))
        except RejectedError as error:
            return Verdict(_id_of(item), error=error)

    def _message(self, envelope: Envelope, sender: Sender) -> Message:
        data = self._checked(envelope, sender)
        try:
            value = orjson.dumps(data)
        except TypeError as error:
            raise RejectedError("bad-text", "/data", "holds what cannot be written as JSON") from error
        if len(value) > MAX_EVENT_BYTES:
            detail = f"the data has {len(value)} bytes"
            raise RejectedError("too-large", "/data", detail, expected=f"at most {MAX_EVENT_BYTES} bytes")
        return Message(envelope.subject, value, headers_of(self._stamped(envelope, sender)))

    def _checked(self, envelope: Envelope, sender: Sender) -> dict[str, Any]:
        if envelope.source.startswith(OWN_SOURCES):
            if not (sender.over_the_bus and envelope.type in INTERNAL_TYPES):
                detail = f'sources that start with "{OWN_SOURCES}" are reserved'
                raise RejectedError("reserved", "/source", detail)
            expect_shallow(envelope.data)
            return dict(envelope.data)
        return self._catalogue.type(envelope.type).check(envelope.data)

    def _stamped(self, envelope: Envelope, sender: Sender) -> CloudEvent:
        extensions = {**envelope.extensions, "recordedtime": self._recorded}
        if sender.traceparent:
            extensions.setdefault("traceparent", sender.traceparent)
        return CloudEvent(
            envelope.id, envelope.source, envelope.type, envelope.subject, envelope.time, {}, extensions
        )

    def _marker(self, item: dict[str, Any], sender: Sender) -> Verdict:
        """A day marker goes to every partition, so that each closes the day between the same neighbours."""
        if not self._event_clock:
            detail = "days are closed by the clock here; markers need GUANXI_CLOCK=event"
            raise RejectedError("wall-clock", "/type", detail)
        if not sender.may_close_days:
            raise RejectedError("forbidden", "/type", "closing days needs a key with scope clock")
        plain = {name: value for name, value in item.items() if name != "subject"}
        envelope = read_structured(plain, self._deadline, has_subject=False)
        value = orjson.dumps({"day": _closed_day(envelope.data)})
        message = Message("", value, headers_of(self._stamped(envelope, sender)))
        copies = tuple(replace(message, partition=partition) for partition in range(self._partitions))
        return Verdict(envelope.id, copies)


def expect_shallow(data: Any, pointer: str = "/data") -> None:
    """Raise RejectedError when *data* is nested deeper than events may be."""
    level, depth = [data], 0
    while level := [
        inner for outer in level for inner in (outer.values() if isinstance(outer, dict) else outer)
        if isinstance(inner, (dict, list))
    ]:  # fmt: skip
        depth += 1
        if depth >= MAX_DEPTH:
            raise RejectedError(
                "too-deep", pointer, "nested too deep", expected=f"at most {MAX_DEPTH} levels"
            )


def _closed_day(data: dict[str, Any]) -> str:
    expected = "a date such as 2010-01-04"
    if (day := data.get("day")) is None:
        raise missing("/data/day", expected)
    try:
        if len(data) > 1:
            raise RejectedError("unknown-field", "/data", "a day marker holds only `day`")
        if date.fromisoformat(day).isoformat() != day:
            raise ValueError(day)
    except (TypeError, ValueError) as error:
        raise wrong_type("/data/day", day, expected) from error
    return str(day)


def _id_of(item: Any) -> str | None:
    """The id to name in the answer, when there is one that can be named."""
    found = item.get("id") if isinstance(item, dict) else None
    return clean(found) if isinstance(found, str) and is_plain_text(found) else None
