"""MongoDB's indexes: made once by whoever comes first, filled in when declared later, used by searches."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pymongo
import pytest

from shared.store.collections import ALL
from shared.store.open import open_store
from shared.store.port import CollectionSpec, Index, Query, Replacement, Store

BEFORE = CollectionSpec("things", owner="contract", indexes=(Index(("kind",)),))
AFTER = CollectionSpec("things", owner="contract", indexes=(Index(("size",)), Index(("home.city", "kind"))))


@pytest.fixture
def new_store(mongo_database: str) -> Iterator[Callable[[], Store]]:
    opened: list[Store] = []

    def new() -> Store:
        opened.append(open_store(mongo_database))
        return opened[-1]

    yield new
    for store in opened:
        store.close()


@pytest.fixture
def raw(mongo_database: str) -> Iterator[Any]:
    """The database as MongoDB sees it."""
    client: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(mongo_database)
    yield client.get_default_database()
    client.close()


def test_processes_that_start_together_make_each_index_once(new_store: Callable[[], Store], raw: Any) -> None:
    stores = [new_store() for _ in range(4)]
    threads = [
        threading.Thread(target=lambda store=store: [store.collection(spec) for spec in ALL])
        for store in stores
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for spec in ALL:
        if spec.indexes:
            named = {name for name in raw[spec.name].index_information() if name.startswith("by ")}
            assert named == {"by " + ", ".join(index.fields) for index in spec.indexes}


def test_a_field_that_is_declared_later_is_filled_in_from_the_documents(
    new_store: Callable[[], Store],
) -> None:
    old = new_store().collection(BEFORE)
    old.insert_absent(
        [{"_id": f"{n:04d}", "kind": "k", "size": n % 7, "home": {"city": "Bath"}} for n in range(1234)]
    )
    old.insert_absent([{"_id": "bare"}])
    new = new_store().collection(AFTER)
    assert new.count_by(["size"], {"home.city": "Bath"}) == {(n,): 177 if n < 2 else 176 for n in range(7)}
    assert new.find_ids({"size": None}, 10) == ["bare"]
    assert new.get_many(["0007"])["0007"].version == 1


def test_a_field_that_is_no_longer_declared_stays_right_for_when_it_is_again(
    new_store: Callable[[], Store],
) -> None:
    new_store().collection(BEFORE).insert_absent([{"_id": "a", "kind": "old"}])
    without = CollectionSpec("things", owner="contract")
    new_store().collection(without).replace([Replacement({"_id": "a", "kind": "new"}, 1)])
    assert new_store().collection(BEFORE).find_ids({"kind": "new"}, 10) == ["a"]


def test_people_find_documents_by_their_fields_and_read_their_bodies(
    new_store: Callable[[], Store], raw: Any
) -> None:
    things = new_store().collection(AFTER)
    things.insert_absent([{"_id": "a", "size": 3, "home": {"city": "北京"}}])
    found = raw["things"].find_one({"fields.home/city": "北京"})
    assert (found["version"], found["fields"]) == (1, {"size": 3, "home/city": "北京", "kind": None})
    assert found["body"] == '{"_id":"a","size":3,"home":{"city":"北京"}}'


def test_a_search_is_answered_by_its_index(new_store: Callable[[], Store], raw: Any) -> None:
    if "storageEngines" not in raw.command("buildInfo"):
        pytest.skip("the double does not explain its plans; mongod does")
    things = new_store().collection(AFTER)
    things.insert_absent([{"_id": f"{n}", "size": n} for n in range(50)])
    assert len(things.find(Query({"size": {"$gte": 40}}, limit=5)).documents) == 5
    plan = str(raw["things"].find({"fields.size": {"$gte": 40}}).explain()["queryPlanner"]["winningPlan"])
    assert "IXSCAN" in plan
    assert "COLLSCAN" not in plan
