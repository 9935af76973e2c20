"""The embedded store: JSON documents in SQLite files, one file per owning service.

So writers of different services do not wait for each other. For any number of processes and threads on
one machine, not for network file systems.
"""

import os
import shutil
from pathlib import Path
from threading import Lock

from shared.errors import NoSpaceError, StoreUnavailableError
from shared.sqlite.checkpoint import Checkpointer
from shared.sqlite.connection import DEFAULT_TUNING, Tuning, make_directory
from shared.store.port import Collection, CollectionSpec
from shared.store.sqlite_collection import SqliteCollection
from shared.store.sqlite_file import StoreFile
from shared.store.sqlite_table import prepare

_LEAST_FREE_BYTES = 1_048_576


class SqliteStore:
    """A `Store` on SQLite; may be used by any number of threads."""

    def __init__(self, directory: Path, *, tuning: Tuning = DEFAULT_TUNING) -> None:
        self._directory = directory
        self._tuning = tuning
        self._checkpointer = Checkpointer(tuning)
        self._files: dict[str, StoreFile] = {}
        self._lock = Lock()
        try:
            make_directory(directory)
        except OSError as error:
            raise StoreUnavailableError(f"{directory}: {error}") from error

    def collection(self, spec: CollectionSpec) -> Collection:
        """Open a collection, creating it and its indexes if needed."""
        file = self._file(spec.owner)
        with file.alone() as connection:
            table = prepare(connection, spec)
        return SqliteCollection(spec, file, table)

    def check(self) -> None:
        """Raise `StoreUnavailableError` unless a write would be possible now."""
        try:
            free = shutil.disk_usage(self._directory).free
        except OSError as error:
            raise StoreUnavailableError(f"{self._directory}: {error}") from error
        if free < _LEAST_FREE_BYTES or not os.access(self._directory, os.W_OK):
            raise StoreUnavailableError(f"{self._directory}: {free} bytes free, or not writable")
        try:
            for file in tuple(self._files.values()):
                file.probe()
        except NoSpaceError as error:
            raise StoreUnavailableError(str(error)) from error

    def close(self) -> None:
        """Release resources."""
        self._checkpointer.close()
        with self._lock:
            for file in self._files.values():
                file.close()
            self._files.clear()

    def _file(self, owner: str) -> StoreFile:
        with self._lock:
            if owner not in self._files:
                path = self._directory / f"{owner}.db"
                self._files[owner] = StoreFile(path, self._tuning, self._checkpointer)
            return self._files[owner]
