"""Copy several SQLite files as they were at one and the same moment, while others go on writing.

For that moment, milliseconds, every file's write lock is held, so that nobody is in the middle of anything:
the copies are what a power cut then would have left, and what survives a power cut can be started from them.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from shared.errors import NoSpaceError, StoreUnavailableError
from shared.sqlite.connection import Connection, Tuning, connect, reading, writing
from shared.sqlite.errors import ErrorFamily, translating

_ERRORS = ErrorFamily(StoreUnavailableError, NoSpaceError)
_PATIENT = Tuning(busy_timeout_s=30.0)


def copy_at_once(files: Mapping[Path, Path]) -> None:
    """Copy each key of *files* to its value; the copies are durable when this returns.

    Raises `StoreUnavailableError` when a lock or file is not to be had, `NoSpaceError` when a disk is full.
    """
    with translating(", ".join(map(str, files)), _ERRORS), _views(files) as views:
        for path, copy in files.items():
            with closing(connect(copy)) as target:
                views[path].backup(target)


@contextmanager
def _views(paths: Mapping[Path, Path]) -> Iterator[dict[Path, Connection]]:
    """Connections that go on seeing the files of one moment."""
    with ExitStack() as opened:
        views = {path: opened.enter_context(closing(connect(path, _PATIENT))) for path in paths}
        with ExitStack() as locked:
            for path in paths:
                writer = locked.enter_context(closing(connect(path, _PATIENT)))
                locked.enter_context(writing(writer))
            for view in views.values():
                opened.enter_context(reading(view))
                _look(view)
        yield views


def _look(view: sqlite3.Connection) -> None:
    """A transaction sees the file as it is at its first look, not at its beginning."""
    view.execute("SELECT count(*) FROM sqlite_master").fetchone()
