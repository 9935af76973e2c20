"""A new release reaches every customer once, in its place among the events, whatever happens meanwhile."""

import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.cloudevents import CloudEvent
from shared.contracts.topics import DECISIONS as DECISIONS_TOPIC
from shared.contracts.topics import EventTypes
from shared.releases.documents import Activation
from shared.store.collections import CUSTOMERS, DECISIONS
from tests.flow.pipeline.conftest import NewShop
from tests.flow.pipeline.looking import business, sent, snapshots
from tests.flow.pipeline.shop import RULES, Shop, retail_events

pytestmark = pytest.mark.slow

SALES = 500


@pytest.fixture(scope="module")
def other_rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The default bundle with other windows, another filter and a metric more: its buckets differ."""
    rules = tmp_path_factory.mktemp("rules") / "rules"
    shutil.copytree(RULES, rules)
    metrics = rules / "metrics.yaml"
    changed = metrics.read_text().replace("window: 90 days", "window: 9 days").rstrip()
    metrics.write_text(
        changed
        + """

  most_paid:
    max: {purchase: amount}
    window: lifetime
    title: {en: Most paid at once, zh: 单笔最高}
"""
    )
    thresholds = rules / "lists/thresholds.yaml"
    thresholds.write_text(thresholds.read_text().replace("big_order: 1500 GBP", "big_order: 300 GBP"))
    return rules


@pytest.fixture(scope="module")
def halves() -> tuple[list[CloudEvent], list[CloudEvent]]:
    log = retail_events(SALES)
    return log[: SALES // 2], log[SALES // 2 :]


Halves = tuple[list[CloudEvent], list[CloudEvent]]


def switched(shop: Shop, halves: Halves, rules: Path) -> Activation:
    """Everything is in the log before anybody reads it: half the sales, the new release, the rest."""
    shop.publish(halves[0])
    activation = shop.activate(rules)
    shop.publish(halves[1])
    shop.work()
    return activation


def swept(shop: Shop) -> Counter[str]:
    return Counter(each.customer for each in snapshots(shop) if each.cause.kind == "release")


def known(shop: Shop) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """What is known of each customer, but for where their clock stands."""
    for document in shop.everything(CUSTOMERS):
        state = {name: value for name, value in document["state"].items() if name not in ("as_of", "day")}
        yield document["_id"], state, document["facts"]


@pytest.mark.parametrize("page", [2_000, 7])
def test_an_activation_among_the_events_reaches_every_customer_exactly_once(
    new_shop: NewShop, halves: Halves, other_rules: Path, page: int
) -> None:
    shop = new_shop(page=page)
    activation = switched(shop, halves, other_rules)
    before = {event.subject for event in halves[0] if event.subject}
    assert swept(shop) == dict.fromkeys(before, 1)
    assert {document["release"] for document in shop.everything(CUSTOMERS)} == {activation.digest}


def test_a_changed_metric_is_counted_anew_from_history_as_if_it_had_always_been_so(
    new_shop: NewShop, halves: Halves, other_rules: Path
) -> None:
    shop, fresh = new_shop(), new_shop(rules=other_rules)
    switched(shop, halves, other_rules)
    definitions = {shop.yardstick(number).model.measures.definition for number in (1, 2)}
    assert len(definitions) == 2
    fresh.publish([*halves[0], *halves[1]])
    fresh.work()
    assert list(known(shop)) == list(known(fresh))


def test_an_activation_told_again_or_an_older_one_changes_nothing(
    new_shop: NewShop, halves: Halves, other_rules: Path
) -> None:
    shop = new_shop()
    first = shop.releases.active()
    assert first is not None
    second = switched(shop, halves, other_rules)
    before, told = business(shop), list(snapshots(shop))
    shop.releases.announce(second)
    shop.releases.announce(first)
    assert shop.activate(other_rules) == second
    shop.work()
    assert (business(shop), list(snapshots(shop))) == (before, told)


def test_events_before_any_activation_are_judged_by_the_first_release(
    new_shop: NewShop, halves: Halves, other_rules: Path
) -> None:
    shop = new_shop(active=False)
    shop.publish(halves[0])
    first = shop.activate()
    second = shop.activate(other_rules)
    shop.publish(halves[1])
    shop.work()
    events = [each for each in snapshots(shop) if each.cause.kind == "event"]
    ids = {event.id for event in halves[0]}
    assert {each.release for each in events if each.cause.id in ids} == {first.digest}
    assert {each.release for each in events if each.cause.id not in ids} == {second.digest}


def test_going_back_to_an_earlier_release_is_an_activation_like_any_other(
    new_shop: NewShop, halves: Halves, other_rules: Path
) -> None:
    shop, fresh = new_shop(), new_shop()
    shop.publish(halves[0])
    shop.activate(other_rules)
    assert shop.activate().number == 3
    shop.publish(halves[1])
    shop.work()
    fresh.publish([*halves[0], *halves[1]])
    fresh.work()
    assert set(swept(shop).values()) == {2}
    assert list(known(shop)) == list(known(fresh))


@pytest.fixture(scope="module")
def calm(new_shop: NewShop, halves: Halves, other_rules: Path) -> Shop:
    shop = new_shop()
    switched(shop, halves, other_rules)
    return shop


def test_taking_in_a_few_customers_at_a_time_changes_nothing(
    new_shop: NewShop, halves: Halves, other_rules: Path, calm: Shop
) -> None:
    shop = new_shop(page=3, max_records=80)
    switched(shop, halves, other_rules)
    assert business(shop) == business(calm)


@pytest.mark.parametrize("first_cut", [2, 6, 11, 17])
def test_a_cut_in_the_middle_of_a_sweep_is_harmless(
    new_shop: NewShop, halves: Halves, other_rules: Path, calm: Shop, first_cut: int
) -> None:
    rough = new_shop(page=40)
    rough.publish(halves[0])
    rough.work()
    rough.activate(other_rules)
    rough.publish(halves[1])
    rough.cuts = [first_cut, 5, 9, 2]
    rough.work()
    assert rough.cuts == []
    assert business(rough) == business(calm)
    told, expected = ({(s.customer, s.sequence): s for s in snapshots(shop)} for shop in (rough, calm))
    assert told == expected


def test_a_release_that_comes_back_decides_anew_though_nothing_else_has_happened(
    new_shop: NewShop, halves: Halves, tmp_path: Path
) -> None:
    rules = tmp_path / "rules"
    shutil.copytree(RULES, rules)
    thresholds = rules / "lists/thresholds.yaml"
    thresholds.write_text(thresholds.read_text().replace("top_spend: 2000 GBP", "top_spend: 300 GBP"))
    shop = new_shop()
    shop.publish(halves[0])
    shop.work()
    activations = [shop.activate(each) for each in (rules, RULES, rules)]
    shop.work()
    kept = list(shop.everything(DECISIONS))
    told = [event.id for _, event in sent(shop, DECISIONS_TOPIC.name) if event.type == EventTypes.DECISION]
    caused = Counter(each["cause"]["id"] for each in kept)

    assert activations[0].digest == activations[2].digest
    assert caused["activation-2"] > 0
    assert caused["activation-2"] == caused["activation-4"]
    assert sorted(told) == sorted({each["_id"] for each in kept})
