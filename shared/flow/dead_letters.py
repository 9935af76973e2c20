"""Setting a message aside: onto the dead-letter topic, byte for byte, with the reason.

Every service publishes dead letters; only ingest files them, so the collection has one writer. The
reason travels in headers after the original ones, which are kept in their order.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from shared.bus.port import Batch, Headers, Message, Producer, Record
from shared.clock import Clock, to_rfc3339
from shared.contracts.topics import DEAD_LETTERS
from shared.errors import RefusedError
from shared.flow.poison import DayPoisonError
from shared.telemetry.version import guanxi_version

PREFIX = "guanxi.errors."
_NAMES = (
    "exception",
    "message",
    "topic",
    "partition",
    "offset",
    "log",
    "service",
    "version",
    "attempts",
    "first-failed-at",
)
_MAX_DETAIL_CHARS = 2_000


class NotADeadLetterError(RefusedError):
    """The message does not end with the headers of a dead letter."""

    code = "not-a-dead-letter"


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that *service* could not deal with, and where it lay. *reason* is a stable code."""

    reason: str
    detail: str
    topic: str
    partition: int
    offset: int
    log_id: str
    service: str
    version: str
    attempts: int
    first_failed_at: str
    key: str
    value: bytes
    headers: Headers

    @property
    def id(self) -> str:
        """Derived from where the message lay and who gave it up, so that filing twice is filing once.

        A day that could not be closed has one for each customer.
        """
        place = f"{self.log_id}\n{self.topic}\n{self.partition}\n{self.offset}\n{self.service}"
        if self.reason == DayPoisonError.code:
            place += f"\n{self.key}"
        return hashlib.sha256(place.encode()).hexdigest()[:16]

    @property
    def original(self) -> Message:
        """The message as it was, for its old place."""
        return Message(self.key, self.value, self.headers, self.partition)


class DeadLetterPublisher:
    """Publishes dead letters of one service; returns when they are durable."""

    def __init__(self, producer: Producer, service: str, clock: Clock) -> None:
        self._producer = producer
        self._service = service
        self._clock = clock

    def __call__(self, batch: Batch, record: Record, reason: str, detail: str, attempts: int = 1) -> None:
        """Set *record* of *batch* aside; raises what `Producer.send` raises."""
        self.send([self.letter(batch, record, reason, detail, attempts)])

    def letter(self, batch: Batch, record: Record, reason: str, detail: str, attempts: int = 1) -> DeadLetter:
        """The dead letter for *record*, not yet published."""
        return DeadLetter(
            reason=reason,
            detail=detail[:_MAX_DETAIL_CHARS],
            topic=batch.topic,
            partition=batch.partition,
            offset=record.offset,
            log_id=batch.log_id,
            service=self._service,
            version=guanxi_version(),
            attempts=attempts,
            first_failed_at=to_rfc3339(self._clock.now()),
            key=record.key,
            value=record.value,
            headers=record.headers,
        )

    def send(self, letters: Sequence[DeadLetter]) -> None:
        """Publish *letters* at once."""
        if letters:
            self._producer.send(DEAD_LETTERS.name, [to_message(letter) for letter in letters])


def to_message(letter: DeadLetter) -> Message:
    """Write *letter* for the dead-letter topic."""
    told = (
        letter.reason,
        letter.detail,
        letter.topic,
        str(letter.partition),
        str(letter.offset),
        letter.log_id,
        letter.service,
        letter.version,
        str(letter.attempts),
        letter.first_failed_at,
    )
    reason = tuple(
        (PREFIX + name, text.encode(errors="replace")) for name, text in zip(_NAMES, told, strict=True)
    )
    return Message(letter.key, letter.value, letter.headers + reason)


def from_record(record: Record) -> DeadLetter:
    """Read what `to_message` wrote; raises NotADeadLetterError."""
    own = record.headers[-len(_NAMES) :]
    if tuple(name for name, _ in own) != tuple(PREFIX + name for name in _NAMES):
        raise NotADeadLetterError("the message does not end with the headers of a dead letter")
    try:
        told = dict(zip(_NAMES, (value.decode() for _, value in own), strict=True))
        return DeadLetter(
            reason=told["exception"],
            detail=told["message"],
            topic=told["topic"],
            partition=int(told["partition"]),
            offset=int(told["offset"]),
            log_id=told["log"],
            service=told["service"],
            version=told["version"],
            attempts=int(told["attempts"]),
            first_failed_at=told["first-failed-at"],
            key=record.key,
            value=record.value,
            headers=record.headers[: -len(_NAMES)],
        )
    except ValueError as error:
        raise NotADeadLetterError(f"a header of the dead letter is wrong: {error}") from error
