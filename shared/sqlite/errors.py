"""Translate SQLite's errors into the errors of Guanxi.

Works by message: the error codes are attributes only from Python 3.11 on.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from shared.errors import CorruptError, GuanxiError, NoSpaceError, RetryLaterError

_CORRUPT = ("malformed", "not a database", "could not decode to utf-8")
_FULL = ("database or disk is full",)


@dataclass(frozen=True, slots=True)
class ErrorFamily:
    """The errors of one port: what to raise when it is away, and when it has no space."""

    unavailable: type[RetryLaterError]
    full: type[NoSpaceError]


def translated(error: sqlite3.Error, where: str, family: ErrorFamily) -> GuanxiError:
    """Return the error of Guanxi that *error* at *where* (a file) calls for."""
    text = str(error).lower()
    if any(sign in text for sign in _CORRUPT):
        return CorruptError(f"{where}: {error}; restore the file from a backup")
    if any(sign in text for sign in _FULL):
        return family.full(f"{where}: {error}; free some space, nothing acknowledged is lost")
    return family.unavailable(f"{where}: {error}")


@contextmanager
def translating(where: str, family: ErrorFamily) -> Iterator[None]:
    """Raise SQLite's errors in the block as Guanxi's."""
    try:
        yield
    except sqlite3.Error as error:
        raise translated(error, where, family) from error
