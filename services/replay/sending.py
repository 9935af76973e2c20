"""Batches of events over HTTP to ingest, in order, until each is acknowledged or refused.

Sending a batch twice is harmless, so every doubt is answered by sending again. Knows nothing of days.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse, IncompleteRead
from typing import Any

import orjson

from services.cli.running import NotRunningError, RunningService
from shared.clock import Clock
from shared.contracts.cloudevents import BATCH_TYPE
from shared.errors import BusUnavailableError, RefusedError, RetryLaterError

MOST_EVENTS, MOST_BYTES = 500, 400_000
GIVE_UP_AFTER_S = 120.0
LONGEST_PAUSE_S = 5.0
AWAY = frozenset({429, 502, 503, 504, 507})


@dataclass(frozen=True, slots=True)
class Entry:
    """An event in line to be sent; *place* is where it was read, empty for a day marker."""

    place: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Refusal:
    """An event that was not accepted, with the reason."""

    place: str
    code: str
    detail: str


@dataclass(slots=True)
class Receipt:
    """What became of a batch: events accepted (markers apart) and those refused."""

    accepted: int = 0
    markers: int = 0
    refused: list[Refusal] = field(default_factory=list)


class KeyRefusedError(RefusedError):
    """Ingest does not take the API key."""

    code = "key-refused"


def batches(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Cut *entries* into batches that ingest takes, by number and by bytes."""
    batch: list[Entry] = []
    size = 0
    for entry in entries:
        if batch and (len(batch) >= MOST_EVENTS or size + len(entry.body) > MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(entry)
        size += len(entry.body) + 1
    if batch:
        yield batch


class IngestSender:
    """One connection to ingest, found anew whenever it is lost: a restart may move the port."""

    def __init__(self, find: Callable[[], RunningService], key: str, clock: Clock) -> None:
        self._find = find
        self._key = key
        self._clock = clock
        self._connection: HTTPConnection | None = None

    def send(self, batch: Sequence[Entry]) -> Receipt:
        """Send until answered; raises `KeyRefusedError`, or `RetryLaterError` when ingest stays away."""
        body = b"[" + b",".join(entry.body for entry in batch) + b"]"
        give_up_at = self._clock.monotonic() + GIVE_UP_AFTER_S
        pause_s = 0.2
        while True:
            try:
                status, retry_after_s, answer = self._post(body)
                if status not in AWAY:
                    return self._receipt(batch, status, answer)
                problem: RetryLaterError = BusUnavailableError(_told(answer, status))
            except (OSError, HTTPException, RetryLaterError, NotRunningError) as error:
                self.close()
                problem, retry_after_s = RetryLaterError(f"ingest does not answer: {error}"), None
            if self._clock.monotonic() > give_up_at:
                raise problem
            self._clock.sleep(pause_s if retry_after_s is None else retry_after_s)
            pause_s = min(LONGEST_PAUSE_S, pause_s * 2)

    def close(self) -> None:
        """Drop the connection."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _post(self, body: bytes) -> tuple[int, float | None, Any]:
        if self._connection is None:
            ingest = self._find()
            self._connection = HTTPConnection(ingest.host, ingest.port, timeout=60)
        headers = {"Content-Type": BATCH_TYPE, "Authorization": f"Bearer {self._key}"}
        self._connection.request("POST", "/v1/events", body, headers)
        response = self._connection.getresponse()
        if response.length is None and not response.chunked:
            raise IncompleteRead(b"")  # cut off among its headers, which http.client takes for their end
        answer = _parsed(response.read())
        return response.status, _retry_after(response), answer

    def _receipt(self, batch: Sequence[Entry], status: int, answer: Any) -> Receipt:
        if status in {401, 403}:
            raise KeyRefusedError(f"ingest refuses the API key: {_told(answer, status)}")
        if not isinstance(answer, dict) or "items" not in answer:
            raise RefusedError(f"ingest refuses the batch from {batch[0].place}: {_told(answer, status)}")
        return receipt_from(batch, answer["items"])


def receipt_from(batch: Sequence[Entry], items: Sequence[dict[str, Any]]) -> Receipt:
    """Count the answers to each item of *batch*."""
    receipt = Receipt()
    for item in items:
        entry = batch[item["index"]]
        if item["status"] == "accepted":
            receipt.accepted += bool(entry.place)
            receipt.markers += not entry.place
        else:
            receipt.refused.append(_refusal(entry.place, item["error"]))
    return receipt


def _refusal(place: str, error: dict[str, Any]) -> Refusal:
    """The reason as ingest told it: where in the event, what is wrong, what was expected."""
    detail = f"{error['pointer'] or '/'}: {error['detail']}"
    if expected := error.get("expected"):
        detail += f"; expected {expected}"
    if suggestion := error.get("suggestion"):
        detail += f'; did you mean "{suggestion}"?'
    return Refusal(place, str(error["code"]), detail)


def _told(answer: Any, status: int) -> str:
    if isinstance(answer, dict):
        return str(answer.get("detail") or answer.get("title") or status)
    return f"status {status}"


def _parsed(body: bytes) -> Any:
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return None


def _retry_after(response: HTTPResponse) -> float | None:
    value = response.headers.get("Retry-After", "")
    return min(float(value), 30.0) if value.isdigit() else None
