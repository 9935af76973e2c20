"""How far behind each group is, on each partition: in records, and in seconds since the oldest of them came.

Reads the bus from outside, so it tells the same whether or not a service runs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.bus.port import Bus, GroupLag
from shared.clock import Clock
from shared.contracts.topics import READERS
from shared.errors import RetryLaterError, StopError, UnknownTopicError


@dataclass(frozen=True, slots=True)
class PartitionLag:
    """*seconds*: how long the oldest record that is not committed has waited; None when it cannot be read."""

    partition: int
    records: int
    committed: int
    seconds: float | None


@dataclass(frozen=True, slots=True)
class ServiceLag:
    """A group and all partitions of its topic: records are added up, the longest wait counts.

    *lost*: partitions on which what was committed is not in the log, so that the group stops there.
    """

    topic: str
    group: str
    records: int
    committed: int
    seconds: float | None
    lost: int
    partitions: Sequence[PartitionLag]


def service_lags(bus: Bus, clock: Clock) -> Sequence[ServiceLag]:
    """The lag of every group, along the way of the data; a topic that is not there yet has none."""
    return [service_lag(bus, clock, topic, group) for topic, group in READERS]


def service_lag(bus: Bus, clock: Clock, topic: str, group: str) -> ServiceLag:
    """The lag of *group* on *topic*."""
    try:
        found = bus.group_lag(topic, group)
    except UnknownTopicError:
        found = []
    partitions = [_partition_lag(bus, clock, lag) for lag in found]
    waits = [each.seconds for each in partitions]
    known = [wait for wait in waits if wait is not None]
    return ServiceLag(
        topic,
        group,
        sum(each.records for each in partitions),
        sum(each.committed for each in partitions),
        max(known, default=0.0) if len(known) == len(waits) else None,
        sum(lag.is_lost for lag in found),
        partitions,
    )


def _partition_lag(bus: Bus, clock: Clock, lag: GroupLag) -> PartitionLag:
    seconds = _waited_s(bus, clock, lag) if lag.records else 0.0
    return PartitionLag(lag.partition, lag.records, lag.committed, seconds)


def _waited_s(bus: Bus, clock: Clock, lag: GroupLag) -> float | None:
    try:
        oldest = bus.read(lag.topic, lag.partition, lag.committed, 1)
    except (RetryLaterError, StopError):  # deleted before it was read, or damaged: its service says more
        return None
    if oldest is None:
        return None
    return round(max(0.0, clock.now().timestamp() - oldest.records[0].appended_at), 1)
