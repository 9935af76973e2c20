"""Append messages durably. Threads that wait together share one commit, so that a slow disk is asked once.

Messages are checked and encoded before any lock is taken; the records are kept by `sqlite_log`.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Lock

from shared.bus.checking import place, refuse_large
from shared.bus.port import Message
from shared.bus.sqlite_log import Columns, TopicLog, encode
from shared.clock import Clock
from shared.sqlite.checkpoint import Checkpointer

_MOST_TOGETHER = 64

Batches = list[tuple[int, Columns]]


@dataclass(slots=True)
class _Waiting:
    """What one call to `send` wants appended, and what came of it."""

    batches: Batches
    done: bool = False
    error: Exception | None = None


class SqliteProducer:
    """A `Producer` on SQLite; may be used by several threads at once."""

    def __init__(
        self,
        open_log: Callable[[str], TopicLog],
        checkpointer: Checkpointer,
        clock: Clock,
        max_message_bytes: int,
    ) -> None:
        self._open_log = open_log
        self._checkpointer = checkpointer
        self._clock = clock
        self._max_message_bytes = max_message_bytes
        self._appenders: dict[str, _Appender] = {}
        self._opening = Lock()

    def send(self, topic: str, messages: Sequence[Message]) -> None:
        """Append *messages* in order and return when they are durable: all of them or none."""
        appender = self._appenders.get(topic) or self._open(topic)
        if not messages:
            return
        refuse_large(messages, self._max_message_bytes)
        appender.append(_by_partition(messages, appender.log.partitions))
        self._checkpointer.written(appender.log.path)

    def close(self) -> None:
        """Release resources; nothing is pending after `send` returned."""
        for appender in self._appenders.values():
            appender.log.close()
        self._appenders.clear()

    def _open(self, topic: str) -> "_Appender":
        with self._opening:
            if topic not in self._appenders:
                self._appenders[topic] = _Appender(self._open_log(topic), self._clock)
            return self._appenders[topic]


class _Appender:
    """Appends to one topic for all threads of a producer: who gets the lock writes for those who wait."""

    def __init__(self, log: TopicLog, clock: Clock) -> None:
        self.log = log
        self._clock = clock
        self._waiting: deque[_Waiting] = deque()
        self._lock = Lock()

    def append(self, batches: Batches) -> None:
        mine = _Waiting(batches)
        self._waiting.append(mine)
        with self._lock:
            while not mine.done:
                self._write_some()
        if mine.error is not None:
            raise mine.error

    def _write_some(self) -> None:
        together = [self._waiting.popleft() for _ in range(min(len(self._waiting), _MOST_TOGETHER))]
        batches = [batch for waiting in together for batch in waiting.batches]
        error: Exception | None = None
        try:
            self.log.append(batches, self._clock.now().timestamp())
        except Exception as raised:  # whatever it is: who waits must be told, or would wait for ever
            error = raised
        for waiting in together:
            waiting.error = error
            waiting.done = True


def _by_partition(messages: Sequence[Message], partitions: int) -> Batches:
    """Encode *messages* for each partition, in their order within it."""
    grouped: dict[int, list[Message]] = {}
    for message in messages:
        grouped.setdefault(place(message, partitions), []).append(message)
    return [(partition, encode(part)) for partition, part in grouped.items()]
