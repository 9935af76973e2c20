"""A backup taken while the services work starts, goes on, and ends as if nothing had happened."""

import stat
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from shared.bus.open import open_bus
from shared.sqlite.snapshot import copy_at_once
from shared.store.open import open_store
from shared.store.port import CollectionSpec, Replacement
from tests.flow.cli.conftest import Home, until


@pytest.mark.slow
def test_a_backup_of_a_busy_shop_goes_on_to_the_same_end(
    new_home: Callable[[str], Home], sales: list[bytes], tmp_path: Path
) -> None:
    busy = new_home("busy")
    busy.start()
    key = busy.new_key()
    sending = Thread(target=busy.replay, args=sales)
    sending.start()
    until(lambda: busy.guanxi("export", "decisions").stdout)
    made = busy.guanxi("backup", str(tmp_path / "backup"))
    sending.join()
    assert made.returncode == 0, made.stderr

    restored = Home(tmp_path / "backup")
    assert len(restored.guanxi("export", "customers").stdout) > 0
    restored.start()
    try:
        restored.replay(*sales)
        assert restored.exported() == busy.exported()
        assert restored.guanxi("replay", "-", "--key", key, given=sales[0]).returncode == 0
    finally:
        restored.stop()


def test_files_are_copied_as_of_one_moment_though_others_write(tmp_path: Path) -> None:
    first, second = (CollectionSpec(name, owner=name) for name in ("first", "second"))
    store = open_store(f"sqlite:///{tmp_path}/store/")
    one, two = store.collection(first), store.collection(second)
    for collection in (one, two):
        collection.insert_absent([{"_id": "n", "n": 0}])
    done: list[bool] = []

    def count_up() -> None:
        number = 0
        while not done:
            number += 1
            for collection in (one, two):  # so the second is never ahead of the first, nor two behind
                collection.replace([Replacement({"_id": "n", "n": number}, number)])

    counting = Thread(target=count_up)
    counting.start()
    try:
        for number in range(10):
            directory = tmp_path / f"copy-{number}"
            directory.mkdir()
            copy_at_once(
                {tmp_path / "store" / f"{name}.db": directory / f"{name}.db" for name in ("second", "first")}
            )
            copy = open_store(f"sqlite:///{directory}/")
            a, b = (copy.collection(spec).get_many(["n"])["n"].document["n"] for spec in (first, second))
            copy.close()
            assert a - b in {0, 1}
    finally:
        done.append(True)
        counting.join()
        store.close()


@pytest.mark.slow
def test_a_backup_is_readable_by_its_owner_only_and_never_written_over(
    new_home: Callable[[str], Home], tmp_path: Path
) -> None:
    home, target = new_home("home"), tmp_path / "backup"
    home.new_key()
    assert b"nothing-here" in home.guanxi("backup", str(target)).stderr
    bus = open_bus(f"sqlite:///{home.path}/bus.db")
    bus.ensure_topic("t", 1)
    bus.close()
    assert home.guanxi("backup", str(target)).returncode == 0
    files = [target, *target.rglob("*")]
    assert {path.name for path in files} >= {"backup", "bus.db", "t.db", "ingest.db", "secret"}
    assert not [path for path in files if stat.S_IMODE(path.stat().st_mode) & 0o077]
    assert home.guanxi("backup", str(target)).returncode == 2
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".backup")]


def test_what_a_server_keeps_is_left_to_the_server_s_tools(new_home: Callable[[str], Home]) -> None:
    home = new_home("home")
    home.environment = {"GUANXI_STORE": "mongodb://u:hunter2@127.0.0.1:1/guanxi"}
    done = home.guanxi("backup", str(home.path / "backup"))
    assert done.returncode == 1
    assert b"docs/backup.md" in done.stderr
    assert b"hunter2" not in done.stderr
