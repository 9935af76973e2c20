"""The bus file: which topics there are, who is in which group, and how far each group has come.

Records are not here: each topic has its own file in the directory beside this one.
"""

import re
from dataclasses import replace
from pathlib import Path

from shared.bus.sqlite_log import TopicLog, create_topic_file
from shared.errors import (
    ConfigError,
    CorruptError,
    TopicMismatchError,
    UnknownTopicError,
)
from shared.sqlite.connection import Connection, Tuning, connect, make_directory, writing
from shared.sqlite.schema import migrate

_STEPS = (
    (
        "CREATE TABLE topics (name TEXT PRIMARY KEY, partitions INTEGER NOT NULL) WITHOUT ROWID",
        """CREATE TABLE members (
             consumers TEXT, topic TEXT, member TEXT, incarnation TEXT NOT NULL,
             boot TEXT NOT NULL, seen_at REAL NOT NULL, session_s REAL NOT NULL,
             PRIMARY KEY (consumers, topic, member)
           ) WITHOUT ROWID""",
        """CREATE TABLE claims (
             consumers TEXT, topic TEXT, partition INTEGER, log_id TEXT NOT NULL, committed INTEGER NOT NULL,
             member TEXT, incarnation TEXT, epoch INTEGER NOT NULL,
             PRIMARY KEY (consumers, topic, partition)
           ) WITHOUT ROWID""",
    ),
)

_NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}")


class Catalogue:
    """A connection to the bus file. One thread at a time."""

    def __init__(self, path: Path, tuning: Tuning) -> None:
        self.path = path
        self._tuning = tuning
        self._logs = path.with_name(path.name + ".d")
        make_directory(self._logs)
        # The file stays small, so a checkpoint within a commit costs nothing and keeps its WAL small too.
        self._own_tuning = replace(tuning, autocheckpoint_pages=1000)
        self.connection = connect(path, self._own_tuning)
        migrate(self.connection, _STEPS, str(path))

    def ensure(self, topic: str, partitions: int) -> None:
        """Create *topic* if absent; the file first, so that a listed topic always has one."""
        if not _NAME.fullmatch(topic) or partitions < 1:
            raise ConfigError(
                [f"topic {topic!r} with {partitions} partitions: use letters, digits, . _ - and 1 or more"]
            )
        found = self._find(topic)
        if found is None:
            found = self._create(topic, partitions)
        if found != partitions:
            raise TopicMismatchError(
                f"topic {topic} has {found} partitions, not {partitions}; a topic keeps its number for life"
            )

    def partitions(self, topic: str) -> int:
        """The number of partitions of *topic*."""
        found = self._find(topic)
        if found is None:
            raise UnknownTopicError(f"topic {topic} does not exist in {self.path}")
        return found

    def open_log(self, topic: str) -> TopicLog:
        """A new connection to the records of *topic*."""
        self.partitions(topic)
        file = self._file(topic)
        if not file.exists():
            raise CorruptError(
                f"{file} is gone but {self.path} lists topic {topic}: restore it from a backup,"
                f" or move {self.path} away too to begin a new log"
            )
        return TopicLog(file, self._tuning)

    def committed(self, topic: str, group: str) -> dict[int, tuple[str, int]]:
        """What *group* has committed by partition, with the id of the log that it counts in."""
        rows = self.connection.execute(
            "SELECT partition, log_id, committed FROM claims WHERE consumers = ? AND topic = ?",
            (group, topic),
        ).fetchall()
        return {partition: (log_id, committed) for partition, log_id, committed in rows}

    def reopen(self) -> Connection:
        """A second connection to the bus file, for another thread."""
        return connect(self.path, self._own_tuning)

    def close(self) -> None:
        """Release the connection."""
        self.connection.close()

    def _create(self, topic: str, partitions: int) -> int:
        with writing(self.connection):
            found = self._find(topic)
            if found is None:
                found = create_topic_file(self._file(topic), topic, partitions, self._tuning)
                self.connection.execute("INSERT INTO topics VALUES (?, ?)", (topic, found))
            return found

    def _find(self, topic: str) -> int | None:
        row: tuple[int] | None = self.connection.execute(
            "SELECT partitions FROM topics WHERE name = ?", (topic,)
        ).fetchone()
        return row[0] if row else None

    def _file(self, topic: str) -> Path:
        return self._logs / f"{topic}.db"
