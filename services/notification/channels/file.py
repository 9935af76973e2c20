"""Append notifications to a file, one JSON object a line, durable when `send` returns.

A crash may come between a line and the record of it. So the end of the file is read before the first
append: a torn last line is repaired, and a delivery found there is not written again.
"""

import fcntl
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import orjson

from services.notification.retry import Result
from services.notification.subscriptions import Subscription
from shared.store.port import Document

TAIL_BYTES = 2_097_152
"""More than a full batch of lines: as far back as a crash can have left lines unrecorded."""

_MODE = 0o640


@dataclass(slots=True)
class FileSink:
    """One file. It notices when another program replaced or cut it."""

    path: Path
    _expected_size: int = -1
    _written: set[str] = field(default_factory=set)  # ids at the end of the file, or of this process

    def append(self, lines: Sequence[tuple[str, bytes]]) -> None:
        """Append the lines whose ids are not there yet, and wait until they are on the disk."""
        with self._open() as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # until it is closed: other processes may append, too
            size = os.fstat(file.fileno()).st_size
            if size != self._expected_size:
                size, self._written = _repaired(file)
            new = [(identity, line) for identity, line in lines if identity not in self._written]
            self._write(file, size, b"".join(line for _, line in new))
            self._written.update(identity for identity, _ in new)

    def _open(self) -> BinaryIO:
        is_new = not self.path.exists()
        file = os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, _MODE), "r+b")
        if is_new:
            _sync_directory(self.path.parent)
        return file

    def _write(self, file: BinaryIO, size: int, data: bytes) -> None:
        self._expected_size = -1
        try:
            file.seek(size)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        except OSError:
            with suppress(OSError):  # what was written in part is repaired at the next append, too
                os.ftruncate(file.fileno(), size)
            raise
        self._expected_size = size + len(data)


def _repaired(file: BinaryIO) -> tuple[int, set[str]]:
    """Make the file end with a whole line; return its size and the ids of the lines at its end."""
    size = os.fstat(file.fileno()).st_size
    start = max(0, size - TAIL_BYTES)
    file.seek(start)
    *whole, last = file.read(size - start).split(b"\n")
    if last:
        if _id_of(last) is None:
            size -= len(last)
            os.ftruncate(file.fileno(), size)
        else:
            whole.append(last)
            file.seek(size)
            file.write(b"\n")
            file.flush()
            size += 1
        os.fsync(file.fileno())
    return size, {identity for line in whole if (identity := _id_of(line))}


def _id_of(line: bytes) -> str | None:
    try:
        parsed = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return str(parsed.get("id", "")) if isinstance(parsed, dict) else None


def _sync_directory(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass(slots=True)
class FileChannel:
    """Keeps a sink per subscriber."""

    batch_size: int = 200
    _sinks: dict[str, FileSink] = field(default_factory=dict)

    def send(self, subscription: Subscription, deliveries: Sequence[Document]) -> list[Result]:
        """Append every delivery; they share one outcome."""
        sink = self._sinks.setdefault(subscription.target, FileSink(Path(subscription.target)))
        try:
            sink.append([(delivery["_id"], line_of(delivery)) for delivery in deliveries])
        except OSError as error:
            return [Result("failed", f"{subscription.target}: {error.strerror}")] * len(deliveries)
        return [Result("delivered")] * len(deliveries)


def line_of(delivery: Document) -> bytes:
    """One line: the payload of a webhook with the delivery's id before it."""
    return orjson.dumps({"id": delivery["_id"], **delivery["payload"]}, option=orjson.OPT_APPEND_NEWLINE)
