"""Open SQLite files so that what was acknowledged survives a crash, and run transactions on them.

WAL lets readers and one writer go on side by side, in several processes; synchronous=FULL makes every
commit durable. Callers translate errors and decide which thread uses a connection.
"""

import os
import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_WAL_PATIENCE_S = 5.0
_WAL_PAUSE_S = 0.02
_LOCK_PAUSE_S = (0.0005, 0.003)


@dataclass(frozen=True, slots=True)
class Tuning:
    """What may be traded: patience with other writers, memory, and how far the WAL may grow."""

    busy_timeout_s: float = 5.0
    autocheckpoint_pages: int = 10_000  # a cap: the checkpointer keeps the WAL far below it
    cache_kib: int = 16_384


DEFAULT_TUNING = Tuning()


class Connection(sqlite3.Connection):
    """SQLite's connection, knowing how long it may wait for the write lock."""

    busy_timeout_s = DEFAULT_TUNING.busy_timeout_s


def connect(path: Path, tuning: Tuning = DEFAULT_TUNING) -> Connection:
    """Open *path*, creating it if absent. Transactions are begun by hand; any thread may close it."""
    _create_private(path)
    connection = sqlite3.connect(
        path,
        timeout=tuning.busy_timeout_s,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=256,
        factory=Connection,
    )
    connection.busy_timeout_s = tuning.busy_timeout_s
    try:
        _enter_wal_mode(connection)
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")  # what is erased is overwritten, not only unlinked
        connection.execute(f"PRAGMA wal_autocheckpoint = {tuning.autocheckpoint_pages}")
        connection.execute(f"PRAGMA cache_size = -{tuning.cache_kib}")
    except BaseException:
        connection.close()
        raise
    return connection


def _create_private(path: Path) -> None:
    """Make a new file readable by its owner only. Never opens one that exists: closing it would drop
    the locks that SQLite holds on it in this process."""
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return
    except OSError as error:
        raise sqlite3.OperationalError(f"unable to create database file: {error}") from error


def _enter_wal_mode(connection: sqlite3.Connection) -> None:
    """Switching a new file to WAL ignores the busy timeout, so two first openers must take turns."""
    give_up_at = time.monotonic() + _WAL_PATIENCE_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > give_up_at:
                raise
        time.sleep(_WAL_PAUSE_S)


def take_write_lock(connection: Connection) -> None:
    """Begin a transaction that may write; raises once the connection's patience ends.

    Asks often, at random moments: SQLite's own waiting sleeps ever longer, up to 0.1 s, so beside a writer
    that hardly pauses another could be passed over until then.
    """
    give_up_at = time.monotonic() + connection.busy_timeout_s
    connection.execute("PRAGMA busy_timeout = 0")
    try:
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if "locked" not in str(error) or time.monotonic() > give_up_at:
                    raise
            time.sleep(random.uniform(*_LOCK_PAUSE_S))  # noqa: S311 - spreads out, keeps no secret
    finally:
        connection.execute(f"PRAGMA busy_timeout = {round(connection.busy_timeout_s * 1000)}")


@contextmanager
def writing(connection: Connection) -> Iterator[None]:
    """Hold the write lock for the block; commit at its end, roll back if it raises."""
    take_write_lock(connection)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        raise


@contextmanager
def reading(connection: sqlite3.Connection) -> Iterator[None]:
    """Let several queries see one and the same state."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        with suppress(sqlite3.Error):
            connection.execute("COMMIT")


def make_directory(path: Path) -> None:
    """Create *path* and make its name durable: a file is only as safe as the entry that names it."""
    if path.is_dir():
        return
    make_directory(path.parent)
    path.mkdir(exist_ok=True)
    parent = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(parent)
    finally:
        os.close(parent)
