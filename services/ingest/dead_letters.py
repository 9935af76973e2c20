"""Dead letters as they are kept: filed once, looked at, sent again or discarded with a reason.

Only ingest writes them; every service hands its own over on the dead-letter topic. Sending again puts
the original bytes back on the original topic and partition.
"""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from shared.bus.port import Batch, Headers, Message, Producer, Record
from shared.clock import Clock, to_rfc3339
from shared.contracts.limits import parsed_instant
from shared.errors import RefusedError
from shared.flow.crash_points import Reach, never
from shared.flow.dead_letters import DeadLetter, NotADeadLetterError, from_record
from shared.store.port import Collection, Document, Page, Query, Replacement, Versioned

OPEN, REPLAYING, REPLAYED, DISCARDED = "open", "replaying", "replayed", "discarded"
GROUP = "ingest-dead-letters"


class UnknownLetterError(RefusedError):
    """There is no dead letter with this id."""

    code = "unknown-dead-letter"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which letters to list; empty means any. Times are RFC 3339, the end excluded."""

    status: str = ""
    reason: str = ""
    service: str = ""
    since: str = ""
    until: str = ""

    def query(self, limit: int, cursor: str | None) -> Query:
        """The query for one page, oldest first."""
        named = {"status": self.status, "reason": self.reason, "service": self.service}
        wanted: dict[str, Any] = {name: value for name, value in named.items() if value}
        times = {"$gte": self.since, "$lt": self.until}
        if between := {op: _in_utc(time) for op, time in times.items() if time}:
            wanted["recorded_at"] = between
        return Query(filter=wanted, sort=(("recorded_at", 1),), limit=limit, cursor=cursor)


class DeadLetters:
    """The file of dead letters."""

    def __init__(self, collection: Collection, clock: Clock, reach: Reach = never) -> None:
        self._letters = collection
        self._clock = clock
        self._reach = reach

    def file(self, batch: Batch) -> None:
        """Keep every letter of *batch*; filing again changes nothing."""
        self._reach("letters-after-read")
        recorded_at = self._now()
        letters = {letter.id: letter for letter in (_letter(batch, record) for record in batch.records)}
        self._letters.insert_absent([to_document(letter, recorded_at) for letter in letters.values()])
        self._reach("letters-before-commit")

    def list(self, wanted: Wanted, *, limit: int = 100, cursor: str | None = None) -> Page:
        """One page of letters."""
        return self._letters.find(wanted.query(limit, cursor))

    def get(self, identity: str) -> Versioned:
        """Return one letter; raises UnknownLetterError."""
        found = self._letters.get_many([identity]).get(identity)
        if found is None:
            raise UnknownLetterError(f'there is no dead letter "{identity}"')
        return found

    def replay(self, identity: str, producer: Producer) -> bool:
        """Send a letter again, unless that was done; return whether it was sent now.

        It is claimed first, so that two people replaying at once send it once. A claim left behind by a
        crash counts as open: what was sent twice is dropped as known downstream.
        """
        found = self.get(identity)
        if found.document["status"] not in (OPEN, REPLAYING):
            return False
        claimed = {**found.document, "status": REPLAYING, "claimed_at": self._now()}
        if self._letters.replace([Replacement(claimed, found.version)]):
            return False
        self._reach("after-claim")
        producer.send(found.document["topic"], [original_of(found.document)])
        self._reach("after-resend")
        done = {**claimed, "status": REPLAYED, "closed_at": self._now()}
        self._letters.replace([Replacement(done, found.version + 1)])
        return True

    def discard(self, identity: str, reason: str) -> bool:
        """Close a letter without sending it; return whether it was open."""
        if not reason.strip():
            raise RefusedError("say why the letter is discarded", pointer="/reason")
        found = self.get(identity)
        if found.document["status"] != OPEN:
            return False
        closed = {
            **found.document,
            "status": DISCARDED,
            "closed_at": self._now(),
            "discarded_because": reason.strip(),
        }
        return not self._letters.replace([Replacement(closed, found.version)])

    def _now(self) -> str:
        return to_rfc3339(self._clock.now())


def to_document(letter: DeadLetter, recorded_at: str) -> Document:
    """The stored form; bytes as base64."""
    return {
        "_id": letter.id,
        "status": OPEN,
        "reason": letter.reason,
        "detail": letter.detail,
        "service": letter.service,
        "version": letter.version,
        "topic": letter.topic,
        "log": letter.log_id,
        "partition": letter.partition,
        "offset": letter.offset,
        "key": letter.key,
        "value": _written(letter.value),
        "headers": [[name, _written(value)] for name, value in letter.headers],
        "size": len(letter.value),
        "attempts": letter.attempts,
        "first_failed_at": letter.first_failed_at,
        "recorded_at": recorded_at,
    }


def original_of(document: Mapping[str, Any]) -> Message:
    """The message as it was, byte for byte."""
    return Message(
        document["key"],
        base64.b64decode(document["value"]),
        headers_of(document["headers"]),
        document["partition"],
    )


def headers_of(stored: Iterable[tuple[str, str]]) -> Headers:
    """Headers from their stored form."""
    return tuple((name, base64.b64decode(value)) for name, value in stored)


def _in_utc(time: str) -> str:
    try:
        return to_rfc3339(parsed_instant(time))
    except ValueError as error:
        raise RefusedError(f"{time}: {error}", pointer="/since") from error


def _letter(batch: Batch, record: Record) -> DeadLetter:
    try:
        return from_record(record)
    except NotADeadLetterError as error:
        return DeadLetter(
            reason=error.code,
            detail=str(error),
            topic=batch.topic,
            partition=batch.partition,
            offset=record.offset,
            log_id=batch.log_id,
            service="unknown",
            version="",
            attempts=0,
            first_failed_at="",
            key=record.key,
            value=record.value,
            headers=record.headers,
        )


def _written(value: bytes) -> str:
    return base64.b64encode(value).decode()
