"""Declared indexes of the embedded store: added later, used by the queries, consistent after crashes."""

import sqlite3
from pathlib import Path

import pytest

from shared.errors import CorruptError
from shared.store.collections import DECISIONS
from shared.store.port import CollectionSpec, Index, Query, Replacement
from shared.store.sqlite import SqliteStore
from shared.store.sqlite_filter import column, where

PLAIN = CollectionSpec("things", "owner")
INDEXED = CollectionSpec("things", "owner", (Index(("kind", "size")), Index(("deep.er",))))


def test_an_index_declared_later_finds_the_documents_written_before(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path)
    store.collection(PLAIN).insert_absent(
        [{"_id": f"{n:04d}", "kind": n % 3, "size": n, "deep": {"er": f"{n}"}} for n in range(2500)]
    )
    store.close()
    store = SqliteStore(tmp_path)
    things = store.collection(INDEXED)
    page = things.find(Query({"kind": 2, "size": {"$gte": 2400}}, [("size", -1)], limit=2))
    assert [each.document["size"] for each in page.documents] == [2498, 2495]
    assert [each.version for each in page.documents] == [1, 1]
    assert things.find(Query({"deep.er": "1777"})).documents[0].document["_id"] == "1777"
    assert things.count_by(["kind"]) == {(0,): 834, (1,): 833, (2,): 833}
    store.close()


def test_an_index_no_longer_declared_is_right_when_it_is_declared_again(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path)
    store.collection(INDEXED).insert_absent([{"_id": "a", "kind": 1}])
    older = store.collection(PLAIN)
    older.replace([Replacement({"_id": "a", "kind": 2}, 1)])
    older.insert_absent([{"_id": "b", "kind": 2}])
    assert store.collection(INDEXED).count_by(["kind"]) == {(2,): 2}
    store.close()


def test_filling_an_index_is_all_or_nothing(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path)
    store.collection(PLAIN).insert_absent([{"_id": "a", "kind": 1}, {"_id": "b", "kind": [1]}])
    with pytest.raises(TypeError, match="kind"):
        store.collection(INDEXED)
    store.collection(PLAIN).replace([Replacement({"_id": "b", "kind": 1}, 1)])
    assert store.collection(INDEXED).count_by(["kind"]) == {(1,): 2}
    store.close()


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (Query({"kind": 1, "size": {"$lte": 5}}, [("size", 1)]), "things:kind,size"),
        (Query({"kind": {"$in": [1, 2]}, "size": 7}), "things:kind,size"),
        (Query({"deep.er": "x"}), "things:deep.er"),
        (Query({"_id": {"$gt": "a"}}), "sqlite_autoindex"),
    ],
)
def test_queries_use_the_declared_indexes(tmp_path: Path, query: Query, index: str) -> None:
    store = SqliteStore(tmp_path)
    store.collection(INDEXED)
    store.close()
    sql, parameters = where(INDEXED, query.filter)
    connection = sqlite3.connect(tmp_path / "owner.db")
    plan = connection.execute(
        f"EXPLAIN QUERY PLAN SELECT body FROM things WHERE {sql}", parameters
    ).fetchall()
    connection.close()
    assert f"INDEX {index}" in plan[0][3]


def test_a_damaged_document_is_corrupt_and_named(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path)
    things = store.collection(PLAIN)
    things.insert_absent([{"_id": "a"}])
    connection = sqlite3.connect(tmp_path / "owner.db")
    connection.execute("UPDATE things SET body = x'7b'")
    connection.commit()
    connection.close()
    with pytest.raises(CorruptError, match="'a'"):
        things.get_many(["a"])
    store.close()


def test_each_owner_has_a_file_of_its_own(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path)
    store.collection(PLAIN)
    store.collection(CollectionSpec("things", "other"))
    store.close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other.db", "owner.db"]


def test_what_rules_did_day_by_day_is_counted_without_reading_a_decision(tmp_path: Path) -> None:
    store = SqliteStore(tmp_path)
    store.collection(DECISIONS)
    store.close()
    wanted = {"outcome": "fired", "day": {"$gt": 1, "$lte": 64}, "mode": {"$ne": "shadow"}}
    sql, parameters = where(DECISIONS, wanted)
    columns = ", ".join(column(DECISIONS, field) for field in ("rule", "day"))
    connection = sqlite3.connect(tmp_path / "rules.db")
    plan = connection.execute(
        f"EXPLAIN QUERY PLAN SELECT count(*), {columns} FROM decisions WHERE {sql} GROUP BY {columns}",
        parameters,
    ).fetchall()
    connection.close()
    assert "COVERING INDEX decisions:outcome,day,rule,mode" in plan[0][3]
