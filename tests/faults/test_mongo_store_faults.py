"""A MongoDB that stops, holds its breath or answers late: told as away, and nothing is lost or doubled."""

import threading
from collections.abc import Iterator

import pytest

from deploy.servers.mongo_server import MongoServer
from shared.clock import SystemClock
from shared.errors import StoreUnavailableError
from shared.store.open import open_store
from shared.store.port import Collection, CollectionSpec, Index, Replacement, Store

THINGS = CollectionSpec("things", owner="faults", indexes=(Index(("kind",)),))

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def store(mongo_server: MongoServer) -> Iterator[Store]:
    opened = open_store(mongo_server.url() + "?socketTimeoutMS=5000&serverSelectionTimeoutMS=5000")
    yield opened
    opened.close()


@pytest.fixture
def things(store: Store) -> Collection:
    return store.collection(THINGS)


def test_a_server_that_was_stopped_is_away_and_comes_back_with_all_it_acknowledged(
    mongo_server: MongoServer, store: Store, things: Collection
) -> None:
    assert things.insert_absent([{"_id": f"{n}", "kind": n % 2} for n in range(700)]) == set()
    mongo_server.stop()
    for call in (lambda: things.get_many(["1"]), lambda: things.insert_absent([{"_id": "x"}]), store.check):
        with pytest.raises(StoreUnavailableError, match=f"127.0.0.1:{mongo_server.port}"):
            call()
    mongo_server.start()
    store.check()
    assert things.count_by(["kind"]) == {(0,): 350, (1,): 350}
    assert things.replace([Replacement({"_id": "1", "kind": 5}, 1)]) == set()


def test_a_write_without_an_answer_may_land_later_and_is_never_written_twice(
    mongo_server: MongoServer, things: Collection
) -> None:
    things.insert_absent([{"_id": "a", "n": 0}])
    mongo_server.pause()
    for call in (
        lambda: things.replace([Replacement({"_id": "a", "n": 1}, 1)]),
        lambda: things.insert_absent([{"_id": "b", "n": 1}]),
    ):
        with pytest.raises(StoreUnavailableError):
            call()
    mongo_server.resume()

    things.replace([Replacement({"_id": "a", "n": 2}, 1)])  # in conflict if the first has landed by now
    things.insert_absent([{"_id": "b", "n": 2}])
    found = things.get_many("ab")
    assert [(each.document["n"] in {1, 2}, each.version) for each in found.values()] == [(True, 2), (True, 1)]
    assert things.replace([Replacement({"_id": "a", "n": 3}, 1)]) == {"a"}
    assert things.insert_absent([{"_id": "b", "n": 3}]) == {"b"}


def count_to(things: Collection, name: str, number: int) -> None:
    """Bring *name*'s number up to *number*, through outages: what was not answered is looked at again."""
    while True:
        try:
            now = things.get_many(["sum"])["sum"]
            if now.document["by"].get(name) == number:
                return
            counted = {"_id": "sum", "by": {**now.document["by"], name: number}}
            things.replace([Replacement(counted, now.version)])
        except StoreUnavailableError:
            SystemClock().sleep(0.05)


def test_many_writers_count_right_through_pauses_and_a_restart(
    mongo_server: MongoServer, things: Collection
) -> None:
    things.insert_absent([{"_id": "sum", "by": {}}])
    names = [f"writer-{number}" for number in range(4)]
    threads = [
        threading.Thread(target=lambda name=name: [count_to(things, name, n) for n in range(1, 16)])
        for name in names
    ]
    for thread in threads:
        thread.start()
    for begin, end in (
        (mongo_server.pause, mongo_server.resume),
        (mongo_server.stop, mongo_server.start),
        (mongo_server.pause, mongo_server.resume),
    ):
        begin()
        threads[0].join(6.0)  # longer than a writer waits for an answer
        end()
        threads[0].join(0.2)
    for thread in threads:
        thread.join()
    found = things.get_many(["sum"])["sum"]
    assert found.document["by"] == dict.fromkeys(names, 15)
    assert found.version == 1 + 4 * 15
