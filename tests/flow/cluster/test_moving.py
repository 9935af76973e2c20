"""Any documents survive a move from MongoDB to SQLite and back, at their versions: it is a portable dump."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.errors import RefusedError
from shared.store.moving import Move, NotMovableError, content
from shared.store.open import open_store
from shared.store.port import Collection, CollectionSpec, Index, Replacement, Store

THINGS = CollectionSpec("things", owner="contract", indexes=(Index(("kind",)),))
SPECS = (THINGS,)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
NUMBERS = st.integers(-(2**63), 2**64 - 1) | st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXT,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(TEXT | st.sampled_from(["$set", "a.b", ""]), inner, max_size=3)
    ),
    max_leaves=12,
)


@pytest.fixture
def stores(new_mongo_database: Callable[[], str], tmp_path: Path) -> Iterator[list[Store]]:
    urls = (new_mongo_database(), f"sqlite:///{tmp_path}/dump/", new_mongo_database())
    opened = [open_store(url) for url in urls]
    yield opened
    for store in opened:
        store.close()


@pytest.fixture
def things(stores: list[Store]) -> Collection:
    return stores[0].collection(THINGS)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(JSON)
def test_whatever_is_json_comes_back_byte_for_byte(things: Collection, value: Any) -> None:
    things.delete_many(["a"])
    document = {"_id": "a", "kind": None, "value": value, "$x.y": {"": value}}
    things.insert_absent([document])
    assert orjson.dumps(things.get_many(["a"])["a"].document) == orjson.dumps(document)


def test_a_document_of_many_megabytes_is_kept_and_a_larger_one_is_refused(things: Collection) -> None:
    assert things.insert_absent([{"_id": "large", "text": "价" * 5_000_000}]) == set()
    assert len(things.get_many(["large"])["large"].document["text"]) == 5_000_000
    with pytest.raises(RefusedError, match="16760832"):
        things.insert_absent([{"_id": "larger", "text": "x" * 16_800_000}])


def test_from_mongodb_to_sqlite_and_back_nothing_changes(stores: list[Store], things: Collection) -> None:
    things.insert_absent(
        [{"_id": f"{number:04d}-客", "kind": number % 3, "$v": {"a.b": number / 7}} for number in range(1203)]
    )
    things.replace([Replacement({"_id": "0007-客", "kind": "changed"}, 1)])
    before = content(things, lambda _number: None)
    for source, target in pairwise(stores):
        move = Move(source, target, SPECS, "the one before")
        move.begin()
        move.copy(THINGS, lambda _name, _number: None)
        assert move.compare(THINGS, lambda _name, _number: None).same
        move.finish()
    assert content(stores[2].collection(THINGS), lambda _number: None) == before
    assert stores[2].collection(THINGS).get_many(["0007-客"])["0007-客"].version == 2
    assert stores[2].collection(THINGS).count_by(["kind"], {"kind": "changed"}) == {("changed",): 1}


def test_a_difference_of_one_version_is_found(stores: list[Store], things: Collection) -> None:
    for store in stores[:2]:
        store.collection(THINGS).insert_absent([{"_id": "a"}, {"_id": "b"}])
    move = Move(stores[0], stores[1], SPECS, "x")
    assert move.compare(THINGS, lambda _name, _number: None).same
    things.replace([Replacement({"_id": "b"}, 1)])
    assert not move.compare(THINGS, lambda _name, _number: None).same


def test_a_move_from_elsewhere_is_not_gone_on_with(stores: list[Store]) -> None:
    Move(stores[0], stores[1], SPECS, "one").begin()
    Move(stores[0], stores[1], SPECS, "one").begin()
    with pytest.raises(NotMovableError, match="another store"):
        Move(stores[0], stores[1], SPECS, "two").begin()
