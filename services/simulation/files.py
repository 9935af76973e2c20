"""Files that appear under their name when they are whole; the same content gives the same bytes."""

from collections.abc import Iterator
from contextlib import contextmanager
from gzip import GzipFile
from pathlib import Path
from typing import IO, cast


@contextmanager
def whole_file(path: Path) -> Iterator[IO[bytes]]:
    """Write under another name first."""
    unfinished = path.with_name(f".{path.name}.part")
    try:
        with unfinished.open("wb") as raw:
            yield raw
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


@contextmanager
def packing(raw: IO[bytes]) -> Iterator[IO[bytes]]:
    """Pack what is written into *raw*, by gzip and without name or time in it."""
    with GzipFile(filename="", mode="wb", fileobj=raw, compresslevel=6, mtime=0) as packed:
        yield cast("IO[bytes]", packed)
