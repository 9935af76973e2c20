"""Read a topic as a member of a Kafka group: everything is told and done in the thread that polls.

A static member (the group remembers its name) under the cooperative protocol: a rebalance moves only
the partitions that change hands. What the group says is compared with what is held after every poll,
and the difference is told to the listener; `kafka_membership` talks to the group.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from shared.bus.kafka_client import KafkaCluster
from shared.bus.kafka_membership import KafkaMembership, Timing
from shared.bus.kafka_records import records
from shared.bus.kafka_topics import KafkaTopics
from shared.bus.kafka_turns import Turns
from shared.bus.port import Batch, PartitionListener
from shared.clock import Clock
from shared.errors import BusUnavailableError, LeaseLostError, MemberReplacedError

_FETCH_RECORDS = 500
_MOST_WAITING = 2_000
_LONGEST_WAIT_S = 0.5
_SETTLE_S = 3.0


@dataclass(slots=True)
class _Holding:
    log_id: str
    committed: int


class KafkaConsumer:
    """A `Consumer` on Kafka."""

    def __init__(
        self,
        cluster: KafkaCluster,
        topics: KafkaTopics,
        *,
        topic: str,
        group: str,
        member: str,
        listener: PartitionListener,
        clock: Clock,
        timing: Timing,
    ) -> None:
        self._topic = topic
        self._listener = listener
        self._clock = clock
        self._membership = KafkaMembership(
            cluster, topics, topic=topic, group=group, member=member, timing=timing
        )
        self._held: dict[int, _Holding] = {}
        self._lost: list[int] = []
        self._turns = Turns()
        self._renew_every_s = timing.session_timeout_s / 3
        self._renew_at = clock.monotonic() + self._renew_every_s

    def poll(self, max_records: int, timeout_s: float) -> Batch | None:
        """Return the next records of one partition, or None after *timeout_s* without any."""
        give_up_at = self._clock.monotonic() + timeout_s
        while True:
            self._tell_losses()
            self._renew()
            self._follow()  # what an outage left undone: without a place to begin at nothing can be fetched
            self._fetch(max(0.0, give_up_at - self._clock.monotonic()))
            self._follow()
            batch = self._next_batch(max_records)
            if batch is not None or self._clock.monotonic() >= give_up_at:
                return batch

    def commit(self, partition: int, next_offset: int) -> None:
        """Durably remember that all before *next_offset* is done."""
        holding = self._held.get(partition)
        if holding is None:
            raise LeaseLostError(f"{self._topic} partition {partition} is not held by this member")
        try:
            self._membership.commit({partition: (next_offset, holding.log_id)})
        except LeaseLostError:
            self._drop(partition)
            raise
        holding.committed = next_offset

    def lag(self) -> Mapping[int, int]:
        """Records not yet committed, for each partition held by this member: as of its last fetch."""
        return {
            partition: max(0, self._membership.end(partition) - holding.committed)
            for partition, holding in self._held.items()
        }

    def close(self) -> None:
        """Leave the group at once and release resources; a bus that is away only delays the others."""
        try:
            self._settle()
            for partition in sorted(self._held):
                self._listener.revoked(partition)
                del self._held[partition]
        finally:
            self._membership.leave()

    def _settle(self) -> None:
        """Finish a rebalance that is under way, so that what is given up can still be committed."""
        give_up_at = self._clock.monotonic() + _SETTLE_S
        with suppress(BusUnavailableError):
            while self._membership.rebalancing and self._clock.monotonic() < give_up_at:
                self._turns.add(self._membership.poll(0.1, 1))
                self._follow()

    def _fetch(self, wait_s: float) -> None:
        """Fetch until every held partition has something to hand out, waiting only while none has.

        What one partition may pile up meanwhile is bounded. Pausing it instead would lose what was fetched
        of it already: kafka-python 3.0 parks that and does not always take it up again.
        """
        patience_s = 0.0 if self._turns.count else min(wait_s, _LONGEST_WAIT_S)
        while True:
            # Asked for in any case: only so is the group attended to. One at a time does not pile up.
            most = _FETCH_RECORDS if self._turns.count < _MOST_WAITING else 1
            fetched = self._membership.poll(patience_s, most)
            self._turns.add(fetched)
            if not fetched or not self._turns.empty() or self._turns.count >= _MOST_WAITING:
                return
            patience_s = 0.0

    def _renew(self) -> None:
        """From time to time commit again what is committed: so a member that was replaced, and a bus that

        went away, are noticed while nothing happens. Kafka's client keeps both to itself.
        """
        if self._clock.monotonic() >= self._renew_at:
            self._renew_at = self._clock.monotonic() + self._renew_every_s
            try:
                self._membership.renew({at: (held.committed, held.log_id) for at, held in self._held.items()})
            except LeaseLostError:
                for partition in tuple(self._held):
                    self._drop(partition)
        if self._membership.replaced:
            for partition in tuple(self._held):
                self._drop(partition)
            self._tell_losses()
            raise MemberReplacedError(
                f"another process joined {self._topic} as {self._membership.member!r};"
                " give each process of a group a name of its own"
            )

    def _follow(self) -> None:
        """Make what is held what the group says is ours."""
        lost, assigned = self._membership.view()
        for partition in lost & self._held.keys():
            self._drop(partition)
        self._tell_losses()
        for partition in sorted(self._held.keys() - assigned):
            self._listener.revoked(partition)
            self._held.pop(partition, None)
        if self._membership.stable and (new := sorted(assigned - self._held.keys())):
            for start in self._membership.begin(new):
                self._listener.assigned(start.partition, start.log_id, start.committed)
                self._held[start.partition] = _Holding(start.log_id, start.committed)
        self._turns.hold(self._held)

    def _next_batch(self, max_records: int) -> Batch | None:
        """Hand out the next turn, except in the midst of a rebalance, when nothing could be committed."""
        if not self._membership.stable:
            return None
        taken: tuple[int, list[Any]] | None = self._turns.take(max_records)
        if taken is None:
            return None
        partition, fetched = taken
        return Batch(self._topic, self._held[partition].log_id, partition, records(fetched))

    def _drop(self, partition: int) -> None:
        del self._held[partition]
        self._turns.hold(self._held)
        self._lost.append(partition)

    def _tell_losses(self) -> None:
        while self._lost:
            self._listener.lost(self._lost[0])
            del self._lost[0]
