"""The embedded store when the disk fills, locks are held and readers are slow."""

import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.errors import NoSpaceError, StoreUnavailableError
from shared.sqlite.connection import Tuning
from shared.store.port import Collection, CollectionSpec, Document, Index, Query, Replacement
from shared.store.sqlite import SqliteStore

THINGS = CollectionSpec("things", "owner", (Index(("n",)),))

WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from shared.store.port import CollectionSpec, Index, Replacement
from shared.store.sqlite import SqliteStore
things = SqliteStore(Path(sys.argv[2])).collection(CollectionSpec("things", "owner", (Index(("n",)),)))
number = 0
while True:
    assert not things.replace([Replacement({"_id": f"{i}", "n": number}, number) for i in range(20)])
    number += 1
    print(number, flush=True)
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    opened = SqliteStore(tmp_path, tuning=Tuning(busy_timeout_s=0.1))
    yield opened
    opened.close()


@pytest.fixture
def things(store: SqliteStore) -> Collection:
    return store.collection(THINGS)


def documents(start: int, count: int = 50) -> list[Document]:
    return [
        {"_id": f"{number:05d}", "n": number, "filling": "x" * 2000} for number in range(start, start + count)
    ]


def limit_pages(store: SqliteStore, pages: int) -> None:
    """Make the disk seem full, or give it room again."""
    store._files["owner"]._writer.execute(f"PRAGMA max_page_count = {pages}")


def test_a_full_disk_is_told_and_writing_goes_on_once_there_is_room(
    store: SqliteStore, things: Collection, tmp_path: Path
) -> None:
    things.insert_absent(documents(0))
    limit_pages(store, 100)
    with pytest.raises(NoSpaceError, match="full"):
        things.insert_absent(documents(50, 300))
    limit_pages(store, 1)
    with pytest.raises(StoreUnavailableError, match="full"):
        store.check()
    assert things.count_by([]) == {(): 50}
    assert things.find(Query({"n": 49})).documents[0].document == documents(49, 1)[0]
    limit_pages(store, 1_000_000)
    store.check()
    assert things.insert_absent(documents(50, 300)) == set()
    assert things.count_by([]) == {(): 350}
    connection = sqlite3.connect(tmp_path / "owner.db")
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()


def test_while_another_process_holds_the_lock_writes_wait_in_vain_and_reads_go_on(
    store: SqliteStore, things: Collection, tmp_path: Path
) -> None:
    things.insert_absent(documents(0, 3))
    other = sqlite3.connect(tmp_path / "owner.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailableError, match="locked"):
        things.replace([Replacement({"_id": "00000"}, 1)])
    with pytest.raises(StoreUnavailableError):
        store.check()
    assert len(things.get_many(["00000", "00001"])) == 2
    other.execute("ROLLBACK")
    other.close()
    assert things.replace([Replacement({"_id": "00000"}, 1)]) == set()
    store.check()


def test_a_write_that_fails_half_way_leaves_nothing_of_its_transaction(
    store: SqliteStore, things: Collection
) -> None:
    things.insert_absent(documents(0, 2))
    with pytest.raises(TypeError):
        things.replace(
            [Replacement({"_id": "00000", "n": 7}, 1), Replacement({"_id": "x", "n": object()}, 0)]
        )
    assert things.get_many(["00000"])["00000"].version == 1


def test_after_kill_9_every_acknowledged_write_is_there(tmp_path: Path) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(Path(__file__).parents[2]), str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    acknowledged = 0
    while acknowledged < 50:
        acknowledged = int(child.stdout.readline())
    child.kill()
    rest = child.stdout.read().split("\n")[:-1]
    child.wait()
    child.stdout.close()
    acknowledged = int(rest[-1]) if rest else acknowledged
    store = SqliteStore(tmp_path)
    found = store.collection(THINGS).get_many(str(number) for number in range(20))
    store.close()
    versions = {each.version for each in found.values()}
    assert len(found) == 20
    assert versions <= {acknowledged, acknowledged + 1}
    assert all(each.document["n"] == each.version - 1 for each in found.values())


def test_readers_in_many_threads_go_on_beside_a_writer(things: Collection) -> None:
    things.insert_absent(documents(0, 20))
    wrong: list[object] = []
    stop = threading.Event()

    def read() -> None:
        while not stop.is_set():
            page = things.find(Query({}, [("n", 1)], limit=50))
            if len(page.documents) < 20:
                wrong.append(page)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for start in range(20, 420, 20):
        things.insert_absent(documents(start, 20))
    stop.set()
    for thread in threads:
        thread.join()
    assert wrong == []
