"""The loop around a topic that ingest reads: poll, handle, commit; wait out outages.

The handler's effects must be harmless when repeated: after a crash a batch comes again.
"""

from collections.abc import Callable, Mapping
from threading import Event

from shared.bus.port import Batch, Bus, Consumer
from shared.clock import Clock
from shared.errors import LeaseLostError, RetryLaterError
from shared.flow.age import observe_wait
from shared.telemetry import metrics
from shared.telemetry.logs import logger

MAX_RECORDS = 500
POLL_TIMEOUT_S = 0.25
FIRST_POLL_TIMEOUT_S = 0.01
"""The first poll only tells that the topic can be read; nobody should wait for it to be ready."""

MAX_PAUSE_S = 5.0

Handler = Callable[[Batch], None]


class TopicLoop:
    """Feeds batches of *topic* to *handle*, one at a time. Run it in one thread."""

    def __init__(
        self,
        bus: Bus,
        topic: str,
        group: str,
        member: str,
        handle: Handler,
        *,
        clock: Clock,
        committed: Callable[[], None] = lambda: None,
    ) -> None:
        self._topic = topic
        self._handle = handle
        self._clock = clock
        self._committed = committed
        self._waiting_for = "the first poll"
        self._consumer: Consumer = bus.consumer(topic, group, member, self)

    def assigned(self, partition: int, log_id: str, committed: int) -> None:
        """Nothing is kept per partition."""
        metrics.REBALANCES.labels(service="ingest", kind="assigned").inc()

    def revoked(self, partition: int) -> None:
        """Nothing is kept per partition."""
        metrics.REBALANCES.labels(service="ingest", kind="revoked").inc()

    def lost(self, partition: int) -> None:
        """Nothing is kept per partition."""
        metrics.REBALANCES.labels(service="ingest", kind="lost").inc()

    def check_ready(self) -> None:
        """Raise RetryLaterError while the topic cannot be read."""
        if self._waiting_for:
            raise RetryLaterError(f"{self._topic}: waiting for {self._waiting_for}")

    def run(self, stop: Event) -> None:
        """Work until *stop* is set; the batch under work is finished first."""
        pause_s = 0.0
        try:
            while not stop.wait(pause_s):
                pause_s = self._turn(stop, pause_s)
        finally:
            self._consumer.close()

    def _turn(self, stop: Event, pause_s: float) -> float:
        try:
            timeout_s = FIRST_POLL_TIMEOUT_S if self._waiting_for else POLL_TIMEOUT_S
            batch = self._consumer.poll(MAX_RECORDS, timeout_s)
            self._waiting_for = ""
            observe_wait("ingest", self._topic, batch, self._clock)
            if batch is not None:
                self._finish(batch, stop)
            self._measure(self._consumer.lag())
        except RetryLaterError as error:
            return self._note(error, pause_s)
        return 0.0

    def _finish(self, batch: Batch, stop: Event) -> None:
        """Handle and commit *batch* however often it takes, unless told to stop."""
        pause_s = 0.0
        while not stop.wait(pause_s):
            try:
                self._handle(batch)
                self._consumer.commit(batch.partition, batch.next_offset)
                self._committed()
            except LeaseLostError:
                return
            except RetryLaterError as error:
                pause_s = self._note(error, pause_s)
            else:
                self._waiting_for = ""
                return

    def _note(self, error: RetryLaterError, pause_s: float) -> float:
        if self._waiting_for != str(error):
            logger().warning("waiting", topic=self._topic, code=error.code, detail=str(error))
        self._waiting_for = str(error)
        return min(MAX_PAUSE_S, max(0.1, pause_s * 2))

    def _measure(self, lag: Mapping[int, int]) -> None:
        metrics.CONSUMER_LAG.labels(service="ingest", topic=self._topic).set(sum(lag.values()))
