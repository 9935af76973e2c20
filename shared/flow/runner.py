"""The loop of a worker: poll, decode, hand to the stage, commit; wait out outages; set poison aside.

Owns retries and the decision when to give up; the order of writes belongs to the stage.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from shared.bus.port import Batch, Bus, Consumer, Record
from shared.clock import Clock
from shared.contracts.cloudevents import CloudEvent, MalformedMessageError, from_record
from shared.errors import LeaseLostError, RefusedError, RetryLaterError, StopError
from shared.flow.age import observe_age, observe_wait
from shared.flow.crash_points import Reach, never
from shared.flow.processor import Input
from shared.flow.stage import Handled, Stage
from shared.flow.work import PoisonError, StaleError, is_control, is_day_marker, marker_day
from shared.telemetry import metrics
from shared.telemetry.logs import logger

MAX_RECORDS = 500
POLL_TIMEOUT_S = 0.5
POISON_TRIES = 3
MAX_BACKOFF_S = 5.0

_FIRST_PARTITIONS = "its first partitions"


class StopSignal(Protocol):
    """Says when to stop; a `threading.Event` is one."""

    def is_set(self) -> bool:
        """Whether the service is asked to stop."""

    def wait(self, timeout: float | None = None) -> bool:
        """Sleep up to *timeout* seconds, less when asked to stop."""


DeadLetterSink = Callable[[Batch, Record, str, str, int], None]
"""Sets a record aside durably: batch, record, reason code, detail, attempts."""


class NotReadyError(RetryLaterError):
    """The worker cannot work yet; the message says why."""

    code = "not-ready"


@dataclass(slots=True)
class WorkerState:
    """What health and status tell of a worker. Written by its loop, read by HTTP threads."""

    service: str
    reads: str
    partitions: dict[int, str] = field(default_factory=dict)  # held partitions and their log ids
    waiting_for: str = _FIRST_PARTITIONS  # empty when it is ready
    began: bool = False  # whether it ever held a partition
    processed: int = 0
    duplicates: int = 0
    dead_letters: int = 0
    busy_s: float = 0.0

    def check_ready(self) -> None:
        """Raise NotReadyError with the reason unless the worker can work."""
        if self.waiting_for:
            raise NotReadyError(f"{self.service} waits for {self.waiting_for}")

    def go_on(self) -> None:
        """Note that bus and store answer: nothing but a first partition can be missing."""
        self.waiting_for = "" if self.began else _FIRST_PARTITIONS

    def told(self) -> dict[str, Any]:
        """The state as JSON values."""
        return {
            "service": self.service,
            "reads": self.reads,
            "partitions": sorted(self.partitions),
            "waiting_for": self.waiting_for,
            "processed": self.processed,
            "duplicates": self.duplicates,
            "dead_letters": self.dead_letters,
            "busy_s": round(self.busy_s, 3),
        }


class Runner:
    """Runs a stage on one consumer until told to stop."""

    def __init__(
        self,
        stage: Stage[Any],
        bus: Bus,
        *,
        topic: str,
        group: str,
        member: str,
        dead_letter: DeadLetterSink,
        dead_letter_limit: int,
        clock: Clock,
        reach: Reach = never,
        max_records: int = MAX_RECORDS,
    ) -> None:
        self._stage = stage
        self._dead_letter = dead_letter
        self._dead_letter_limit = dead_letter_limit
        self._clock = clock
        self._reach = reach
        self._max_records = max_records
        self._unrecovered: dict[int, tuple[str, int]] = {}
        self._tries: dict[tuple[int, int], int] = {}
        self.state = WorkerState(group, topic)
        self._log = logger(topic=topic)
        self._consumer: Consumer = bus.consumer(topic, group, member, self)

    # -- PartitionListener

    def assigned(self, partition: int, log_id: str, committed: int) -> None:
        """A partition is ours; its outboxes are recovered before its first batch."""
        self._unrecovered[partition] = (log_id, committed)
        self.state.partitions[partition] = log_id
        self.state.began = True
        self.state.go_on()
        metrics.REBALANCES.labels(service=self.state.service, kind="assigned").inc()

    def revoked(self, partition: int) -> None:
        """A partition is given up; everything handled is committed already."""
        self._drop(partition, "revoked")

    def lost(self, partition: int) -> None:
        """A partition was taken away; its new owner recovers."""
        self._drop(partition, "lost")

    def _drop(self, partition: int, kind: str) -> None:
        self._stage.forget(partition)
        self._unrecovered.pop(partition, None)
        self.state.partitions.pop(partition, None)
        metrics.REBALANCES.labels(service=self.state.service, kind=kind).inc()

    # -- the loop

    def run(self, stop: StopSignal) -> None:
        """Work until *stop* is set; the batch under work is finished and committed first."""
        pause_s = 0.0
        try:
            while not stop.is_set():
                if pause_s:
                    stop.wait(pause_s)
                pause_s = self._turn(stop, pause_s)
        finally:
            self._consumer.close()

    def _turn(self, stop: StopSignal, pause_s: float) -> float:
        """Poll and deal with one batch; return how long to wait before the next turn."""
        try:
            batch = self._consumer.poll(self._max_records, POLL_TIMEOUT_S)
            observe_wait(self.state.service, self.state.reads, batch, self._clock)
            if batch is not None:
                self._finish(batch, stop)
            self._measure_lag()
        except RetryLaterError as error:
            return self._note_outage(error, pause_s)
        self.state.go_on()
        return 0.0

    def _measure_lag(self) -> None:
        lag = sum(self._consumer.lag().values())
        metrics.CONSUMER_LAG.labels(service=self.state.service, topic=self.state.reads).set(lag)

    def _note_outage(self, error: RetryLaterError, pause_s: float) -> float:
        if isinstance(error, StaleError):
            metrics.STORE_CONFLICTS.labels(service=self.state.service).inc()
        else:
            self.state.waiting_for = str(error)
            self._log.warning("waiting", reason=error.code, detail=str(error))
        return min(MAX_BACKOFF_S, max(error.retry_after_s * 0.1, pause_s * 2))

    def _finish(self, batch: Batch, stop: StopSignal) -> None:
        """Deal with *batch* however often it takes; give up only on a lost lease or when asked to stop."""
        inputs: list[Input] | None = None
        aside: set[int] = set()
        pause_s = 0.0
        while True:
            try:
                if inputs is None:
                    self._reach("after-read")
                    inputs = self._decoded(batch, aside)
                inputs = self._attempt_or_sift(batch, inputs)
                if inputs is None:
                    self.state.go_on()
                    return
            except LeaseLostError:
                self._log.warning("lease lost", partition=batch.partition)
                self._drop(batch.partition, "lost")
                return
            except RetryLaterError as error:
                self._unrecover(batch)
                pause_s = self._note_outage(error, pause_s)
                if stop.wait(pause_s):
                    return

    def _attempt_or_sift(self, batch: Batch, inputs: list[Input]) -> list[Input] | None:
        """Try once; return None when done, or what is left to try after a record proved to be poison."""
        try:
            self._attempt(batch, inputs)
        except PoisonError as error:
            self._unrecover(batch)
            return self._without_poison(batch, inputs, error)
        return None

    def _attempt(self, batch: Batch, inputs: Sequence[Input]) -> None:
        labels = {"service": self.state.service}
        started = self._clock.monotonic()
        with metrics.PROCESSING_SECONDS.labels(**labels).time():
            uncommitted = self._unrecovered.get(batch.partition)
            if uncommitted is not None:
                metrics.REPUBLISHED.labels(**labels).inc(self._stage.recover(batch.partition, *uncommitted))
                self._reach("after-recovery")
            self._count(self._stage.handle(batch, inputs))
            if uncommitted is not None:
                late = self._stage.recover_late(batch.partition, *uncommitted)
                metrics.REPUBLISHED.labels(**labels).inc(late)
                del self._unrecovered[batch.partition]
            self._reach("before-commit")
            self._consumer.commit(batch.partition, batch.next_offset)
            self._reach("after-commit")
        self.state.busy_s += self._clock.monotonic() - started
        observe_age(self.state.service, inputs, self._clock)
        metrics.BATCH_RECORDS.labels(**labels).observe(len(batch.records))

    def _count(self, handled: Handled) -> None:
        labels = {"service": self.state.service}
        self.state.processed += handled.effective
        self.state.duplicates += handled.duplicates
        metrics.EVENTS_PROCESSED.labels(**labels).inc(handled.effective)
        metrics.EVENTS_DEDUPLICATED.labels(**labels).inc(handled.duplicates)

    def _unrecover(self, batch: Batch) -> None:
        self._unrecovered[batch.partition] = (batch.log_id, batch.records[0].offset)

    # -- what cannot be dealt with

    def _decoded(self, batch: Batch, aside: set[int]) -> list[Input]:
        """Decode *batch*; *aside* remembers, over an outage, the offsets set aside already."""
        inputs = []
        for record in batch.records:
            try:
                inputs.append(decoded(record))
            except RefusedError as error:
                if record.offset not in aside:
                    self._set_aside(batch, record, *_told(error), 1)
                    aside.add(record.offset)
        return inputs

    def _without_poison(self, batch: Batch, inputs: list[Input], error: PoisonError) -> list[Input]:
        place = (batch.partition, error.offset)
        self._tries[place] = self._tries.get(place, 0) + 1
        self._log.error("cannot process", partition=batch.partition, offset=error.offset, exc_info=error)
        if self._tries[place] < POISON_TRIES and error.refused is None:
            return inputs
        record = next(record for record in batch.records if record.offset == error.offset)
        reason, detail = (error.code, str(error)) if error.refused is None else _told(error.refused)
        self._set_aside(batch, record, reason, detail, self._tries[place])
        del self._tries[place]
        return [incoming for incoming in inputs if incoming.offset != error.offset]

    def _set_aside(self, batch: Batch, record: Record, reason: str, detail: str, tries: int) -> None:
        if (count := self.state.dead_letters + 1) > self._dead_letter_limit:
            raise StopError(
                f"{count} messages of {batch.topic} could not be processed since the start: "
                f"so many mean that the code or its settings are wrong, not the data. Last: {detail}"
            )
        self._reach("before-dead-letter")
        self._dead_letter(batch, record, reason, detail, tries)
        self._reach("after-dead-letter")
        self.state.dead_letters = count
        metrics.EVENTS_DEAD_LETTERED.labels(service=self.state.service, reason=reason).inc()


def _told(error: RefusedError) -> tuple[str, str]:
    return error.code, f"{error} (at {error.pointer or '/'})"


def decoded(record: Record) -> Input:
    """Read *record* as a CloudEvent; raises RefusedError with a JSON pointer when it is none."""
    event = from_record(record)
    _require_subject(event)
    _require_day(event)
    sequence = event.extensions.get("sequence")
    numbered = sequence is not None and event.source.startswith("guanxi/")
    return Input(record.offset, event, int(sequence) if numbered and sequence else None)


def _require_subject(event: CloudEvent) -> None:
    if not event.subject and not is_day_marker(event) and not is_control(event):
        raise RefusedError("the message names no customer", pointer="/subject")


def _require_day(event: CloudEvent) -> None:
    """A marker without a day would stop every process that reads it, one after the other."""
    if is_day_marker(event):
        try:
            marker_day(event)
        except (KeyError, TypeError, ValueError) as error:
            found = event.data.get("day")
            raise MalformedMessageError(
                f"expected a local date such as 2010-01-04, found {found!r}", pointer="/data/day"
            ) from error
