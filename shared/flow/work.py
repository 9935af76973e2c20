"""One unit of work: compute a run of inputs in memory, then save and publish it in the safe order.

Knows the order of writes and nothing of polling or commits. Thrown away after `save` or any error.
"""

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Generic, TypeVar

from shared.bus.port import Producer
from shared.contracts.cloudevents import CloudEvent, to_message
from shared.contracts.topics import EventTypes
from shared.errors import GuanxiError, RefusedError, RetryLaterError, StopError
from shared.flow.amending import amend
from shared.flow.cache import SubjectCache
from shared.flow.poison import DayPoisonError, PoisonError
from shared.flow.processor import Amendment, Effects, Input, PartitionMemory, Processor
from shared.flow.subject import Subject, document_of, subject_from
from shared.quick_dataclass import replace
from shared.store.port import Collection, Document, Replacement, Versioned
from shared.telemetry import metrics

S = TypeVar("S")

Told = tuple[str, int]
"""A document's id and version."""


class StaleError(RetryLaterError):
    """Another process wrote a document first; nothing of it was published: recover and compute again."""

    code = "stale"


@dataclass(frozen=True, slots=True)
class Ports(Generic[S]):
    """Where a stage computes, keeps and publishes. *reach* marks the named crash points."""

    processor: Processor[S]
    documents: Collection
    memories: Collection
    producer: Producer
    output_topic: str
    reach: Callable[[str], None] = lambda _point: None


class Work(Generic[S]):
    """The customers under work for one run of one partition, and what the run owes.

    *start*: the run's first offset. *told*: versions of documents at or beyond it whose outboxes are known to
    be out. *counted*: messages up to this offset were counted by an earlier try.
    """

    def __init__(
        self,
        ports: Ports[S],
        memory: PartitionMemory,
        log_id: str,
        cache: SubjectCache[S],
        *,
        start: int,
        told: Container[Told] = frozenset(),
        counted: int = -1,
    ) -> None:
        self._ports = ports
        self._log_id = log_id
        self._cache = cache
        self._start = start
        self._told = told
        self._counted = counted
        self._subjects: dict[str, Subject[S]] = {}
        self._documents: dict[str, tuple[Collection, dict[str, Document]]] = {}
        self._amendments: list[Amendment] = []
        self._outgoing: list[CloudEvent] = []
        self.memory = memory
        self.effective = 0
        self.duplicates = 0
        self.stored = False
        self.written: list[tuple[str, int]] = []
        self._days = 0

    def admit(self, found: Iterable[Versioned]) -> None:
        """Take stored customers into memory."""
        for versioned in found:
            key = versioned.document["_id"]
            if key not in self._subjects:
                kept = self._cache.lend(key)
                fresh = kept is not None and kept.version == versioned.version
                self._subjects[key] = kept if kept is not None and fresh else self._loaded(versioned)

    def admit_keys(self, keys: Iterable[str]) -> None:
        """Take the customers with *keys* into memory, reading only those that are not kept there."""
        missing = []
        for key in sorted(keys):
            if key not in self._subjects:
                kept = self._cache.lend(key)
                if kept is None:
                    missing.append(key)
                else:
                    self._subjects[key] = kept
        if missing:
            self.admit(self._ports.documents.get_many(missing).values())

    def _loaded(self, versioned: Versioned) -> Subject[S]:
        refuse_ahead(versioned, self._log_id, self._start, self._told)
        state = self._ports.processor.load(versioned.document["_id"], versioned.document)
        return subject_from(versioned, state)

    def take(self, incoming: Input) -> None:
        """Apply one message about one customer; raises PoisonError."""
        key = incoming.event.subject
        subject = self._subjects.get(key)
        if subject is None:
            subject = Subject(key, self._ports.processor.load(key, None))
        elif subject.covers(self._log_id, incoming.offset, incoming.sequence):
            return
        effects = self._applied(subject, incoming)
        self._count(incoming, effects)
        if effects is None or not effects.changed:
            return
        self._subjects[key] = subject
        subject.seen = incoming.sequence or subject.seen
        self._keep(subject, incoming.offset, effects)

    def _count(self, incoming: Input, effects: Effects | None) -> None:
        if incoming.offset > self._counted:
            self.duplicates += effects is None
            self.effective += effects is not None

    def _applied(self, subject: Subject[S], incoming: Input) -> Effects | None:
        try:
            return self._ports.processor.apply(subject.state, incoming, self.memory)
        except RefusedError as error:
            raise PoisonError(incoming.offset, error) from error
        except GuanxiError:
            raise
        except Exception as error:
            raise PoisonError(incoming.offset, error) from error

    def close_day(self, marker: Input) -> None:
        """Close every missed day of the idle customers that are due, and pass the marker on."""
        day = marker_day(marker.event)
        if day <= self.memory.closed_day:
            return
        self.close_due(marker)
        self.pass_on(marker)

    def close_due(self, marker: Input) -> None:
        """Close the missed days of the customers in memory that want it, in order of their ids.

        Raises DayPoisonError for all for whom it cannot be done; those spared by *marker* stay as they are.
        """
        processor, day = self._ports.processor, marker_day(marker.event)
        due_days = [(key, processor.due_day(subject.state)) for key, subject in self._subjects.items()]
        failed: dict[str, Exception] = {}
        for key in sorted(key for key, due in due_days if due is not None and due <= day):
            if key not in marker.spared:
                try:
                    self._close_days(self._subjects[key], marker.offset, day)
                except (RetryLaterError, StopError):
                    raise
                except Exception as error:
                    failed[key] = error
        if failed:
            raise DayPoisonError(marker.offset, day, failed)

    def _close_days(self, subject: Subject[S], offset: int, day: int) -> None:
        processor, memory = self._ports.processor, replace(self.memory, offset=offset)
        while (due := processor.due_day(subject.state)) is not None and due <= day:
            self._keep(subject, offset, processor.close_day(subject.state, due, memory))

    def pass_on(self, marker: Input) -> None:
        """Publish the day's marker after everything that led up to it, and remember the day as closed."""
        day = marker_day(marker.event)
        self._outgoing.append(marker.event)
        self._days += 1
        self.memory = PartitionMemory(self.memory.partition, day, self.memory.facts)

    def sweep(self, control: Input) -> None:
        """Let a control message change every customer in memory."""
        for key in sorted(self._subjects):
            subject = self._subjects[key]
            if not subject.covers(self._log_id, control.offset, None):
                effects = self._ports.processor.sweep(subject.state, control.event, self.memory)
                self._keep(subject, control.offset, effects)

    def _keep(self, subject: Subject[S], offset: int, effects: Effects) -> None:
        subject.touched = True
        subject.log, subject.offset = self._log_id, offset
        owed_before = len(subject.outbox)
        subject.owe(offset, effects.messages, self._ports.processor.source)
        self._outgoing += [event for _, event in subject.outbox[owed_before:]]
        for collection, document in effects.documents:
            name = document["_id"]
            self._documents.setdefault(collection.name, (collection, {}))[1].setdefault(name, document)
        self._amendments += effects.amendments

    def save(self) -> None:
        """Write side documents, then customers with their outboxes, then publish. Raises StaleError."""
        reach = self._ports.reach
        reach("before-side-documents")
        for collection, documents in self._documents.values():
            collection.insert_absent(list(documents.values()))
        reach("before-amendments")
        amend(self._amendments)
        reach("after-side-documents")
        self._replace([subject for subject in self._subjects.values() if subject.touched])
        self.stored = True
        reach("after-documents")
        publish(self._ports.producer, self._ports.output_topic, self.memory.partition, self._outgoing)
        reach("after-publish")
        metrics.DAYS_CLOSED.labels(service=self._ports.processor.name).inc(self._days)
        for subject in self._subjects.values():
            self._cache.keep(subject)

    def _replace(self, subjects: Sequence[Subject[Any]]) -> None:
        processor = self._ports.processor
        replacements = [
            Replacement(
                document_of(
                    subject,
                    self.memory.partition,
                    processor.due_day(subject.state),
                    processor.dump(subject.state),
                ),
                subject.version,
            )
            for subject in subjects
        ]
        if replacements and (conflicts := self._ports.documents.replace(replacements)):
            example = min(conflicts)
            raise StaleError(f"{len(conflicts)} documents were written by another process, as {example!r}")
        for subject in subjects:
            subject.written()
        self.written = [(subject.key, subject.version) for subject in subjects]


def refuse_ahead(found: Versioned, log_id: str, start: int, told: Container[Told]) -> None:
    """Raise StaleError if another process wrote *found* for an offset from *start* on, which is our turn.

    A predecessor that stood still does so when it wakes. If it died then, what the document owes was never
    published, and would be lost with our next write: the recovery that follows the error publishes it.
    """
    document = found.document
    ahead = document["log"] == log_id and document["offset"] >= start
    if ahead and (document["_id"], found.version) not in told:
        raise StaleError(
            f"{document['_id']!r} was written by another process for offset {document['offset']}"
        )


def publish(producer: Producer, topic: str, partition: int, events: Sequence[CloudEvent]) -> None:
    """Append *events* to *partition* of *topic* and wait until they are durable."""
    if events:
        producer.send(topic, [to_message(event, partition) for event in events])


def marker_day(event: CloudEvent) -> int:
    """The ordinal of the local day that a day marker closes."""
    return date.fromisoformat(event.data["day"]).toordinal()


def is_day_marker(event: CloudEvent) -> bool:
    """Whether *event* closes a day."""
    return event.type == EventTypes.DAY_CLOSED


def is_control(event: CloudEvent) -> bool:
    """Whether *event* concerns every customer of a partition at once."""
    return event.type == EventTypes.RELEASE_ACTIVATED
