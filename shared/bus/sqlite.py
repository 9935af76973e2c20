"""The embedded bus: a partitioned log in SQLite files, for any number of processes on one machine.

``bus.db`` holds topics, groups and offsets, ``bus.db.d/<topic>.db`` the records. Not for network file
systems: SQLite's WAL needs memory that the processes share.
"""

from collections.abc import Sequence
from pathlib import Path
from threading import Lock

from shared.bus.checking import MAX_MESSAGE_BYTES
from shared.bus.port import Batch, Consumer, GroupLag, PartitionListener, Producer
from shared.bus.sqlite_catalogue import Catalogue
from shared.bus.sqlite_consumer import SqliteConsumer
from shared.bus.sqlite_group import Membership, Timing
from shared.bus.sqlite_log import BUS_ERRORS, TopicLog
from shared.bus.sqlite_producer import SqliteProducer
from shared.clock import Clock, SystemClock
from shared.errors import BusUnavailableError, UnknownTopicError
from shared.sqlite.checkpoint import Checkpointer
from shared.sqlite.connection import DEFAULT_TUNING, Connection, Tuning
from shared.sqlite.errors import translating


class SqliteBus:
    """A `Bus` on SQLite; its own methods may be called from any thread."""

    def __init__(
        self,
        path: Path,
        *,
        clock: Clock | None = None,
        session_timeout_s: float = 10.0,
        max_message_bytes: int = MAX_MESSAGE_BYTES,
        tuning: Tuning = DEFAULT_TUNING,
    ) -> None:
        self._where = str(path)
        self._clock = clock or SystemClock()
        self._timing = Timing(session_timeout_s)
        self._max_message_bytes = max_message_bytes
        self._lock = Lock()
        self._logs: dict[str, TopicLog] = {}
        self._checkpointer = Checkpointer(tuning)
        try:
            with translating(self._where, BUS_ERRORS):
                self._catalogue = Catalogue(path, tuning)
        except OSError as error:
            raise BusUnavailableError(f"{path}: {error}") from error

    def ensure_topic(self, topic: str, partitions: int, kept_days: int | None = None) -> None:
        """Create *topic* if absent; raises `TopicMismatchError`. Everything is kept, whatever *kept_days*."""
        with self._lock, translating(self._where, BUS_ERRORS):
            self._catalogue.ensure(topic, partitions)

    def topic_problems(self, topic: str, partitions: int, kept_days: int | None = None) -> Sequence[str]:
        """How *topic* differs from what `ensure_topic` would create."""
        try:
            found = self.partitions(topic)
        except UnknownTopicError:
            return ["it does not exist"]
        return [] if found == partitions else [f"it has {found} partitions, expected {partitions}"]

    def partitions(self, topic: str) -> int:
        """The number of partitions; raises `UnknownTopicError`."""
        with self._lock, translating(self._where, BUS_ERRORS):
            return self._catalogue.partitions(topic)

    def producer(self) -> Producer:
        """A new producer."""
        return SqliteProducer(self._open_log, self._checkpointer, self._clock, self._max_message_bytes)

    def consumer(self, topic: str, group: str, member: str, listener: PartitionListener) -> Consumer:
        """Join *group*; *member* is a stable name (a restarted member replaces itself at once)."""
        log = self._open_log(topic)
        connection: Connection | None = None
        try:
            with translating(self._where, BUS_ERRORS):
                connection = self._catalogue.reopen()
                membership = Membership(
                    connection,
                    where=self._where,
                    topic=topic,
                    group=group,
                    member=member,
                    clock=self._clock,
                    timing=self._timing,
                )
                return SqliteConsumer(
                    topic,
                    log,
                    connection,
                    membership=membership,
                    listener=listener,
                    clock=self._clock,
                    timing=self._timing,
                )
        except BaseException:
            log.close()
            if connection is not None:
                connection.close()
            raise

    def read(self, topic: str, partition: int, offset: int, max_records: int) -> Batch | None:
        """Records from *offset* without any group (for tools and repair); None at the end."""
        with self._lock, translating(self._where, BUS_ERRORS):
            log = self._log(topic)
            records = log.read(partition, offset, max_records)
            return Batch(topic, log.log_id, partition, records) if records else None

    def group_lag(self, topic: str, group: str) -> Sequence[GroupLag]:
        """Lag of *group* for every partition of *topic*."""
        with self._lock, translating(self._where, BUS_ERRORS):
            log = self._log(topic)
            committed = self._catalogue.committed(topic, group)
            nothing = log.log_id, 0
            return [
                _lag(log, topic, partition, *committed.get(partition, nothing))
                for partition in range(log.partitions)
            ]

    def close(self) -> None:
        """Release resources; producers and consumers are closed by who opened them."""
        self._checkpointer.close()
        with self._lock:
            for log in self._logs.values():
                log.close()
            self._logs.clear()
            self._catalogue.close()

    def _open_log(self, topic: str) -> TopicLog:
        with self._lock, translating(self._where, BUS_ERRORS):
            return self._catalogue.open_log(topic)

    def _log(self, topic: str) -> TopicLog:
        if topic not in self._logs:
            self._logs[topic] = self._catalogue.open_log(topic)
        return self._logs[topic]


def _lag(log: TopicLog, topic: str, partition: int, counted_in: str, committed: int) -> GroupLag:
    """What a group is behind that has committed *committed* of log *counted_in*."""
    end = log.end(partition)
    is_here = counted_in == log.log_id
    is_lost = committed > 0 and not (is_here and log.start(partition) <= committed <= end)
    return GroupLag(topic, partition, committed if is_here else 0, end, is_lost)
