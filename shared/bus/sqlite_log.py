"""One topic's records: a file of its own, so that writers to different topics never wait for each other.

A partition is a table whose rowid is the offset, so appending always grows its right edge. Each record
carries a CRC-32 that is checked when it is read. Who reads or commits is not known here.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count, repeat
from pathlib import Path
from zlib import crc32

from shared.bus.port import Message, Record
from shared.bus.sqlite_headers import decode_headers, encode_headers
from shared.errors import BusFullError, BusUnavailableError, CorruptError, OffsetOutOfRangeError
from shared.sqlite.connection import Connection, Tuning, connect, writing
from shared.sqlite.errors import ErrorFamily, translating
from shared.sqlite.schema import migrate

BUS_ERRORS = ErrorFamily(BusUnavailableError, BusFullError)

_STEPS = (("CREATE TABLE topic (name TEXT NOT NULL, log_id TEXT NOT NULL, partitions INTEGER NOT NULL)",),)

_PARTITION = """
CREATE TABLE log_{0} (
  offset INTEGER PRIMARY KEY,
  appended_at REAL NOT NULL,
  checksum INTEGER NOT NULL,
  key TEXT NOT NULL,
  headers BLOB NOT NULL,
  value BLOB NOT NULL
)"""


_Row = tuple[int, int, str, bytes, bytes, float]
"""Offset, checksum, key, headers, value, time appended."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Messages of one partition, encoded and ready to be bound."""

    checksums: list[int]
    keys: list[str]
    headers: list[bytes]
    values: list[bytes]


def encode(messages: Sequence[Message]) -> Columns:
    """Return *messages* column by column; needs no lock, so it is done before taking one."""
    keys = [message.key for message in messages]
    headers = [encode_headers(message.headers) for message in messages]
    values = [message.value for message in messages]
    checksums = [
        crc32(value, crc32(header, crc32(key.encode())))
        for key, header, value in zip(keys, headers, values, strict=True)
    ]
    return Columns(checksums, keys, headers, values)


class TopicLog:
    """A connection to one topic's file. One thread at a time."""

    def __init__(self, path: Path, tuning: Tuning) -> None:
        self.path = path
        self._connection = connect(path, tuning)
        self.log_id, self.partitions = self._topic()

    def append(self, batches: Sequence[tuple[int, Columns]], appended_at: float) -> None:
        """Append all of *batches* (partition, messages) in one durable transaction."""
        with translating(str(self.path), BUS_ERRORS), writing(self._connection):
            for partition, columns in batches:
                rows = zip(
                    count(self._edge(partition, "max", -1) + 1),
                    repeat(appended_at),
                    columns.checksums,
                    columns.keys,
                    columns.headers,
                    columns.values,
                )
                self._connection.executemany(f"INSERT INTO log_{partition} VALUES (?, ?, ?, ?, ?, ?)", rows)  # noqa: S608

    def version(self) -> int:
        """A number that changes when another connection has appended: the cheapest way to look."""
        with translating(str(self.path), BUS_ERRORS):
            version: int = self._connection.execute("PRAGMA data_version").fetchone()[0]
        return version

    def end(self, partition: int) -> int:
        """The offset that the next record will get."""
        with translating(str(self.path), BUS_ERRORS):
            return self._edge(partition, "max", -1) + 1

    def start(self, partition: int) -> int:
        """The first offset that is kept; the end when there is none."""
        with translating(str(self.path), BUS_ERRORS):
            return self._edge(partition, "min", 0)

    def read(self, partition: int, offset: int, limit: int) -> tuple[Record, ...]:
        """Records from *offset* on, at most *limit*; raises rather than skipping any."""
        with translating(str(self.path), BUS_ERRORS):
            rows: list[_Row] = self._connection.execute(
                f"SELECT offset, checksum, key, headers, value, appended_at FROM log_{partition}"  # noqa: S608
                " WHERE offset >= ? ORDER BY offset LIMIT ?",
                (offset, limit),
            ).fetchall()
        if not rows:
            return ()
        self._refuse_gaps(partition, offset, rows)
        self._refuse_damage(partition, rows)
        return tuple(
            [
                Record(offset, key, value, decode_headers(headers), appended_at)
                for offset, _, key, headers, value, appended_at in rows
            ]
        )

    def close(self) -> None:
        """Release the connection."""
        self._connection.close()

    def _topic(self) -> tuple[str, int]:
        with translating(str(self.path), BUS_ERRORS):
            row: tuple[str, int] | None = self._connection.execute(
                "SELECT log_id, partitions FROM topic"
            ).fetchone()
        if row is None:
            raise CorruptError(f"{self.path} names no topic; restore the file from a backup")
        return row

    def _edge(self, partition: int, function: str, default: int) -> int:
        query = f"SELECT coalesce({function}(offset), ?) FROM log_{partition}"  # noqa: S608
        edge: int = self._connection.execute(query, (default,)).fetchone()[0]
        return edge

    def _refuse_gaps(self, partition: int, offset: int, rows: Sequence[_Row]) -> None:
        if rows[0][0] != offset:
            raise OffsetOutOfRangeError(
                f"{self.path}: partition {partition} starts at offset {rows[0][0]}, not at {offset}"
            )
        if rows[-1][0] != offset + len(rows) - 1:
            raise CorruptError(f"{self.path}: records are missing in partition {partition} after {offset}")

    def _refuse_damage(self, partition: int, rows: Sequence[_Row]) -> None:
        for offset, checksum, key, headers, value, _ in rows:
            try:
                intact = crc32(value, crc32(headers, crc32(key.encode()))) == checksum
            except (TypeError, AttributeError):  # a column of another type
                intact = False
            if not intact:
                raise CorruptError(
                    f"{self.path}: partition {partition} offset {offset} fails its checksum;"
                    " restore the file from a backup"
                )


def create_topic_file(path: Path, topic: str, partitions: int, tuning: Tuning) -> int:
    """Create *path* unless it holds *topic* already; return its number of partitions."""
    connection = connect(path, tuning)
    try:
        migrate(connection, _STEPS, str(path))
        with writing(connection):
            row: tuple[int] | None = connection.execute("SELECT partitions FROM topic").fetchone()
            if row is None:
                _create_partitions(connection, topic, partitions)
        return row[0] if row else partitions
    finally:
        connection.close()


def _create_partitions(connection: Connection, topic: str, partitions: int) -> None:
    for partition in range(partitions):
        connection.execute(_PARTITION.format(partition))
    connection.execute("INSERT INTO topic VALUES (?, ?, ?)", (topic, secrets.token_hex(8), partitions))
