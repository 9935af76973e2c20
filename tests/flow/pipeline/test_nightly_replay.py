"""After a day has closed, a sample of its decisions is made again, and what differs is told."""

from collections.abc import Iterator
from threading import Event
from typing import Any

import pytest

from services.rules.nightly import NightlyReplay
from shared.explaining.archive import Archive
from shared.store.collections import DECISIONS, RULE_PARTITIONS
from shared.store.port import Replacement
from shared.telemetry import metrics
from tests.flow.pipeline.conftest import NewShop
from tests.flow.pipeline.shop import Shop, retail_events


@pytest.fixture(scope="module")
def shop(new_shop: NewShop) -> Shop:
    shop = new_shop()
    shop.publish(retail_events(600))
    shop.work()
    busiest = max(days(shop), key=lambda day: len(decided_on(shop, day)))
    memories = shop.collection(RULE_PARTITIONS)
    for name, found in memories.get_many(map(str, range(shop.partitions))).items():
        memories.replace([Replacement({**found.document, "_id": name, "closed_day": busiest}, found.version)])
    return shop


def days(shop: Shop) -> set[int]:
    return {each["day"] for each in shop.everything(DECISIONS)}


def decided_on(shop: Shop, day: int) -> list[dict[str, Any]]:
    return sorted(
        (each for each in shop.everything(DECISIONS) if each["day"] == day), key=lambda each: each["_id"]
    )


def closed_day(shop: Shop) -> int:
    return min(each["closed_day"] for each in shop.everything(RULE_PARTITIONS))


def check(shop: Shop, sample: int = 5, held: frozenset[int] = frozenset({0})) -> NightlyReplay:
    made = NightlyReplay(Archive.of(shop.store), shop.partitions, sample, lambda: held)
    made.look(Event())
    return made


@pytest.fixture
def forged(shop: Shop) -> Iterator[str]:
    """A decision of the day that somebody changed in the store."""
    decisions, chosen = shop.collection(DECISIONS), decided_on(shop, closed_day(shop))[0]
    version = decisions.get_many([chosen["_id"]])[chosen["_id"]].version
    decisions.replace([Replacement({**chosen, "actions": []}, version)])
    yield chosen["_id"]
    decisions.replace([Replacement(chosen, version + 1)])


def counted(result: str) -> float:
    return metrics.REPLAYED_DECISIONS.labels(result)._value.get()


def test_a_sample_of_the_last_closed_day_is_made_again_and_told(shop: Shop) -> None:
    before = counted("identical")
    told = check(shop).told
    assert told is not None
    assert (told["decisions"], told["identical"], told["different"]) == (5, 5, 0)
    assert counted("identical") == before + 5


def test_a_day_is_checked_once(shop: Shop) -> None:
    checked = check(shop)
    checked.told = None
    checked.look(Event())
    assert checked.told is None


def test_the_sample_is_the_same_each_time_and_no_larger_than_the_day(shop: Shop) -> None:
    whole = decided_on(shop, closed_day(shop))
    checked = check(shop, sample=10_000)
    assert checked.told is not None
    assert checked.told["decisions"] == len(whole)
    assert [each["_id"] for each in checked._sampled(closed_day(shop))] == [each["_id"] for each in whole]


def test_a_decision_that_differs_is_counted_and_named(shop: Shop, forged: str) -> None:
    before = counted("different")
    told = check(shop).told
    assert told is not None
    assert (told["different"], told["differing"]) == (1, [forged])
    assert counted("different") == before + 1


def test_a_worker_without_the_first_partition_leaves_it_to_the_one_that_has_it(shop: Shop) -> None:
    assert check(shop, held=frozenset({1, 2, 3})).told is None


def test_no_sample_asks_for_nothing(shop: Shop) -> None:
    stopped = Event()
    NightlyReplay(Archive.of(shop.store), shop.partitions, 0, lambda: {0}).run(stopped)
    assert not stopped.is_set()
