"""What a bus owes to the services, whatever carries it.

A topic is a fixed number of partitions; a partition is an append-only sequence of records with
offsets 0, 1, 2 …; a group shares a topic's partitions among its members, each partition held by at
most one live member. Delivery is at least once; exactness is the work of `shared.flow`.
"""

from collections.abc import Mapping, Sequence
from typing import Protocol

from shared.quick_dataclass import dataclass

Headers = tuple[tuple[str, bytes], ...]


@dataclass(frozen=True, slots=True)
class Message:
    """What a producer hands over. *partition* None: chosen from the key by `partition_for`."""

    key: str
    value: bytes
    headers: Headers = ()
    partition: int | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A message in its place."""

    offset: int
    key: str
    value: bytes
    headers: Headers
    appended_at: float  # seconds since the epoch, by the bus


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive records of one partition. *log_id* changes when a topic is created anew."""

    topic: str
    log_id: str
    partition: int
    records: tuple[Record, ...]  # never empty, offsets ascending

    @property
    def next_offset(self) -> int:
        """The offset to commit once every record has been dealt with."""
        return self.records[-1].offset + 1


class Producer(Protocol):
    """Appends messages. One thread at a time unless an adapter says otherwise."""

    def send(self, topic: str, messages: Sequence[Message]) -> None:
        """Append *messages* in order and return when they are durable.

        Raises `BusUnavailableError` (retry later; some may have been appended), `BusFullError` (no
        space), `UnknownTopicError` or `MessageTooLargeError` (never retry).
        """

    def close(self) -> None:
        """Release resources; nothing is pending after `send` returned."""


class PartitionListener(Protocol):
    """Told, inside `Consumer.poll`, which partitions come and go."""

    def assigned(self, partition: int, log_id: str, committed: int) -> None:
        """The partition is ours; records from offset *committed* (0 when none) will follow."""

    def revoked(self, partition: int) -> None:
        """The partition is given up in order; `commit` still works until this returns."""

    def lost(self, partition: int) -> None:
        """The partition was taken away (lease expired); nothing may be committed for it."""


class Consumer(Protocol):
    """A member of a group reading one topic. Used by one thread."""

    def poll(self, max_records: int, timeout_s: float) -> Batch | None:
        """Return the next records of one partition, or None after *timeout_s* without any.

        Held partitions take turns. Keeps the lease alive; raises `BusUnavailableError`, or
        `OffsetOutOfRangeError` when the committed offset is no longer (or not yet) in the log, and
        `MemberReplacedError` when another process has joined under this member's name.
        """

    def commit(self, partition: int, next_offset: int) -> None:
        """Durably remember that all before *next_offset* is done.

        Raises `LeaseLostError` when the partition is no longer ours.
        """

    def lag(self) -> Mapping[int, int]:
        """Records not yet committed, for each partition held by this member."""

    def close(self) -> None:
        """Leave the group at once (partitions are revoked) and release resources."""


@dataclass(frozen=True, slots=True)
class GroupLag:
    """How far a group is behind on one partition, seen from outside.

    *is_lost*: what the group has committed is not in the log, so that it cannot go on from there; the log
    lost records, or was made anew.
    """

    topic: str
    partition: int
    committed: int
    end: int
    is_lost: bool = False

    @property
    def records(self) -> int:
        """Records appended and not committed."""
        return self.end - self.committed


class Bus(Protocol):
    """A connection to the log."""

    def ensure_topic(self, topic: str, partitions: int, kept_days: int | None = None) -> None:
        """Create *topic* if absent; raises `TopicMismatchError` if it has another number of partitions.

        A bus that deletes does so after *kept_days* at the earliest, and never when that is None.
        """

    def topic_problems(self, topic: str, partitions: int, kept_days: int | None = None) -> Sequence[str]:
        """How *topic* differs from what `ensure_topic` would create, one line each; changes nothing."""

    def partitions(self, topic: str) -> int:
        """The number of partitions; raises `UnknownTopicError`."""

    def producer(self) -> Producer:
        """A new producer."""

    def consumer(self, topic: str, group: str, member: str, listener: PartitionListener) -> Consumer:
        """Join *group*; *member* is a stable name (a restarted member replaces itself at once)."""

    def read(self, topic: str, partition: int, offset: int, max_records: int) -> Batch | None:
        """Records from *offset* without any group (for tools and repair); None at the end."""

    def group_lag(self, topic: str, group: str) -> Sequence[GroupLag]:
        """Lag of *group* for every partition of *topic*."""

    def close(self) -> None:
        """Release resources."""
