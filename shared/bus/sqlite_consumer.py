"""Read a topic as a member of a group: take partitions, hand out their records in turn, commit.

Everything happens inside the caller's calls: there is no thread, so a listener never runs beside a
handler. The rows of the group are kept by `sqlite_group`, the records by `sqlite_log`.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from shared.bus.port import Batch, PartitionListener
from shared.bus.sqlite_group import Claim, Membership, Timing, View
from shared.bus.sqlite_log import BUS_ERRORS, TopicLog
from shared.bus.sqlite_sharing import surplus
from shared.clock import Clock
from shared.errors import BusUnavailableError, LeaseLostError, MemberReplacedError, OffsetOutOfRangeError
from shared.sqlite.connection import Connection
from shared.sqlite.errors import translating

LEAVE_WITHIN_S = 1.0
"""How long a member that ends waits to take its leave: a stop has a deadline, and others need not be told."""

_SHORTEST_PAUSE_S = 0.005
_LONGEST_PAUSE_S = 0.1


@dataclass(slots=True)
class _Holding:
    """A partition in hand: the claim's epoch, where to read on, what is committed."""

    epoch: int
    position: int
    committed: int


class SqliteConsumer:
    """A `Consumer` on SQLite."""

    def __init__(
        self,
        topic: str,
        log: TopicLog,
        connection: Connection,
        *,
        membership: Membership,
        listener: PartitionListener,
        clock: Clock,
        timing: Timing,
    ) -> None:
        self._topic = topic
        self._log = log
        self._connection = connection
        self._membership = membership
        self._listener = listener
        self._clock = clock
        self._timing = timing
        self._held: dict[int, _Holding] = {}
        self._lost: list[int] = []
        self._turns: list[int] = []
        self._empty_at: int | None = None  # version of the log at which nothing was left to read
        self._look_at = self._beat_at = self._idle_since = clock.monotonic()
        membership.join(log.log_id, log.partitions)

    def poll(self, max_records: int, timeout_s: float) -> Batch | None:
        """Return the next records of one partition, or None after *timeout_s* without any."""
        give_up_at = self._clock.monotonic() + timeout_s
        while True:
            with translating(self._membership.where, BUS_ERRORS):
                self._attend()
            batch = self._next_batch(max_records)
            now = self._clock.monotonic()
            if batch is not None:
                self._idle_since = now
                return batch
            if now >= give_up_at:
                return None
            self._clock.sleep(min(pause_s(now - self._idle_since), give_up_at - now))

    def commit(self, partition: int, next_offset: int) -> None:
        """Durably remember that all before *next_offset* is done."""
        holding = self._held.get(partition)
        if holding is None:
            raise LeaseLostError(
                f"{self._topic} partition {partition} is not held by {self._membership.member}"
            )
        with translating(self._membership.where, BUS_ERRORS):
            if not self._membership.commit(partition, holding.epoch, self._log.log_id, next_offset):
                self._drop(partition)
                raise LeaseLostError(f"{self._topic} partition {partition} has passed to another member")
            holding.committed = next_offset
            self._keep_alive()  # if it fails, the next poll tells

    def lag(self) -> Mapping[int, int]:
        """Records not yet committed, for each partition held by this member."""
        with translating(self._membership.where, BUS_ERRORS):
            return {
                partition: self._log.end(partition) - held.committed for partition, held in self._held.items()
            }

    def close(self) -> None:
        """Leave the group at once and release resources; a bus that is away only delays the others."""
        try:
            for partition in sorted(self._held):
                self._listener.revoked(partition)
                del self._held[partition]
            self._connection.busy_timeout_s = LEAVE_WITHIN_S
            with suppress(BusUnavailableError), translating(self._membership.where, BUS_ERRORS):
                self._membership.leave()
        finally:
            self._log.close()
            self._connection.close()

    def _attend(self) -> None:
        """Tell what was lost; when it is time, stay alive and share with the others."""
        self._tell_losses()
        if self._clock.monotonic() < self._look_at:
            return
        if not self._keep_alive():
            self._end_as_replaced()
        view = self._membership.view()
        if view.to_take:
            self._membership.take()
            view = self._membership.view()
        self._follow(view)
        self._look_at = self._clock.monotonic() + self._timing.look_s

    def _keep_alive(self) -> bool:
        """Renew the heartbeat when it is due; False when another process has this member's name."""
        if self._clock.monotonic() < self._beat_at:
            return True
        if not self._membership.beat():
            return False
        self._beat_at = self._clock.monotonic() + self._timing.heartbeat_s
        return True

    def _end_as_replaced(self) -> None:
        for partition in tuple(self._held):
            self._drop(partition)
        self._tell_losses()
        raise MemberReplacedError(
            f"another process joined {self._topic} as {self._membership.member!r};"
            " give each process of a group a name of its own"
        )

    def _follow(self, view: View) -> None:
        """Make what is held what the table says is ours and fair."""
        mine = view.mine
        for partition, held in tuple(self._held.items()):
            if partition not in mine or mine[partition].epoch != held.epoch:
                self._drop(partition)
        self._tell_losses()
        for partition in surplus(mine, view.quota):
            self._give_up(partition)
            del mine[partition]
        for partition, claim in mine.items():
            if partition not in self._held:
                self._begin(claim)

    def _give_up(self, partition: int) -> None:
        if partition in self._held:
            self._listener.revoked(partition)
        self._membership.release([partition])
        self._held.pop(partition, None)

    def _begin(self, claim: Claim) -> None:
        """Hand a claimed partition to the listener; repeated by the next poll if it raises."""
        end = self._log.end(claim.partition)
        start = self._log.start(claim.partition)
        if claim.committed and (claim.log_id != self._log.log_id or not start <= claim.committed <= end):
            raise OffsetOutOfRangeError(
                f"{self._topic} partition {claim.partition}: offset {claim.committed} of log {claim.log_id}"
                f" is committed, but {self._log.path} holds {start} to {end} of log {self._log.log_id}:"
                " the file was replaced or is an older copy"
            )
        self._listener.assigned(claim.partition, self._log.log_id, claim.committed)
        self._empty_at = None
        self._held[claim.partition] = _Holding(claim.epoch, claim.committed, claim.committed)

    def _drop(self, partition: int) -> None:
        del self._held[partition]
        self._lost.append(partition)

    def _tell_losses(self) -> None:
        while self._lost:
            self._listener.lost(self._lost[0])
            del self._lost[0]

    def _next_batch(self, max_records: int) -> Batch | None:
        """Look at the held partitions in turn, beginning after the one that was served last."""
        self._turns = [p for p in self._turns if p in self._held] + [
            p for p in self._held if p not in self._turns
        ]
        version = self._log.version()
        for partition in tuple(self._turns) if version != self._empty_at else ():
            held = self._held[partition]
            records = self._log.read(partition, held.position, max_records)
            if records:
                held.position = records[-1].offset + 1
                self._turns.remove(partition)
                self._turns.append(partition)
                return Batch(self._topic, self._log.log_id, partition, records)
        self._empty_at = version
        return None


def pause_s(idle_s: float) -> float:
    """How long to wait before looking again: short after recent work, longer the longer nothing came."""
    return min(_LONGEST_PAUSE_S, max(_SHORTEST_PAUSE_S, idle_s / 20))
