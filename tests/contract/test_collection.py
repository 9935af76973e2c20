"""What every store owes to those who write and read documents by their id."""

import threading
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.store.port import Collection, CollectionSpec, Document, Index, Replacement, Store, Versioned

THINGS = CollectionSpec("things", owner="contract", indexes=(Index(("kind", "size")), Index(("deep.er",))))


@pytest.fixture
def things(store: Store) -> Collection:
    return store.collection(THINGS)


def document(identity: str, **fields: Any) -> Document:
    return {"_id": identity, **fields}


def test_a_collection_knows_its_name(things: Collection) -> None:
    assert things.name == "things"


def test_an_inserted_document_is_read_back_whole_at_version_one(things: Collection) -> None:
    whole = document("客户-1", none=None, text="价值", deep={"list": [1, 2.5, True, {"x": None}]}, big=2**53)
    assert things.insert_absent([whole]) == set()
    assert things.get_many(["客户-1"]) == {"客户-1": Versioned(whole, 1)}


def test_unknown_ids_are_simply_absent(things: Collection) -> None:
    things.insert_absent([document("a")])
    assert set(things.get_many(["a", "b"])) == {"a"}
    assert things.existing(["a", "b"]) == {"a"}
    assert things.get_many([]) == {}
    assert things.existing([]) == set()


def test_thousands_of_ids_in_one_call_are_fine(things: Collection) -> None:
    ids = [f"id-{number:04d}" for number in range(2345)]
    assert things.insert_absent([document(identity) for identity in ids]) == set()
    assert things.existing([*ids, "other"]) == set(ids)
    assert set(things.get_many(iter(ids))) == set(ids)
    assert things.delete_many(iter(ids)) == len(ids)


def test_inserting_leaves_what_is_there_and_names_it(things: Collection) -> None:
    things.insert_absent([document("a", n=1)])
    assert things.insert_absent([document("a", n=2), document("b", n=2)]) == {"a"}
    found = things.get_many(["a", "b"])
    assert (found["a"].document["n"], found["b"].document["n"]) == (1, 2)


def test_of_two_copies_in_one_insert_the_first_stays(things: Collection) -> None:
    assert things.insert_absent([document("a", n=1), document("a", n=2)]) == {"a"}
    assert things.get_many(["a"])["a"] == Versioned(document("a", n=1), 1)


def test_a_replacement_at_the_expected_version_counts_it_up(things: Collection) -> None:
    assert things.replace([Replacement(document("a", n=1), 0)]) == set()
    assert things.replace([Replacement(document("a", n=2), 1)]) == set()
    assert things.get_many(["a"])["a"] == Versioned(document("a", n=2), 2)


def test_a_replacement_at_another_version_writes_nothing_and_is_named(things: Collection) -> None:
    things.insert_absent([document("a", n=1), document("b", n=1)])
    conflicts = things.replace(
        [
            Replacement(document("a", n=2), 7),
            Replacement(document("b", n=2), 1),
            Replacement(document("missing", n=2), 1),
            Replacement(document("new", n=2), 0),
        ]
    )
    assert conflicts == {"a", "missing"}
    found = things.get_many(["a", "b", "missing", "new"])
    assert {identity: (v.document["n"], v.version) for identity, v in found.items()} == {
        "a": (1, 1),
        "b": (2, 2),
        "new": (2, 1),
    }


def test_expecting_absence_of_what_exists_is_a_conflict(things: Collection) -> None:
    things.insert_absent([document("a", n=1)])
    assert things.replace([Replacement(document("a", n=2), 0)]) == {"a"}


def test_a_deleted_document_is_gone_and_may_be_inserted_anew(things: Collection) -> None:
    things.insert_absent([document("a"), document("b")])
    things.replace([Replacement(document("a"), 1)])
    assert things.delete_many(["a", "x"]) == 1
    assert things.existing(["a", "b"]) == {"b"}
    assert things.insert_absent([document("a")]) == set()
    assert things.get_many(["a"])["a"].version == 1


def test_a_document_without_a_text_id_is_refused_before_anything_is_written(things: Collection) -> None:
    for wrong in ({"n": 1}, {"_id": 7}):
        with pytest.raises(TypeError, match="_id"):
            things.insert_absent([document("a"), wrong])
    assert things.existing(["a"]) == set()


def test_an_indexed_field_must_hold_something_that_can_be_ordered(things: Collection) -> None:
    for value in ([1], {"x": 1}):
        with pytest.raises(TypeError, match="kind"):
            things.insert_absent([document("a", kind=value)])


def test_documents_outlive_the_connection(things: Collection, store_adapter) -> None:
    things.insert_absent([document("a", n=1)])
    again = store_adapter.open()
    assert again.collection(THINGS).get_many(["a"]) == {"a": Versioned(document("a", n=1), 1)}
    again.close()


def test_two_connections_see_each_others_writes_and_conflicts(things: Collection, store_adapter) -> None:
    again = store_adapter.open()
    other = again.collection(THINGS)
    things.insert_absent([document("a", n=0)])
    assert other.replace([Replacement(document("a", n=1), 1)]) == set()
    assert things.replace([Replacement(document("a", n=2), 1)]) == {"a"}
    assert things.get_many(["a"])["a"] == Versioned(document("a", n=1), 2)
    again.close()


def test_counting_up_from_many_threads_loses_nothing(things: Collection) -> None:
    things.insert_absent([document("a", n=0)])

    def count_up() -> None:
        for _ in range(20):
            while True:
                now = things.get_many(["a"])["a"]
                if not things.replace([Replacement(document("a", n=now.document["n"] + 1), now.version)]):
                    break

    threads = [threading.Thread(target=count_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert things.get_many(["a"])["a"] == Versioned(document("a", n=80), 81)


def test_a_healthy_store_says_that_it_could_write(store: Store, things: Collection) -> None:
    store.check()
    assert things.existing(["probe"]) == set()
    store.check()


class Model:
    """The obvious store: a dictionary."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[Document, int]] = {}

    def replace(self, replacements: list[Replacement]) -> set[str]:
        conflicts = set()
        for each in replacements:
            identity = each.document["_id"]
            if self.kept.get(identity, (None, 0))[1] == each.expected:
                self.kept[identity] = (each.document, each.expected + 1)
            else:
                conflicts.add(identity)
        return conflicts


IDS = st.sampled_from("abcde")
STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("replace"), st.lists(st.tuples(IDS, st.integers(0, 3)), unique_by=lambda each: each[0])
        ),
        st.tuples(st.just("delete"), st.lists(IDS, unique=True)),
    ),
    max_size=12,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_any_sequence_of_writes_ends_as_in_a_dictionary(things: Collection, steps: list[Any]) -> None:
    things.delete_many("abcde")
    model = Model()
    for number, (step, parts) in enumerate(steps):
        if step == "delete":
            assert things.delete_many(parts) == len([model.kept.pop(p) for p in parts if p in model.kept])
        else:
            wanted = [Replacement(document(identity, n=number), expected) for identity, expected in parts]
            assert things.replace(wanted) == model.replace(wanted)
    found = things.get_many("abcde")
    assert {identity: (v.document, v.version) for identity, v in found.items()} == model.kept
