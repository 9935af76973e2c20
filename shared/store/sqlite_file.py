"""One owner's SQLite file: a connection that writes, and as many that read as there are readers at once.

Readers never wait for the writer. Threads of one process take turns to write by a lock, processes by
SQLite's own. What is written is not known here.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from shared.errors import NoSpaceError, StoreUnavailableError
from shared.sqlite.checkpoint import Checkpointer
from shared.sqlite.connection import Connection, Tuning, connect, take_write_lock, writing
from shared.sqlite.errors import ErrorFamily, translating
from shared.sqlite.schema import migrate

STORE_ERRORS = ErrorFamily(StoreUnavailableError, NoSpaceError)

_STEPS = (("CREATE TABLE IF NOT EXISTS probe (filling BLOB)",),)
_PROBE_BYTES = 65_536


class StoreFile:
    """Connections to one file, for any number of threads."""

    def __init__(self, path: Path, tuning: Tuning, checkpointer: Checkpointer) -> None:
        self.path = path
        self._tuning = tuning
        self._checkpointer = checkpointer
        self._lock = Lock()
        self._readers: deque[Connection] = deque()
        self._closed = False
        with translating(str(path), STORE_ERRORS):
            self._writer = connect(path, tuning)
            migrate(self._writer, _STEPS, str(path))

    @contextmanager
    def reader(self) -> Iterator[Connection]:
        """Lend a connection for reading."""
        with translating(str(self.path), STORE_ERRORS):
            try:
                connection = self._readers.pop()
            except IndexError:
                connection = connect(self.path, self._tuning)
            try:
                yield connection
            finally:
                self._give_back(connection)

    @contextmanager
    def alone(self) -> Iterator[Connection]:
        """Lend the writing connection, outside of a transaction."""
        with self._lock, translating(str(self.path), STORE_ERRORS):
            yield self._writer

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Lend the writing connection within a transaction that commits, durably, at the block's end."""
        with self.alone() as connection:
            with writing(connection):
                yield connection
            self._checkpointer.written(self.path)

    def probe(self) -> None:
        """Raise unless the file can be locked and can grow; leaves nothing behind."""
        with self.alone() as connection:
            take_write_lock(connection)
            try:
                connection.execute("INSERT INTO probe VALUES (zeroblob(?))", (_PROBE_BYTES,))
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")

    def close(self) -> None:
        """Close the connections; those still lent are closed when given back."""
        self._closed = True
        with self._lock:
            self._writer.close()
        while self._readers:
            self._readers.pop().close()

    def _give_back(self, connection: Connection) -> None:
        if self._closed:
            connection.close()
        else:
            self._readers.append(connection)
