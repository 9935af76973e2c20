"""Recorded lines become CloudEvents: the simple form, or a CloudEvent as it stands.

Reads files (plain, gzip) and standard input; knows nothing of days or of sending.
"""

import gzip
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

import orjson

from shared.errors import RefusedError

STANDARD_INPUT = "-"
SIMPLE_FIELDS = ("customer_id", "source", "id", "type", "time", "data")


@dataclass(frozen=True, slots=True)
class Line:
    """One line that is not blank, and where it stands as ``file:line``."""

    place: str
    text: bytes


class LineError(RefusedError):
    """A line is not an event in either form."""

    code = "malformed-line"


@contextmanager
def readable(names: Sequence[str]) -> Iterator[list[Path]]:
    """Give every name as a file that can be read twice; standard input is kept aside for that."""
    with ExitStack() as stack:
        yield [_spooled(stack) if name == STANDARD_INPUT else Path(name) for name in names]


def read_lines(paths: Sequence[Path]) -> Iterator[Line]:
    """Every line of every file that is not blank, in order."""
    for path in paths:
        with _opened(path) as file:
            for number, text in enumerate(file, start=1):
                if not text.isspace():
                    yield Line(f"{path.name}:{number}", text)


def event_from(line: Line) -> dict[str, Any]:
    """Return the CloudEvent a line holds; raises `LineError` saying what was expected."""
    try:
        found = orjson.loads(line.text)
    except orjson.JSONDecodeError as error:
        raise LineError(f"{line.place}: not JSON: {error}") from error
    if not isinstance(found, dict):
        raise LineError(f"{line.place}: expected a JSON object, found {type(found).__name__}")
    return found if "specversion" in found else _from_simple(found, line.place)


def _from_simple(found: Mapping[str, Any], place: str) -> dict[str, Any]:
    missing = [name for name in SIMPLE_FIELDS if name not in found]
    if missing:
        raise LineError(
            f"{place}: expected the fields {', '.join(SIMPLE_FIELDS)}; missing: {', '.join(missing)}"
        )
    return {
        "specversion": "1.0",
        "id": found["id"],
        "source": found["source"],
        "type": found["type"],
        "subject": found["customer_id"],
        "time": found["time"],
        "datacontenttype": "application/json",
        "data": found["data"],
    }


@contextmanager
def _opened(path: Path) -> Iterator[IO[bytes]]:
    with path.open("rb") as raw:
        is_gzip = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        if is_gzip:
            with gzip.open(raw) as file:
                yield cast("IO[bytes]", file)
        else:
            yield raw


def _spooled(stack: ExitStack) -> Path:
    kept = stack.enter_context(tempfile.NamedTemporaryFile(prefix="standard-input-"))  # noqa: SIM115
    shutil.copyfileobj(sys.stdin.buffer, kept)
    kept.flush()
    return Path(kept.name)
