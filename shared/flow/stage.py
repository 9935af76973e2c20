"""The promise: at-least-once delivery in, exactly one effect out, with single-document writes only.

A stage takes one partition's records, lets a `Processor` compute in memory, and writes in an order
that survives a crash anywhere: side documents (insert if absent), customer documents with position
and outbox (compare-and-set), published messages, partition memory. The caller commits offsets.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from shared.bus.port import Batch
from shared.contracts.cloudevents import CloudEvent
from shared.flow.cache import SubjectCache
from shared.flow.processor import Input, PartitionMemory
from shared.flow.subject import outbox_of
from shared.flow.work import (
    Ports,
    StaleError,
    Told,
    Work,
    is_control,
    is_day_marker,
    marker_day,
    publish,
    refuse_ahead,
)
from shared.store.port import Filter, Query, Replacement, Versioned
from shared.telemetry import metrics

S = TypeVar("S")


@dataclass(slots=True)
class Handled:
    """What became of a batch."""

    effective: int = 0
    duplicates: int = 0

    def add(self, work: Work[S]) -> None:
        """Count what *work* has stored."""
        self.effective += work.effective
        self.duplicates += work.duplicates


@dataclass(slots=True)
class _Remembered:
    memory: PartitionMemory
    version: int = 0


@dataclass(slots=True)
class Stage(Generic[S]):
    """Runs one processor over the partitions this process holds. Not thread-safe.

    *page*: idle customers taken into memory at once when a day closes or a release changes; *keep*: customers
    kept in memory between batches.
    """

    ports: Ports[S]
    page: int = 2_000
    keep: int = 10_000
    _memories: dict[int, _Remembered] = field(default_factory=dict)
    _handled: Handled = field(default_factory=Handled)  # stored, and not yet told by `handle`
    _counted: dict[tuple[str, int], int] = field(default_factory=dict)  # offset, by log and partition
    _told: set[Told] | None = None  # since `recover`: documents whose outboxes are out, by version
    _cache: SubjectCache[S] = field(init=False)

    def __post_init__(self) -> None:
        self._cache = SubjectCache(self.keep)

    def forget(self, partition: int) -> None:
        """Drop what is remembered of a partition that is no longer ours, or after a failure."""
        self._memories.pop(partition, None)
        self._cache.clear()

    def recover(self, partition: int, log_id: str, committed: int) -> int:
        """Publish what documents owe for offsets not yet committed; return how many messages.

        Needed when a partition is assigned and after any failure: it makes a crash between saving and
        publishing harmless, and no outbox is replaced before it was published.
        """
        self.forget(partition)
        self._told = set()
        return self._publish_owed(partition, log_id, committed, self._told)

    def recover_late(self, partition: int, log_id: str, committed: int) -> int:
        """Publish what is owed by writes that landed after `recover` had looked; return how many messages.

        A write whose answer was lost, or whose sender was killed, may still be on its way to the store. Once
        the batch is handled none can land any more: every document it might touch has a higher version.
        """
        told, self._told = self._told or set(), None
        return self._publish_owed(partition, log_id, committed, told)

    def _publish_owed(self, partition: int, log_id: str, committed: int, told: set[Told]) -> int:
        owed: list[tuple[int, str, int, CloudEvent]] = []
        beyond = {"partition": partition, "log": log_id, "offset": {"$gte": committed}}
        for found in self._found(beyond):
            key = found.document["_id"]
            if (key, found.version) not in told:
                told.add((key, found.version))
                entries = enumerate(outbox_of(found.document))
                owed += [
                    (cause, key, place, event) for place, (cause, event) in entries if cause >= committed
                ]
        owed.sort(key=lambda entry: entry[:3])
        publish(self.ports.producer, self.ports.output_topic, partition, [entry[3] for entry in owed])
        return len(owed)

    def handle(self, batch: Batch, inputs: Sequence[Input]) -> Handled:
        """Deal with *inputs*, the decoded records of *batch*.

        Raises PoisonError for a record that cannot be dealt with, DayPoisonError where a day cannot be closed
        for some customers, StaleError or another RetryLaterError when it should be tried again; call
        `recover` first then. The answer of the try that succeeds counts what the others stored.
        """
        memory = self.ports.processor.prepare(self._memory(batch.partition), batch.log_id, inputs)
        for run in _split(inputs, is_control):
            if is_control(run[0].event):
                memory = self._sweep(memory, batch.log_id, run[0])
            else:
                memory = self._advance(memory, batch.log_id, run)
        self._remember(memory)
        handled, self._handled = self._handled, Handled()
        return handled

    def _advance(self, memory: PartitionMemory, log_id: str, run: Sequence[Input]) -> PartitionMemory:
        """Compute a run of messages and day markers in memory, and save it as one unit of work."""
        days = [marker_day(incoming.event) for incoming in run if is_day_marker(incoming.event)]
        work = self._work(memory, log_id, run[0].offset)
        if days and max(days) > memory.closed_day:
            due = self.ports.documents.find_ids(_due(memory.partition, max(days)), self.page + 1)
            if len(due) > self.page:
                return self._advance_paged(memory, log_id, run)
            self._refuse_ahead(memory.partition, log_id, run[0].offset, self._told or frozenset())
            work.admit_keys(due)
        self._compute(work, run)
        self._save(work, log_id, run)
        return work.memory

    def _work(self, memory: PartitionMemory, log_id: str, start: int) -> Work[S]:
        counted = self._counted.get((log_id, memory.partition), -1)
        told: Container[Told] = self._told or frozenset()
        return Work(self.ports, memory, log_id, self._cache, start=start, told=told, counted=counted)

    def _refuse_ahead(self, partition: int, log_id: str, start: int, told: Container[Told]) -> None:
        """Raise StaleError if another process dealt with a customer's day or release, whose turn is ours.

        Such a customer is not due any more and is not loaded; so this is called once all due ones are known.
        """
        for found in self._found({"partition": partition, "log": log_id, "offset": {"$gte": start}}):
            refuse_ahead(found, log_id, start, told)

    def _save(self, work: Work[S], log_id: str, run: Sequence[Input]) -> None:
        """Save *work*, and count what it stored even if it could not be published yet."""
        try:
            work.save()
        finally:
            if work.stored:
                self._handled.add(work)
                self._counted[log_id, work.memory.partition] = run[-1].offset
        self._note_told(work)

    def _note_told(self, work: Work[S]) -> None:
        if self._told is not None:
            self._told.update(work.written)

    def _compute(self, work: Work[S], run: Sequence[Input]) -> None:
        keys = {incoming.event.subject for incoming in run if not is_day_marker(incoming.event)}
        work.admit_keys(keys)
        for incoming in run:
            if is_day_marker(incoming.event):
                work.close_day(incoming)
            else:
                work.take(incoming)

    def _advance_paged(self, memory: PartitionMemory, log_id: str, run: Sequence[Input]) -> PartitionMemory:
        """Too many customers are due for one unit of work: save between the markers, a page at a time."""
        for part in _split(run, is_day_marker):
            if is_day_marker(part[0].event):
                memory = self._close_paged(memory, log_id, part[0])
                continue
            work = self._work(memory, log_id, part[0].offset)
            self._compute(work, part)
            self._save(work, log_id, part)
        return memory

    def _close_paged(self, memory: PartitionMemory, log_id: str, marker: Input) -> PartitionMemory:
        day = marker_day(marker.event)
        if day <= memory.closed_day:
            return memory
        told: set[Told] = set() if self._told is None else self._told
        for page in self._pages(_due(memory.partition, day)):
            work = self._work(memory, log_id, marker.offset)
            work.admit(page)
            work.close_due(marker)
            work.save()
            told.update(work.written)
        self._refuse_ahead(memory.partition, log_id, marker.offset, told)
        last = self._work(memory, log_id, marker.offset)
        last.pass_on(marker)
        last.save()
        return last.memory

    def _sweep(self, memory: PartitionMemory, log_id: str, control: Input) -> PartitionMemory:
        """Let a control message reach every customer it concerns, a page at a time."""
        changed = self.ports.processor.control(control.event, memory)
        if changed is None:
            return memory
        after, concerned = changed
        told: set[Told] = set() if self._told is None else self._told
        for page in self._pages({"partition": memory.partition, **concerned}):
            work = self._work(after, log_id, control.offset)
            work.admit(page)
            work.sweep(control)
            work.save()
            told.update(work.written)
        self._refuse_ahead(memory.partition, log_id, control.offset, told)
        self._remember(after)
        return after

    def _found(self, concerned: Filter) -> Iterator[Versioned]:
        for page in self._pages(concerned):
            yield from page

    def _pages(self, concerned: Filter) -> Iterable[Sequence[Versioned]]:
        cursor: str | None = None
        while True:
            page = self.ports.documents.find(Query(filter=concerned, limit=self.page, cursor=cursor))
            if page.documents:
                yield page.documents
            cursor = page.cursor
            if cursor is None:
                return

    def _memory(self, partition: int) -> PartitionMemory:
        if partition not in self._memories:
            found = self.ports.memories.get_many([str(partition)]).get(str(partition))
            if found is None:
                self._memories[partition] = _Remembered(PartitionMemory(partition))
            else:
                kept = found.document
                memory = PartitionMemory(partition, kept["closed_day"], kept["facts"])
                self._memories[partition] = _Remembered(memory, found.version)
        return self._memories[partition].memory

    def _remember(self, memory: PartitionMemory) -> None:
        remembered = self._memories[memory.partition]
        if memory == remembered.memory:
            return
        document = {
            "_id": str(memory.partition),
            "closed_day": memory.closed_day,
            "facts": dict(memory.facts),
        }
        if self.ports.memories.replace([Replacement(document, remembered.version)]):
            raise StaleError(f"partition {memory.partition} is worked on by another process")
        remembered.memory, remembered.version = memory, remembered.version + 1
        oldest = min(each.memory.closed_day for each in self._memories.values())
        metrics.LAST_CLOSED_DAY.labels(service=self.ports.processor.name).set(oldest)


def _due(partition: int, day: int) -> Filter:
    """The customers of *partition* who want some day up to *day* to be closed for them."""
    return {"partition": partition, "due_day": {"$lte": day}}


def _split(inputs: Sequence[Input], alone: Callable[[CloudEvent], bool]) -> Iterator[list[Input]]:
    """Cut *inputs* so that each message for which *alone* holds stands in a run of its own."""
    run: list[Input] = []
    for incoming in inputs:
        if alone(incoming.event):
            if run:
                yield run
            yield [incoming]
            run = []
        else:
            run.append(incoming)
    if run:
        yield run
