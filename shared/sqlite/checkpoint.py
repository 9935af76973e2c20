"""Move committed pages from the WAL into the file off the commit path.

One thread for all files of an adapter; it sleeps without waking while nothing is written. It only
shortens commits: SQLite's own autocheckpoint stays as a cap, so a failure here harms nothing.
"""

import sqlite3
from contextlib import suppress
from pathlib import Path
from threading import Event, Lock, Thread

from shared.sqlite.connection import Connection, Tuning, connect

_STOP_TIMEOUT_S = 5.0


class Checkpointer:
    """Checkpoints the files that were written to, some time after."""

    def __init__(self, tuning: Tuning, pause_s: float = 0.5) -> None:
        self._tuning = tuning
        self._pause_s = pause_s
        self._written: set[Path] = set()
        self._connections: dict[Path, Connection] = {}
        self._lock = Lock()
        self._work = Event()
        self._stop = Event()
        self._thread: Thread | None = None

    def written(self, path: Path) -> None:
        """Tell that *path* has new commits; returns at once."""
        if path in self._written or self._stop.is_set():
            return
        with self._lock:
            self._written.add(path)
            if self._thread is None:
                self._thread = Thread(target=self._run, name="checkpoints", daemon=True)
                self._thread.start()
        self._work.set()

    def close(self) -> None:
        """Stop the thread and close its connections."""
        self._stop.set()
        self._work.set()
        if self._thread is not None:
            self._thread.join(_STOP_TIMEOUT_S)

    def _run(self) -> None:
        while self._work.wait() and not self._stop.wait(self._pause_s):
            self._work.clear()
            with self._lock:
                paths, self._written = self._written, set()
            for path in paths:
                self._checkpoint(path)
        for connection in self._connections.values():
            connection.close()

    def _checkpoint(self, path: Path) -> None:
        with suppress(sqlite3.Error):
            if path not in self._connections:
                self._connections[path] = connect(path, self._tuning)
            self._connections[path].execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
