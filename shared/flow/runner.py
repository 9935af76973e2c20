"""The loop of a worker: poll, decode, hand to the stage, commit; wait out outages.

Owns retries; the order of writes belongs to the stage, and giving up what is poison to `setting_aside`.
"""

from collections.abc import Sequence
from typing import Any, Protocol

from shared.bus.port import Batch, Bus, Consumer
from shared.clock import Clock
from shared.errors import LeaseLostError, RetryLaterError
from shared.flow.age import observe_age, observe_wait
from shared.flow.crash_points import Reach, never
from shared.flow.poison import PoisonError
from shared.flow.processor import Input
from shared.flow.setting_aside import DeadLetterSink, SettingAside
from shared.flow.stage import Handled, Stage
from shared.flow.state import WorkerState
from shared.flow.work import StaleError
from shared.telemetry import metrics
from shared.telemetry.logs import logger

MAX_RECORDS = 500
POLL_TIMEOUT_S = 0.5
MAX_BACKOFF_S = 5.0


class StopSignal(Protocol):
    """Says when to stop; a `threading.Event` is one."""

    def is_set(self) -> bool:
        """Whether the service is asked to stop."""

    def wait(self, timeout: float | None = None) -> bool:
        """Sleep up to *timeout* seconds, less when asked to stop."""


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
        partitions: int,
        dead_letter: DeadLetterSink,
        dead_letter_limit: int,
        clock: Clock,
        reach: Reach = never,
        max_records: int = MAX_RECORDS,
    ) -> None:
        self._stage = stage
        self._clock = clock
        self._reach = reach
        self._max_records = max_records
        self._unrecovered: dict[int, tuple[str, int]] = {}
        self.state = WorkerState(group, topic)
        self._aside = SettingAside(self.state, dead_letter, dead_letter_limit, reach, partitions)
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
        """Count and tell *error*; a conflict only when it lasts, for a short one is how two writers meet."""
        if isinstance(error, StaleError):
            metrics.STORE_CONFLICTS.labels(service=self.state.service).inc()
        if not isinstance(error, StaleError) or pause_s >= MAX_BACKOFF_S:
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
                    inputs = self._aside.decode(batch, aside)
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
            return self._aside.without_poison(batch, inputs, error)
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
