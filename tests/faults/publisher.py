"""A publisher as they should be: sends a batch again until it is acknowledged, never the next one before.

Each of its threads owns some customers, so that every customer's events are sent in their order. What was
acknowledged is written down only after the answer came.
"""

import http.client
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import Any

import orjson

from shared.clock import SystemClock
from tests.faults.selling import Sale

PAUSE_S = 0.05
GIVE_UP_AFTER_S = 180.0
ANSWER_WITHIN_S = 20.0


@dataclass
class Publisher:
    """Sends to the host and port that *where* names, which may be another one after a restart."""

    where: Callable[[], tuple[str, int] | None]
    key: str
    batch: int = 20
    give_up_after_s: float = GIVE_UP_AFTER_S
    pause_s: float = 0.0  # between batches
    acknowledged: list[Sale] = field(default_factory=list)
    refusals: list[tuple[int, Any]] = field(default_factory=list)  # status and body of what was not accepted
    without_retry_after: int = 0
    failed: list[str] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)
    _threads: list[Thread] = field(default_factory=list)
    _stop: Event = field(default_factory=Event)

    def start(self, sold: Sequence[Sale], threads: int = 4) -> None:
        """Send *sold* in the background, each customer's in order."""
        shares: list[list[Sale]] = [[] for _ in range(threads)]
        for sale in sold:
            shares[int(sale.customer[1:]) % threads].append(sale)
        self._threads = [Thread(target=self._guarded, args=(share,)) for share in shares]
        for thread in self._threads:
            thread.start()

    def join(self) -> None:
        """Wait until everything is acknowledged; raises what went wrong."""
        for thread in self._threads:
            thread.join()
        assert not self.failed, self.failed

    def stop(self) -> None:
        """Send no more; what was acknowledged by now is known."""
        self._stop.set()
        self.join()

    @property
    def is_busy(self) -> bool:
        return any(thread.is_alive() for thread in self._threads)

    def _guarded(self, share: Sequence[Sale]) -> None:
        try:
            for start in range(0, len(share), self.batch):
                if self._stop.is_set():
                    return
                self._send(share[start : start + self.batch])
                self._stop.wait(self.pause_s)
        except Exception as error:
            self.failed.append(repr(error))

    def _send(self, batch: Sequence[Sale]) -> None:
        body = orjson.dumps([sale.body for sale in batch])
        clock = SystemClock()
        give_up_at = clock.monotonic() + self.give_up_after_s
        while not self._stop.is_set():
            if self._was_accepted(batch, body):
                return
            if clock.monotonic() > give_up_at:
                raise TimeoutError(f"not acknowledged within {self.give_up_after_s:g} s: {batch[0].id}")
            self._stop.wait(PAUSE_S)

    def _was_accepted(self, batch: Sequence[Sale], body: bytes) -> bool:
        try:
            status, answer, headers = self._post(body)
        except (OSError, http.client.HTTPException):
            return False
        if status == 202:
            told = orjson.loads(answer)
            assert told["accepted"] == len(batch), told
            with self._lock:
                self.acknowledged += batch
            return True
        with self._lock:
            self.refusals.append((status, answer))
            self.without_retry_after += "Retry-After" not in headers
        return False

    def _post(self, body: bytes) -> tuple[int, bytes, Any]:
        place = self.where()
        if place is None:
            raise ConnectionRefusedError("ingest is not there")
        connection = http.client.HTTPConnection(*place, timeout=ANSWER_WITHIN_S)
        try:
            headers = {"Content-Type": "application/json", "X-API-Key": self.key}
            connection.request("POST", "/v1/events", body, headers)
            response = connection.getresponse()
            if response.length is None:  # cut off among its headers, which http.client takes for their end
                raise http.client.IncompleteRead(b"")
            return response.status, response.read(), response.headers
        finally:
            connection.close()
