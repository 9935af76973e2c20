"""What every store owes to those who search: filters, order, pages and counts."""

import itertools
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.errors import RefusedError, UndeclaredIndexError
from shared.store.port import (
    Collection,
    CollectionSpec,
    Document,
    Filter,
    Index,
    Query,
    Replacement,
    Sort,
    Store,
)

PEOPLE = CollectionSpec(
    "people",
    owner="contract",
    indexes=(Index(("partition", "due")), Index(("score",)), Index(("home.city", "name")), Index(("flag",))),
)


@pytest.fixture
def people(store: Store) -> Collection:
    return store.collection(PEOPLE)


def put(people: Collection, documents: list[Document]) -> None:
    assert people.insert_absent(documents) == set()


def found(people: Collection, filter: Filter, sort: Sort = ()) -> list[str]:  # noqa: A002
    return [each.document["_id"] for each in people.find(Query(filter, sort)).documents]


@pytest.fixture
def mixed(people: Collection) -> Collection:
    put(
        people,
        [
            {"_id": "a", "score": 1},
            {"_id": "b", "score": 2.5},
            {"_id": "c", "score": "2"},
            {"_id": "d", "score": "10"},
            {"_id": "e", "score": None},
            {"_id": "f"},
            {"_id": "g", "score": True},
            {"_id": "h", "score": False},
            {"_id": "i", "score": -3},
        ],
    )
    return people


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (1, "a"),
        ({"$eq": "2"}, "c"),
        (True, "g"),
        (False, "h"),
        (None, "ef"),
        ({"$ne": 1}, "bcdefghi"),
        ({"$ne": None}, "abcdghi"),
        ({"$gt": 1}, "b"),
        ({"$gte": 1}, "ab"),
        ({"$lt": 2.5}, "ai"),
        ({"$lte": 2.5}, "abi"),
        ({"$gt": "10"}, "c"),
        ({"$gte": ""}, "cd"),
        ({"$lt": "2"}, "d"),
        ({"$gt": None}, ""),
        ({"$lte": None}, ""),
        ({"$in": [1, "10", True]}, "adg"),
        ({"$in": [None, 2.5]}, "bef"),
        ({"$in": []}, ""),
        ({"$exists": True}, "abcdghi"),
        ({"$exists": False}, "ef"),
        ({"$gt": -3, "$lt": 2}, "a"),
        ({}, "abcdefghi"),
    ],
)
def test_types_never_mix_and_missing_equals_null(mixed: Collection, condition: Any, expected: str) -> None:
    assert "".join(found(mixed, {"score": condition})) == expected


def test_conditions_on_several_fields_must_all_hold(people: Collection) -> None:
    put(people, [{"_id": f"{p}{d}", "partition": p, "due": d} for p in range(3) for d in range(4)])
    assert found(people, {"partition": 1, "due": {"$lte": 2}, "_id": {"$gt": "10"}}) == ["11", "12"]


def test_dotted_paths_reach_into_objects(people: Collection) -> None:
    put(
        people,
        [{"_id": "a", "home": {"city": "Bath"}}, {"_id": "b", "home": "Bath"}, {"_id": "c", "home": None}],
    )
    assert found(people, {"home.city": "Bath"}) == ["a"]
    assert found(people, {"home.city": None}) == ["b", "c"]


def test_a_filter_follows_every_replacement(people: Collection) -> None:
    put(people, [{"_id": "a", "score": 1}])
    people.replace([Replacement({"_id": "a", "score": 5}, 1)])
    assert found(people, {"score": 1}) == []
    assert found(people, {"score": 5}) == ["a"]
    people.replace([Replacement({"_id": "a"}, 2)])
    assert found(people, {"score": None}) == ["a"]


def test_nulls_come_first_and_ties_go_by_id(people: Collection) -> None:
    put(people, [{"_id": "d", "score": 2}, {"_id": "c"}, {"_id": "b", "score": 1}, {"_id": "a", "score": 2}])
    assert found(people, {}, [("score", 1)]) == ["c", "b", "a", "d"]
    assert found(people, {}, [("score", -1)]) == ["a", "d", "b", "c"]
    assert found(people, {}, [("_id", -1)]) == ["d", "c", "b", "a"]
    assert found(people, {}) == ["a", "b", "c", "d"]


@pytest.mark.parametrize("query", [Query({"age": 1}), Query(sort=[("age", 1)]), Query({"home": {"$ne": 1}})])
def test_a_field_that_is_not_declared_cannot_be_asked_for(people: Collection, query: Query) -> None:
    with pytest.raises(UndeclaredIndexError, match=r"people.*(age|home)"):
        people.find(query)
    with pytest.raises(UndeclaredIndexError):
        people.count_by(["age"])


def test_an_unknown_operator_is_named(people: Collection) -> None:
    with pytest.raises(ValueError, match=r"\$regex"):
        people.find(Query({"score": {"$regex": "x"}}))


def pages(people: Collection, query: Query) -> list[list[str]]:
    result = []
    for _ in range(200):
        page = people.find(query)
        result.append([each.document["_id"] for each in page.documents])
        if page.cursor is None:
            return result
        query = Query(query.filter, query.sort, query.limit, page.cursor)
    raise AssertionError("pages never end")


def test_a_full_last_page_has_no_cursor(people: Collection) -> None:
    put(people, [{"_id": name} for name in "abcd"])
    assert pages(people, Query(limit=2)) == [["a", "b"], ["c", "d"]]
    assert pages(people, Query({"score": 1}, limit=2)) == [[]]


@pytest.mark.parametrize(
    "sort",
    [
        (),
        (("score", 1),),
        (("score", -1),),
        (("home.city", 1), ("name", -1)),
        (("home.city", -1), ("name", 1)),
        (("_id", -1),),
        (("score", -1), ("_id", -1)),
    ],
)
def test_pages_together_are_the_whole_in_order(people: Collection, sort: Sort) -> None:
    values: list[Any] = [None, 1, 2, "x", True]
    put(
        people,
        [
            {"_id": f"{number:02d}", "score": a, "home": {"city": b}, "name": a}
            for number, (a, b) in enumerate(itertools.product(values, values))
        ],
    )
    whole = found(people, {}, sort)
    assert len(whole) == len(set(whole)) == 25
    for limit in (1, 3, 7):
        assert list(itertools.chain(*pages(people, Query({}, sort, limit)))) == whole


def test_pages_do_not_repeat_or_skip_when_documents_come_and_go(people: Collection) -> None:
    put(people, [{"_id": name, "score": 1} for name in "bdfh"])
    first = people.find(Query({}, [("score", 1)], limit=2))
    people.delete_many(["b"])
    put(people, [{"_id": name, "score": 1} for name in "ag"])
    second = people.find(Query({}, [("score", 1)], 9, first.cursor))
    assert [each.document["_id"] for each in second.documents] == ["f", "g", "h"]


@pytest.mark.parametrize("cursor", ["", "x", "eyJhIjoxfQ", "W10", "€"])
def test_a_cursor_that_was_not_given_out_is_refused(people: Collection, cursor: str) -> None:
    with pytest.raises(RefusedError):
        people.find(Query(cursor=cursor))


def test_a_cursor_of_another_order_is_refused(people: Collection) -> None:
    put(people, [{"_id": name} for name in "abc"])
    cursor = people.find(Query(limit=1)).cursor
    with pytest.raises(RefusedError):
        people.find(Query(sort=[("score", 1)], cursor=cursor))


def test_counts_are_by_value_and_null_counts_missing(mixed: Collection) -> None:
    counts = {
        None: 2,
        -3: 1,
        2.5: 1,
        "10": 1,
        "2": 1,
        False: 1,
        True: 2,
    }  # Python holds 1 and True to be one key
    assert mixed.count_by(["score"]) == {(value,): count for value, count in counts.items()}
    assert mixed.count_by([], {"score": {"$gt": 0}}) == {(): 2}
    assert mixed.count_by([], {"score": 99}) == {(): 0}
    assert mixed.count_by(["score"], {"score": 99}) == {}


def test_counts_by_several_fields(people: Collection) -> None:
    put(people, [{"_id": f"{n}", "partition": n % 2, "flag": n < 3} for n in range(6)])
    assert people.count_by(["partition", "flag"]) == {
        (0, True): 2,
        (1, True): 1,
        (0, False): 1,
        (1, False): 2,
    }


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.sampled_from([-0.5, 0.0, 2.5])
    | st.sampled_from(["", "a", "价"])
)


def rank(value: Any) -> int:
    return (
        0 if value is None else 3 if isinstance(value, bool) else 1 if isinstance(value, (int, float)) else 2
    )


def same(a: Any, b: Any) -> bool:
    return rank(a) == rank(b) and a == b


def matches(value: Any, operator: str, operand: Any) -> bool:
    if operator == "$in":
        return any(same(value, each) for each in operand)
    if operator in ("$eq", "$ne"):
        return same(value, operand) == (operator == "$eq")
    if value is None or rank(value) != rank(operand):
        return False
    return {
        "$gt": value > operand,
        "$gte": value >= operand,
        "$lt": value < operand,
        "$lte": value <= operand,
    }[operator]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(SCALARS, max_size=8),
    st.tuples(st.sampled_from(["$eq", "$ne", "$gt", "$gte", "$lt", "$lte"]), SCALARS)
    | st.tuples(st.just("$in"), st.lists(SCALARS, max_size=3)),
)
def test_any_filter_finds_what_a_naive_reading_finds(
    people: Collection, values: list[Any], condition: tuple[str, Any]
) -> None:
    people.delete_many([f"{number}" for number in range(8)])
    put(people, [{"_id": f"{number}", "score": value} for number, value in enumerate(values)])
    operator, operand = condition
    expected = [f"{number}" for number, value in enumerate(values) if matches(value, operator, operand)]
    assert found(people, {"score": {operator: operand}}) == expected
    assert sorted(people.find_ids({"score": {operator: operand}}, 100)) == sorted(expected)
    assert len(people.find_ids({"score": {operator: operand}}, 1)) == min(1, len(expected))
    assert people.count_by([], {"score": {operator: operand}}) == {(): len(expected)}
