"""Publishing over the bus: what lies on the inbound topic is checked as over HTTP and goes on to the log.

There is nobody to answer, so what is wrong becomes a dead letter, byte for byte, with the reason. A
batch that comes again after a crash is appended again; scoring drops what it knows.
"""

from collections.abc import Callable
from typing import Any

from services.ingest.admission import Admission, Sender, Verdict
from services.ingest.intake import SERVICE, count
from services.ingest.reading import UnreadableError, parse_json
from services.ingest.rejection import RejectedError
from shared.bus.port import Batch, Producer, Record
from shared.contracts.cloudevents import CONTENT_TYPE, PREFIX, STRUCTURED_TYPE
from shared.contracts.limits import is_json_type
from shared.contracts.topics import EVENTS
from shared.flow.crash_points import Reach, never
from shared.flow.dead_letters import DeadLetter, DeadLetterPublisher
from shared.telemetry import metrics

GROUP = "ingest"


class Inbound:
    """Moves batches from the inbound topic to the log of events."""

    def __init__(
        self,
        admission: Callable[[], Admission],
        producer: Producer,
        letters: DeadLetterPublisher,
        reach: Reach = never,
    ) -> None:
        self._admission = admission
        self._producer = producer
        self._letters = letters
        self._reach = reach

    def handle(self, batch: Batch) -> None:
        """Append the good events of *batch*, set the others aside; raises RetryLaterError to try again."""
        self._reach("inbound-after-read")
        judge = self._admission().judge
        verdicts = [_judged(record, judge) for record in batch.records]
        letters = [
            self._letter(batch, record, verdict.error)
            for record, verdict in zip(batch.records, verdicts, strict=True)
            if verdict.error is not None
        ]
        messages = [message for verdict in verdicts for message in verdict.messages]
        if messages:
            self._producer.send(EVENTS.name, messages)
        self._reach("inbound-after-append")
        self._letters.send(letters)
        self._reach("inbound-after-letters")
        metrics.EVENTS_RECEIVED.labels(SERVICE).inc(len(verdicts))
        count(verdicts)
        for letter in letters:
            metrics.EVENTS_DEAD_LETTERED.labels(SERVICE, letter.reason).inc()

    def _letter(self, batch: Batch, record: Record, error: RejectedError) -> DeadLetter:
        return self._letters.letter(batch, record, error.code, error.sentence())


def _judged(record: Record, judge: Callable[[Any, Sender], Verdict]) -> Verdict:
    try:
        item, traceparent = item_of(record)
    except UnreadableError as error:
        return Verdict(None, error=RejectedError(error.code, "", str(error)))
    except RejectedError as error:
        return Verdict(None, error=error)
    return judge(item, Sender(over_the_bus=True, traceparent=traceparent))


def item_of(record: Record) -> tuple[Any, str]:
    """Return the item a record holds, as it would stand in an HTTP batch, and the trace it belongs to.

    Binary and structured mode, and the simple form where no ``ce_`` headers are.
    """
    headers = {name.lower(): _text(name, value) for name, value in record.headers}
    content_type = headers.get(CONTENT_TYPE, "application/json")
    attributes = {name[len(PREFIX) :]: value for name, value in headers.items() if name.startswith(PREFIX)}
    is_structured = content_type.partition(";")[0].strip().lower() == STRUCTURED_TYPE
    if not is_structured and not is_json_type(content_type):
        detail = f"the message is {content_type}"
        raise RejectedError("unsupported-type", "", detail, expected=f"application/json or {STRUCTURED_TYPE}")
    parsed = parse_json(record.value)
    traceparent = attributes.get("traceparent") or headers.get("traceparent", "")
    return (parsed if is_structured or not attributes else {**attributes, "data": parsed}), traceparent


def _text(name: str, value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        raise RejectedError("bad-text", f"/{name.removeprefix(PREFIX)}", "the header is not UTF-8") from error
