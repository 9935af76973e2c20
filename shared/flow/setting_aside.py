"""What cannot be dealt with: tried three times, then set aside with the reason, and the rest goes on.

A message is set aside as it came. When a day cannot be closed for some customers, the marker is set aside
once for each, under the customer's key: the others' day is closed, and theirs stays due. Counts tries and
dead letters; how a dead letter is written and published belongs to `dead_letters`.
"""

from collections.abc import Callable

from shared.bus.port import Batch, Record
from shared.errors import RefusedError, StopError
from shared.flow.crash_points import Reach
from shared.flow.decoding import decoded, require_own_partition
from shared.flow.poison import DayPoisonError, PoisonError
from shared.flow.processor import Input
from shared.flow.state import WorkerState
from shared.quick_dataclass import replace
from shared.telemetry import metrics
from shared.telemetry.logs import logger

TRIES = 3

DeadLetterSink = Callable[[Batch, Record, str, str, int], None]
"""Sets a record aside durably: batch, record, reason code, detail, attempts."""


class SettingAside:
    """Of one worker. Past *limit* dead letters since the start: StopError, because then the code is wrong.

    *partitions*: how many the topic has.
    """

    def __init__(
        self, state: WorkerState, sink: DeadLetterSink, limit: int, reach: Reach, partitions: int
    ) -> None:
        self._state = state
        self._sink = sink
        self._limit = limit
        self._reach = reach
        self._partitions = partitions
        self._tries: dict[tuple[int, int], int] = {}
        self._spared: set[tuple[int, int, str]] = set()  # customers set aside already, over an outage
        self._log = logger(topic=state.reads)

    def decode(self, batch: Batch, aside: set[int]) -> list[Input]:
        """Decode *batch*; *aside* remembers, over an outage, the offsets set aside already."""
        inputs = []
        for record in batch.records:
            try:
                incoming = decoded(record)
                require_own_partition(incoming.event, batch.partition, self._partitions)
                inputs.append(incoming)
            except RefusedError as error:
                if record.offset not in aside:
                    self._set_aside(batch, record, *_told(error), 1)
                    aside.add(record.offset)
        return inputs

    def without_poison(self, batch: Batch, inputs: list[Input], error: PoisonError) -> list[Input]:
        """What of *inputs* is to be tried next; if the bus is away meanwhile, ask again: nothing is lost."""
        place = (batch.partition, error.offset)
        tries = self._tries[place] = self._tries.get(place, 0) + 1
        self._log.error("cannot process", partition=batch.partition, offset=error.offset, exc_info=error)
        if tries < TRIES and error.refused is None:
            return inputs
        record = next(record for record in batch.records if record.offset == error.offset)
        if isinstance(error, DayPoisonError):
            self._set_days_aside(batch, record, error, tries)
            left = [_sparing(incoming, error) for incoming in inputs]
        else:
            reason, detail = (error.code, str(error)) if error.refused is None else _told(error.refused)
            self._set_aside(batch, record, reason, detail, tries)
            left = [incoming for incoming in inputs if incoming.offset != error.offset]
        del self._tries[place]
        return left

    def _set_days_aside(self, batch: Batch, record: Record, error: DayPoisonError, tries: int) -> None:
        for customer, detail in error.told():
            if (place := (batch.partition, error.offset, customer)) not in self._spared:
                self._set_aside(batch, replace(record, key=customer), error.code, detail, tries)
                self._spared.add(place)
        self._spared.clear()

    def _set_aside(self, batch: Batch, record: Record, reason: str, detail: str, tries: int) -> None:
        if (count := self._state.dead_letters + 1) > self._limit:
            raise StopError(
                f"{count} messages of {batch.topic} could not be processed since the start: "
                f"so many mean that the code or its settings are wrong, not the data. Last: {detail}"
            )
        self._reach("before-dead-letter")
        self._sink(batch, record, reason, detail, tries)
        self._reach("after-dead-letter")
        self._state.dead_letters = count
        metrics.EVENTS_DEAD_LETTERED.labels(service=self._state.service, reason=reason).inc()


def _told(error: RefusedError) -> tuple[str, str]:
    return error.code, f"{error} (at {error.pointer or '/'})"


def _sparing(incoming: Input, error: DayPoisonError) -> Input:
    """Later markers of the batch spare the customers too: a fault costs three tries a batch, not a day."""
    if incoming.offset < error.offset:
        return incoming
    return replace(incoming, spared=incoming.spared | error.causes.keys())
