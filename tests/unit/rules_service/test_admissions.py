"""Budgets: stored and in memory give the same answers, never too many, and the same again."""

import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.rules.admissions import StoredAdmissions
from shared.errors import RetryLaterError
from shared.model.rules import Budget
from shared.policy.evaluation.admissions import Admission, Admissions, MemoryAdmissions, places
from shared.store.collections import RELATIONSHIPS, SLOTS
from shared.store.open import open_store
from shared.store.port import Store

DAY = 733_900


def customers(store: Store, count: int, first: int = 0) -> None:
    entries = [{"_id": f"c{first + number}", "partition": 0} for number in range(count)]
    store.collection(RELATIONSHIPS).insert_absent(entries)


def stored(store: Store) -> StoredAdmissions:
    return StoredAdmissions(store.collection(SLOTS), store.collection(RELATIONSHIPS))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path}/")
    yield opened
    opened.close()


@pytest.fixture(params=["memory", "stored"])
def admissions(request: pytest.FixtureRequest, store: Store) -> Callable[[int], Admissions]:
    """Makes admissions for so many customers, of either kind."""

    def make(count: int) -> Admissions:
        if request.param == "memory":
            return MemoryAdmissions(count)
        customers(store, count)
        return stored(store)

    return make


Make = Callable[[int], Admissions]


def test_no_more_than_the_budget_are_let_through_on_a_day(admissions: Make) -> None:
    budget = Budget(max_per_day=2)
    asked = admissions(0)
    assert [bool(asked.admit("gift", DAY, f"d{n}", budget)) for n in range(4)] == [True, True, False, False]
    assert asked.admit("gift", DAY + 1, "d9", budget)
    assert asked.admit("call", DAY, "d9", budget)


def test_who_asks_again_gets_the_same_answer_and_takes_no_second_place(admissions: Make) -> None:
    budget = Budget(max_per_day=1)
    asked = admissions(0)
    answers = [asked.admit("gift", DAY, name, budget) for name in ("a", "a", "b", "a", "b")]
    assert answers == [
        Admission(1, 1),
        Admission(1, 1),
        Admission(None, 1),
        Admission(1, 1),
        Admission(None, 1),
    ]


def test_a_share_is_taken_of_all_known_customers_and_rounded_down(admissions: Make) -> None:
    asked = admissions(150)
    budget = Budget(max_share_percent=1)
    assert [asked.admit("gift", DAY, name, budget).number for name in "ab"] == [1, None]


def test_the_tighter_of_both_limits_holds(admissions: Make) -> None:
    asked = admissions(100)
    budget = Budget(max_per_day=5, max_share_percent=2)
    assert [asked.admit("gift", DAY, name, budget).number for name in "abc"] == [1, 2, None]


@pytest.mark.parametrize(
    ("percent", "among", "allowed"),
    [(0.57, 10_000, 57), (29, 100, 29), (0.1, 999, 0), (100, 7, 7), (5, 0, 0)],
)
def test_a_share_is_exact(percent: float, among: int, allowed: int) -> None:
    assert places(Budget(max_share_percent=percent), among) == allowed


questions = st.lists(
    st.tuples(
        st.sampled_from(["gift", "call"]), st.integers(DAY, DAY + 1), st.sampled_from("abcdef"),
        st.sampled_from([Budget(1), Budget(3), Budget(max_share_percent=20), Budget(2, 10)]),
    ),
    max_size=20,
)  # fmt: skip


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(asked=questions, count=st.integers(0, 30))
def test_stored_and_in_memory_answer_any_questions_alike(
    asked: list[tuple[str, int, str, Budget]], count: int
) -> None:
    with tempfile.TemporaryDirectory() as directory:
        store = open_store(f"sqlite:///{directory}/")
        try:
            customers(store, count)
            memory, kept = MemoryAdmissions(count), stored(store)
            assert [kept.admit(*each) for each in asked] == [memory.admit(*each) for each in asked]
        finally:
            store.close()


def test_a_replay_reads_its_refusal_again_although_more_customers_are_known_by_now(store: Store) -> None:
    budget = Budget(max_share_percent=1)
    customers(store, 100)
    before = [stored(store).admit("gift", DAY, name, budget) for name in "ab"]
    customers(store, 900, first=100)
    assert [stored(store).admit("gift", DAY, name, budget) for name in "ab"] == before
    assert before == [Admission(1, 1), Admission(None, 1)]
    assert stored(store).admit("gift", DAY + 1, "b", budget)


def test_a_refusal_by_an_empty_share_is_remembered_too(store: Store) -> None:
    budget = Budget(max_share_percent=1)
    assert not stored(store).admit("gift", DAY, "a", budget)
    customers(store, 500)
    assert not stored(store).admit("gift", DAY, "a", budget)


def test_two_processes_asking_at_once_never_let_too_many_through(tmp_path: Path) -> None:
    budget = Budget(max_per_day=25)
    stores = [open_store(f"sqlite:///{tmp_path}/") for _ in range(2)]

    def ask(process: int) -> list[str]:
        admitted = []
        for number in range(20):
            name = f"{process}-{number}"
            while True:
                try:
                    if stored(stores[process]).admit("gift", DAY, name, budget):
                        admitted.append(name)
                    break
                except RetryLaterError:
                    continue
        return admitted

    with ThreadPoolExecutor(2) as pool:
        admitted = [name for names in pool.map(ask, range(2)) for name in names]
    kept = stores[0].collection(SLOTS).get_many([f"gift|{DAY}"])[f"gift|{DAY}"].document["admitted"]
    for store in stores:
        store.close()
    assert len(admitted) == 25
    assert sorted(kept) == sorted(admitted)
