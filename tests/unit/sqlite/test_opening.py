"""Opening a bus or a store by URL, and files that should not be opened."""

import sqlite3
import stat
from pathlib import Path

import pytest

from shared.bus.open import open_bus
from shared.bus.sqlite import SqliteBus
from shared.errors import (
    BusUnavailableError,
    ConfigError,
    CorruptError,
    GuanxiError,
    StoreUnavailableError,
)
from shared.sqlite.errors import ErrorFamily, translated
from shared.sqlite.url import sqlite_path
from shared.store.open import open_store
from shared.store.port import CollectionSpec

THINGS = CollectionSpec("things", "owner")


def test_three_slashes_name_a_relative_path_and_four_an_absolute_one() -> None:
    assert sqlite_path("sqlite:///var/bus.db", "bus", "") == Path("var/bus.db")
    assert sqlite_path("sqlite:////var/a b%20c/bus.db", "bus", "") == Path("/var/a b%20c/bus.db")


@pytest.mark.parametrize(
    "url", ["redis://user:secret@host:6379", "redis://host/guanxi", "var/bus.db", "sqlite:///", ""]
)
def test_another_url_is_refused_saying_what_is_supported_and_no_password(url: str) -> None:
    with pytest.raises(ConfigError, match=r"sqlite:///path/to/bus\.db") as raised:
        open_bus(url)
    assert "secret" not in str(raised.value)
    with pytest.raises(ConfigError, match="sqlite:///path/to/directory/"):
        open_store(url)


def test_directories_are_made_and_files_are_private(tmp_path: Path) -> None:
    bus = open_bus(f"sqlite:///{tmp_path}/new/deep/bus.db")
    bus.ensure_topic("t", 1)
    bus.close()
    store = open_store(f"sqlite:///{tmp_path}/new/store")
    store.collection(THINGS)
    store.close()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert sorted(path.name for path in files) == ["bus.db", "owner.db", "t.db"]
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}


def test_a_place_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BusUnavailableError):
        open_bus(f"sqlite:///{tmp_path}/file/bus.db")
    with pytest.raises(StoreUnavailableError):
        open_store(f"sqlite:///{tmp_path}/file/store")


def test_a_file_that_is_no_database_is_corrupt(tmp_path: Path) -> None:
    (tmp_path / "bus.db").write_bytes(b"not a database" * 1000)
    (tmp_path / "owner.db").write_bytes(b"not a database" * 1000)
    with pytest.raises(CorruptError, match=r"bus\.db"):
        open_bus(f"sqlite:///{tmp_path}/bus.db")
    with pytest.raises(CorruptError, match=r"owner\.db"):
        open_store(f"sqlite:///{tmp_path}").collection(THINGS)


def test_a_file_of_a_newer_version_is_left_alone(tmp_path: Path) -> None:
    bus = SqliteBus(tmp_path / "bus.db")
    bus.close()
    with sqlite3.connect(tmp_path / "bus.db") as connection:
        connection.execute("UPDATE schema_version SET version = 99")
    connection.close()
    with pytest.raises(ConfigError, match=r"layout 99.*upgrade"):
        SqliteBus(tmp_path / "bus.db")


def test_a_topic_whose_file_is_gone_is_not_begun_anew(tmp_path: Path) -> None:
    bus = SqliteBus(tmp_path / "bus.db")
    bus.ensure_topic("t", 1)
    (tmp_path / "bus.db.d" / "t.db").unlink()
    with pytest.raises(CorruptError, match="is gone"):
        bus.producer().send("t", [])
    bus.close()


@pytest.mark.parametrize("name", ["", "../escape", "a/b", ".hidden", "x" * 300])
def test_a_topic_name_that_is_no_file_name_is_refused(tmp_path: Path, name: str) -> None:
    bus = SqliteBus(tmp_path / "bus.db")
    with pytest.raises(ConfigError):
        bus.ensure_topic(name, 1)
    bus.close()


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("database is locked", StoreUnavailableError),
        ("disk I/O error", StoreUnavailableError),
        ("unable to open database file", StoreUnavailableError),
        ("attempt to write a readonly database", StoreUnavailableError),
        ("database disk image is malformed", CorruptError),
        ("file is not a database", CorruptError),
        ("Could not decode to UTF-8 column 'key' with text 'x'", CorruptError),
        ("database or disk is full", BusUnavailableError),
    ],
)
def test_each_error_of_sqlite_becomes_the_reaction_it_calls_for(
    message: str, expected: type[GuanxiError]
) -> None:
    family = ErrorFamily(StoreUnavailableError, BusUnavailableError)  # type: ignore[arg-type]
    error = translated(sqlite3.OperationalError(message), "some.db", family)
    assert type(error) is expected
    assert "some.db" in str(error)
