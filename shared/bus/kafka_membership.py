"""One member of a Kafka group: join, poll, commit, leave, and where to begin in a partition.

Wraps the consuming client; what is held and what the listener is told is decided by the consumer.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from typing import Any

from kafka import TopicPartition, errors
from kafka.admin import MemberToRemove
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.structs import MemberState, OffsetAndMetadata

from shared.bus.kafka_client import REQUEST_TIMEOUT_S, KafkaCluster
from shared.bus.kafka_errors import translating
from shared.bus.kafka_joining import keep_join
from shared.bus.kafka_rebalance import RebalanceNotedError, RebalanceNotes
from shared.bus.kafka_start import Kept, Start
from shared.bus.kafka_topics import KafkaTopics
from shared.errors import GuanxiError

Marks = Mapping[int, tuple[int, str]]
"""For each partition the next offset and the id of the log it counts in."""

_TIMEOUT_MS = int(REQUEST_TIMEOUT_S * 1000)

_LEAVE_MS = 1_500
"""How long each step of leaving may take: a stop has a deadline, and an absent broker learns of it anyway."""
_FETCH_WAIT_MS = 500
_FETCH_BYTES = 262_144  # of one partition, before the next has its turn


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a member may be silent, and how long it may take for one batch, before others take over."""

    session_timeout_s: float = 15.0
    longest_batch_s: float = 300.0


DEFAULT_TIMING = Timing()


def group_id(topic: str, group: str) -> str:
    """Kafka's name of *group*: there a group is of the whole cluster, on the bus it is of one topic."""
    return f"{topic}.{group}"


class KafkaMembership:
    """A member of *group* named *member*. One thread at a time."""

    def __init__(
        self,
        cluster: KafkaCluster,
        topics: KafkaTopics,
        *,
        topic: str,
        group: str,
        member: str,
        timing: Timing,
    ) -> None:
        self.member = member
        self.replaced = False
        self._cluster = cluster
        self._topics = topics
        self._topic = topic
        self._name = topics.name(topic)
        self._group = group_id(self._name, group)
        self._notes = RebalanceNotes()
        self._client = cluster.consuming(
            {
                "group_id": self._group,
                "group_instance_id": member,
                "client_id": member,
                "partition_assignment_strategy": [CooperativeStickyAssignor],
                "session_timeout_ms": int(timing.session_timeout_s * 1000),
                "heartbeat_interval_ms": int(min(3.0, timing.session_timeout_s / 6) * 1000),
                "max_poll_interval_ms": int(timing.longest_batch_s * 1000),
                "fetch_max_wait_ms": _FETCH_WAIT_MS,
                "max_partition_fetch_bytes": _FETCH_BYTES,
                "metrics_enabled": False,
            }
        )
        self._client.subscribe([self._name], listener=self._notes)
        with translating(cluster.where):
            self._client.partitions_for_topic(
                self._name
            )  # a leader that does not know them shares out nothing

    @property
    def rebalancing(self) -> bool:
        """Whether the group is sharing out anew and has not told us yet: then nothing can be committed."""
        return bool(self._client.group_metadata().state == MemberState.REBALANCING)

    @property
    def stable(self) -> bool:
        """Whether this is a member in good standing."""
        return bool(self._client.group_metadata().state == MemberState.STABLE)

    def poll(self, wait_s: float, max_records: int) -> dict[int, list[Any]]:
        """Take part in the group and fetch."""
        keep_join(self._client)
        try:
            with translating(self._cluster.where):
                fetched = self._client.poll(timeout_ms=int(wait_s * 1000), max_records=max_records)
        except Exception as error:
            self._note_fence(error.__cause__)
            if self.replaced or _was_noted(error.__cause__):
                return {}
            raise
        return {place.partition: found for place, found in fetched.items()}

    def view(self) -> tuple[set[int], set[int]]:
        """What was lost since the last call, and what is ours now."""
        return self._notes.take_lost(), {place.partition for place in self._client.assignment()}

    def begin(self, partitions: Sequence[int]) -> list[Start]:
        """Look up where *partitions* begin and read on from there; raises `OffsetOutOfRangeError`."""
        log_id = self._topics.look(self._topic).log_id
        places = [TopicPartition(self._name, partition) for partition in partitions]
        with translating(self._cluster.where):
            first = self._client.beginning_offsets(places, timeout_ms=_TIMEOUT_MS)
            end = self._client.end_offsets(places, timeout_ms=_TIMEOUT_MS)
            starts = []
            for place in places:
                found = self._client.committed(place, metadata=True, timeout_ms=_TIMEOUT_MS)
                kept = Kept(f"{self._cluster.where}: {self._name}", log_id, first[place], end[place])
                start = kept.start(
                    place.partition, found.offset if found else 0, found.metadata if found else ""
                )
                self._client.seek(place, max(start.committed, kept.first))
                starts.append(start)
        return starts

    def commit(self, marks: Marks) -> None:
        """Commit *marks*; raises `LeaseLostError` when the group has given the partitions to another."""
        offsets = {
            TopicPartition(self._name, partition): OffsetAndMetadata(offset, log_id, -1)
            for partition, (offset, log_id) in marks.items()
        }
        try:
            with translating(self._cluster.where):
                self._client.commit(offsets, timeout_ms=_TIMEOUT_MS)
        except Exception as error:
            self._note_fence(error.__cause__)
            raise

    def renew(self, marks: Marks) -> None:
        """Make sure that the bus answers, and the group if anything is held of it."""
        if marks and self.stable:
            self.commit(marks)
        else:
            self._topics.look(self._topic)

    def end(self, partition: int) -> int:
        """One past the last record of *partition*, as of the last fetch."""
        place = TopicPartition(self._name, partition)
        seen = self._client.highwater(place)
        if seen is not None:
            return int(seen)
        with translating(self._cluster.where):
            return int(self._client.end_offsets([place], timeout_ms=_TIMEOUT_MS)[place])

    def leave(self) -> None:
        """Leave and release the client. The protocol lets a static member stay until its session ends, so

        the group is asked to remove it; its member id makes sure that nobody else is removed.
        """
        self._notes.ignore()
        me = self._client.group_metadata().member_id
        with suppress(errors.KafkaError):
            self._client.close(timeout_ms=_LEAVE_MS)
        if me and not self.replaced:
            asking = Thread(target=self._ask_to_be_removed, args=(me,), name="leaving", daemon=True)
            asking.start()
            asking.join(_LEAVE_MS / 1000)

    def _ask_to_be_removed(self, me: str) -> None:
        leaving = [MemberToRemove(member_id=me, group_instance_id=self.member)]
        with suppress(GuanxiError):
            self._cluster.ask(lambda admin: admin.remove_group_members(self._group, leaving))

    def _note_fence(self, error: BaseException | None) -> None:
        if isinstance(error, errors.FencedInstanceIdError):
            self.replaced = True


def _was_noted(error: BaseException | None) -> bool:
    return isinstance(error, errors.KafkaError) and isinstance(error.__cause__, RebalanceNotedError)
