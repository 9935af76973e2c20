"""Many requests, one append: what arrives while the bus is busy goes together in the next call.

Whoever holds the lock writes for all who wait; nobody waits longer than two appends. `append` returns
only when the bus has acknowledged.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from threading import Lock

from shared.bus.port import Message, Producer

MOST_TOGETHER = 2_000
"""Messages in one append, but for a single larger request."""


@dataclass(slots=True)
class _Request:
    messages: Sequence[Message]
    done: bool = False
    error: Exception | None = None


class GroupCommit:
    """Appends to one topic for many threads, through one producer."""

    def __init__(self, producer: Producer, topic: str) -> None:
        self._producer = producer
        self._topic = topic
        self._waiting: deque[_Request] = deque()
        self._lock = Lock()

    def append(self, messages: Sequence[Message]) -> None:
        """Append *messages* in order; raises what `Producer.send` raises."""
        if not messages:
            return
        request = _Request(messages)
        self._waiting.append(request)
        with self._lock:
            while not request.done:
                self._write_together()
        if request.error is not None:
            raise request.error

    def _write_together(self) -> None:
        together: list[_Request] = []
        size = 0
        while self._waiting and (not together or size + len(self._waiting[0].messages) <= MOST_TOGETHER):
            together.append(self._waiting.popleft())
            size += len(together[-1].messages)
        error: Exception | None = None
        try:
            self._producer.send(self._topic, list(chain.from_iterable(one.messages for one in together)))
        except Exception as raised:  # whatever it is: who waits must be told, or would wait for ever
            error = raised
        for one in together:
            one.error = error
            one.done = True
