"""One member's view of its group: who is alive, who claims which partition, how far it is done.

A claim carries an epoch that grows whenever it changes hands, and a commit must name the epoch it was
claimed at: a member that was away too long, or was replaced, can commit nothing. Times are of the
monotonic clock, so they count only within one start of the machine, which the boot id tells apart.
Rows are changed here; what follows from them is decided by the consumer.
"""

import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from shared.bus.sqlite_sharing import quota, wanted
from shared.clock import Clock
from shared.sqlite.connection import Connection, reading, writing

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True)
class Timing:
    """How long a member may be silent before others take its partitions, and how often it looks around."""

    session_timeout_s: float = 10.0

    @property
    def heartbeat_s(self) -> float:
        """How old a heartbeat may grow before the next poll or commit renews it."""
        return self.session_timeout_s / 5

    @property
    def look_s(self) -> float:
        """How often a poll looks at what the others do."""
        return self.session_timeout_s / 20

    @property
    def lease_s(self) -> float:
        """How long a heartbeat counts: a handler may take the whole timeout after a poll that sent none."""
        return self.session_timeout_s + self.heartbeat_s


@dataclass(frozen=True, slots=True)
class Claim:
    """A partition as the group's table has it. *holder* is None when nobody alive has it."""

    partition: int
    log_id: str
    committed: int
    epoch: int
    holder: str | None
    mine: bool


@dataclass(frozen=True, slots=True)
class View:
    """The group at one moment."""

    claims: tuple[Claim, ...]
    quota: int

    @property
    def mine(self) -> dict[int, Claim]:
        """The claims of this very process."""
        return {claim.partition: claim for claim in self.claims if claim.mine}

    @property
    def to_take(self) -> list[int]:
        """Free partitions that this member should take."""
        free = [claim.partition for claim in self.claims if claim.holder is None]
        return wanted(self.mine, free, self.quota)


class Membership:
    """A member of a group on one topic. One thread at a time; the caller closes *connection* to *where*."""

    def __init__(
        self,
        connection: Connection,
        *,
        where: str,
        topic: str,
        group: str,
        member: str,
        clock: Clock,
        timing: Timing,
    ) -> None:
        self.member = member
        self.where = where
        self._connection = connection
        self._group = (group, topic)
        self._incarnation = secrets.token_hex(8)
        self._boot = boot_id()
        self._clock = clock
        self._timing = timing

    def join(self, log_id: str, partitions: int) -> None:
        """Enter the group. A former process of the same name is replaced and its claims pass to this one."""
        with writing(self._connection):
            self._forget_the_dead()
            self._write_member()
            self._connection.executemany(
                "INSERT INTO claims VALUES (?, ?, ?, ?, 0, NULL, NULL, 0) ON CONFLICT DO NOTHING",
                [(*self._group, partition, log_id) for partition in range(partitions)],
            )
            self._connection.execute(
                "UPDATE claims SET incarnation = ?, epoch = epoch + 1"
                " WHERE consumers = ? AND topic = ? AND member = ?",
                (self._incarnation, *self._group, self.member),
            )

    def beat(self) -> bool:
        """Tell that this member is alive; False when another process has taken its name.

        A member that was forgotten while it was away enters anew, without its former claims.
        """
        with writing(self._connection):
            row = self._connection.execute(
                "SELECT incarnation FROM members WHERE consumers = ? AND topic = ? AND member = ?",
                (*self._group, self.member),
            ).fetchone()
            if row is not None and row[0] != self._incarnation:
                return False
            self._write_member()
        return True

    def view(self) -> View:
        """The group as it is now."""
        with reading(self._connection):
            return self._look()

    def take(self) -> None:
        """Claim free partitions up to this member's quota."""
        with writing(self._connection):
            for partition in self._look().to_take:
                self._connection.execute(
                    "UPDATE claims SET member = ?, incarnation = ?, epoch = epoch + 1"
                    " WHERE consumers = ? AND topic = ? AND partition = ?",
                    (self.member, self._incarnation, *self._group, partition),
                )

    def release(self, partitions: Iterable[int]) -> None:
        """Give up claims; those no longer held are left alone."""
        with writing(self._connection):
            self._connection.executemany(
                "UPDATE claims SET member = NULL, incarnation = NULL"
                " WHERE consumers = ? AND topic = ? AND partition = ? AND incarnation = ?",
                [(*self._group, partition, self._incarnation) for partition in partitions],
            )

    def commit(self, partition: int, epoch: int, log_id: str, next_offset: int) -> bool:
        """Remember *next_offset* durably; False when the claim has passed to another since *epoch*."""
        changed = self._connection.execute(
            "UPDATE claims SET committed = ?, log_id = ?"
            " WHERE consumers = ? AND topic = ? AND partition = ? AND incarnation = ? AND epoch = ?",
            (next_offset, log_id, *self._group, partition, self._incarnation, epoch),
        )
        return changed.rowcount == 1

    def leave(self) -> None:
        """Give up everything and be forgotten, so that others need not wait for the timeout."""
        with writing(self._connection):
            self._connection.execute(
                "UPDATE claims SET member = NULL, incarnation = NULL"
                " WHERE consumers = ? AND topic = ? AND incarnation = ?",
                (*self._group, self._incarnation),
            )
            self._connection.execute(
                "DELETE FROM members WHERE consumers = ? AND topic = ? AND incarnation = ?",
                (*self._group, self._incarnation),
            )

    def _write_member(self) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO members VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                *self._group,
                self.member,
                self._incarnation,
                self._boot,
                self._clock.monotonic(),
                self._timing.lease_s,
            ),
        )

    def _forget_the_dead(self) -> None:
        alive = self._alive()
        rows = self._connection.execute(
            "SELECT member FROM members WHERE consumers = ? AND topic = ?", self._group
        ).fetchall()
        self._connection.executemany(
            "DELETE FROM members WHERE consumers = ? AND topic = ? AND member = ?",
            [(*self._group, member) for (member,) in rows if member not in alive],
        )

    def _look(self) -> View:
        alive = self._alive()
        rows = self._connection.execute(
            "SELECT partition, log_id, committed, epoch, member, incarnation FROM claims"
            " WHERE consumers = ? AND topic = ? ORDER BY partition",
            self._group,
        ).fetchall()
        claims = tuple(
            Claim(partition, log_id, committed, epoch, member if member in alive else None, mine)
            for partition, log_id, committed, epoch, member, incarnation in rows
            for mine in (incarnation == self._incarnation,)
        )
        held = Counter(claim.holder for claim in claims if claim.holder is not None)
        return View(claims, quota(self.member, alive, held, len(claims)))

    def _alive(self) -> set[str]:
        """Members heard of within their session, since the machine started; always this one too."""
        now = self._clock.monotonic()
        rows = self._connection.execute(
            "SELECT member FROM members WHERE consumers = ? AND topic = ? AND boot = ?"
            " AND seen_at <= ? AND ? < seen_at + session_s",
            (*self._group, self._boot, now, now),
        )
        return {self.member, *(row[0] for row in rows)}


def boot_id() -> str:
    """A text that changes when the machine starts; empty where the system does not tell."""
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return ""
