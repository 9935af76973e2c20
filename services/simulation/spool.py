"""Events that come customer by customer, put in the order of time without holding them all in memory.

Weeks are kept in files of their own and sorted one by one: memory holds one week and some buffers.
"""

from collections.abc import Iterator
from pathlib import Path

BUFFER_BYTES = 1 << 18
WEEK = 7
_TIME = b'"time":"'
_TIME_LENGTH = len("2024-01-01T00:00:00Z")


class Spool:
    """Takes lines of any day; gives them back sorted by time, equal times by content."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._buffers: dict[int, bytearray] = {}

    def add(self, day: int, line: bytes) -> None:
        """Keep one line of *day*."""
        week = day // WEEK
        buffer = self._buffers.setdefault(week, bytearray())
        buffer += line
        if len(buffer) >= BUFFER_BYTES:
            self._flush(week, buffer)

    def weeks(self) -> Iterator[bytes]:
        """All lines in the order of time, one week's at a time."""
        for week in sorted(self._buffers):
            file = self._file(week)
            kept = file.read_bytes() if file.exists() else b""
            file.unlink(missing_ok=True)
            lines = (kept + bytes(self._buffers[week])).splitlines(keepends=True)
            yield b"".join(sorted(lines, key=_by_time))
        self._buffers.clear()

    def _flush(self, week: int, buffer: bytearray) -> None:
        with self._file(week).open("ab") as file:
            file.write(buffer)
        buffer.clear()

    def _file(self, week: int) -> Path:
        return self._directory / f"week-{week:05d}"


def _by_time(line: bytes) -> tuple[bytes, bytes]:
    start = line.index(_TIME) + len(_TIME)
    return line[start : start + _TIME_LENGTH], line
