"""A customer's document as the stage holds it: position, numbering and outbox around a processor's state.

Pure; the document's shape is declared here and nowhere else.
"""

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from shared.contracts.cloudevents import CloudEvent
from shared.flow.processor import Outgoing
from shared.store.port import Document, Versioned

S = TypeVar("S")

STAGE_FIELDS = ("_id", "partition", "log", "offset", "seen", "sequence", "outbox", "due_day")
"""Fields of a document that belong to the stage; the rest is the processor's."""


@dataclass(slots=True)
class Subject(Generic[S]):
    """One customer under work. *outbox* holds ``(cause offset, event)`` owed since the last write."""

    key: str
    state: S
    version: int = 0
    log: str = ""
    offset: int = -1
    seen: int = 0
    sequence: int = 0
    outbox: list[tuple[int, CloudEvent]] = field(default_factory=list)
    touched: bool = False

    def covers(self, log_id: str, offset: int, sequence: int | None) -> bool:
        """Whether a message at this place, or with this number, was already dealt with."""
        if self.log == log_id and offset <= self.offset:
            return True
        return sequence is not None and sequence <= self.seen

    def owe(self, offset: int, messages: list[Outgoing], source: str) -> None:
        """Number *messages* and put them into the outbox."""
        for message in messages:
            self.sequence += 1
            extensions = {"sequence": str(self.sequence)}
            if message.traceparent:
                extensions["traceparent"] = message.traceparent
            event = CloudEvent(
                id=message.id or f"{self.key}/{self.sequence}",
                source=source,
                type=message.type,
                subject=self.key,
                time=message.time,
                data=message.data,
                extensions=extensions,
            )
            self.outbox.append((offset, event))

    def written(self) -> None:
        """Note that the stored document is now this subject, one version on."""
        self.version += 1
        self.outbox = []
        self.touched = False


def subject_from(found: Versioned, state: S) -> Subject[S]:
    """Wrap *state*, loaded from *found*. The stored outbox is not taken over: it is published by recovery."""
    document = found.document
    return Subject(
        key=document["_id"],
        state=state,
        version=found.version,
        log=document["log"],
        offset=document["offset"],
        seen=document["seen"],
        sequence=document["sequence"],
    )


def document_of(subject: Subject[Any], partition: int, due_day: int | None, fields: Document) -> Document:
    """The document to store for *subject*."""
    return {
        "_id": subject.key,
        "partition": partition,
        "log": subject.log,
        "offset": subject.offset,
        "seen": subject.seen,
        "sequence": subject.sequence,
        "due_day": due_day,
        "outbox": [[offset, _packed(event)] for offset, event in subject.outbox],
        **fields,
    }


def outbox_of(document: Document) -> list[tuple[int, CloudEvent]]:
    """The messages a stored document owes, with the offsets that caused them."""
    return [(offset, _unpacked(document["_id"], packed)) for offset, packed in document["outbox"]]


def _packed(event: CloudEvent) -> list[Any]:
    return [event.id, event.source, event.type, event.time, event.data, dict(event.extensions)]


def _unpacked(key: str, packed: list[Any]) -> CloudEvent:
    identity, source, kind, time, data, extensions = packed
    return CloudEvent(
        id=identity, source=source, type=kind, subject=key, time=time, data=data, extensions=extensions
    )
