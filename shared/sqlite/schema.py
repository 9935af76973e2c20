"""Bring a file to the layout this code knows: numbered steps, forward only.

A file written by a newer version is refused rather than guessed at.
"""

from collections.abc import Sequence

from shared.errors import ConfigError
from shared.sqlite.connection import Connection, writing


def migrate(connection: Connection, steps: Sequence[Sequence[str]], where: str) -> None:
    """Apply those of *steps* (each some statements) that the file has not seen yet, all or none."""
    if _version(connection) == len(steps):
        return
    with writing(connection):
        connection.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL)")
        version = _version(connection)
        if version > len(steps):
            raise ConfigError(
                [f"{where} has layout {version}, this version knows up to {len(steps)}: upgrade Guanxi"]
            )
        for step in steps[version:]:
            for statement in step:
                connection.execute(statement)
        connection.execute("DELETE FROM schema_version")
        connection.execute("INSERT INTO schema_version VALUES (?)", (len(steps),))


def _version(connection: Connection) -> int:
    known = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'schema_version'"
    if connection.execute(known).fetchone() is None:
        return 0
    row = connection.execute("SELECT version FROM schema_version").fetchone()
    return int(row[0]) if row else 0
