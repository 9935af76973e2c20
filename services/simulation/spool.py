"""Events that come customer by customer, put in the order of time without holding them all in memory.

Spans of time are kept in files of their own. One that is too large to be sorted at once is sorted in runs,
which are merged: memory holds one run and some buffers, however many customers there are.
"""

from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from pathlib import Path

BUFFER_BYTES = 1 << 16
RUN_BYTES = 1 << 22
_TIME = b'"time":"'
_TIME_LENGTH = len("2024-01-01T00:00:00Z")


def stamped(line: bytes) -> bytes:
    """The line with its time in front, so that plain bytes sort by time and then by content."""
    start = line.index(_TIME) + len(_TIME)
    return line[start : start + _TIME_LENGTH] + line


def instant_of(line: bytes) -> str:
    """When an event happened."""
    start = line.index(_TIME) + len(_TIME)
    return line[start : start + _TIME_LENGTH].decode("ascii")


class Spool:
    """Takes lines of any span; gives back those of one span sorted by time, equal times by content."""

    def __init__(self, directory: Path, run_bytes: int = RUN_BYTES) -> None:
        self._directory = directory
        self._run_bytes = run_bytes
        self._buffers: dict[int, bytearray] = {}

    def add(self, span: int, line: bytes) -> None:
        """Keep one line of *span*."""
        self.extend(span, stamped(line))

    def extend(self, span: int, stamped_lines: bytes | bytearray) -> None:
        """Keep lines of *span*, each stamped."""
        buffer = self._buffers.setdefault(span, bytearray())
        buffer += stamped_lines
        if len(buffer) >= BUFFER_BYTES:
            self._flush(span)

    def take(self, span: int) -> Iterator[bytes]:
        """All lines of *span* in the order of time, none if there are none; they are gone from here then."""
        if span in self._buffers:
            self._flush(span)
            del self._buffers[span]
        file = self._file(span)
        return sorted_lines(file, self._run_bytes) if file.exists() else iter(())

    def files(self) -> list[Path]:
        """All spans in order, each as a file for `sorted_lines`; they are gone from here then."""
        spans = sorted(self._buffers)
        for span in spans:
            self._flush(span)
        self._buffers.clear()
        return [self._file(span) for span in spans]

    def _flush(self, span: int) -> None:
        buffer = self._buffers[span]
        with self._file(span).open("ab") as file:
            file.write(buffer)
        buffer.clear()

    def _file(self, span: int) -> Path:
        return self._directory / f"span-{span:05d}"


def sorted_lines(file: Path, run_bytes: int = RUN_BYTES) -> Iterator[bytes]:
    """The lines of a spooled *file* in the order of time; it is removed after the last."""
    for line in merge(*_runs(file, run_bytes)):
        yield line[_TIME_LENGTH:]
    file.unlink()


def _runs(file: Path, run_bytes: int) -> list[Iterable[bytes]]:
    """The lines of *file* in sorted runs: in memory if it is one, else in files."""
    runs: list[Iterable[bytes]] = []
    size = file.stat().st_size
    with file.open("rb") as lines:
        while run := lines.readlines(run_bytes):
            run.sort()
            is_only_one = not runs and lines.tell() == size
            runs.append(run if is_only_one else _kept(file.with_suffix(f".{len(runs)}"), run))
    return runs


def _kept(path: Path, run: Sequence[bytes]) -> Iterator[bytes]:
    """Write *run* down; what is given back reads it again, and removes it at the end."""
    path.write_bytes(b"".join(run))

    def read() -> Iterator[bytes]:
        with path.open("rb") as lines:
            yield from lines
        path.unlink()

    return read()
