"""Messages that scoring or rules cannot deal with are set aside, and everybody else's go on."""

from dataclasses import replace

import pytest

from shared.bus.partitioning import partition_for
from shared.contracts.cloudevents import CloudEvent, to_message
from shared.contracts.topics import EVENTS, SNAPSHOTS
from shared.store.collections import CUSTOMERS, RELATIONSHIPS
from tests.flow.pipeline.conftest import NewShop
from tests.flow.pipeline.looking import sent
from tests.flow.pipeline.shop import Shop, retail_events


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ({"facts": None}, "malformed-message"),
        ({"cause": {}}, "malformed-message"),
        ({"anchors": {"a": 1}}, "malformed-message"),
        ({"day": "soon"}, "poison"),
        ({"release": 7}, "poison"),
    ],
)
def test_a_snapshot_that_is_none_is_set_aside_with_the_reason_and_the_rest_is_judged(
    new_shop: NewShop, broken: dict[str, object], reason: str
) -> None:
    shop = new_shop()
    shop.publish(retail_events(30))
    shop.score()
    _, good = next((at, each) for at, each in sent(shop) if each.subject)
    bad = CloudEvent(
        "x", good.source, good.type, good.subject, good.time, {**good.data, **broken}, {"sequence": "9999"}
    )
    shop.producer.send(SNAPSHOTS.name, [to_message(bad, partition_for(bad.subject, shop.partitions))])
    shop.judge()
    assert [code for code, _ in shop.set_aside] == [reason], shop.set_aside
    known = {document["_id"] for document in shop.everything(CUSTOMERS)}
    assert {document["_id"] for document in shop.everything(RELATIONSHIPS)} == known


@pytest.mark.parametrize(
    ("time", "data"),
    [
        ("yesterday", {"amount": 5}),
        ("", {"amount": 5}),
        ("2010-01-05T09:00:00Z", {"amount": "much"}),
    ],
)
def test_an_event_that_slipped_past_ingest_spoils_nobody_else(
    new_shop: NewShop, time: str, data: dict[str, object]
) -> None:
    shop = new_shop()
    log = retail_events(20)
    first = next(event for event in log if event.subject)
    bad = replace(first, id="x", time=time, data=data)
    shop.publish([*log[:5], bad, *log[5:]])
    shop.work()
    counted = sum(document["state"]["events"] for document in shop.everything(CUSTOMERS))
    assert (counted, [code for code, _ in shop.set_aside]) == (20, ["poison"])


def test_a_message_in_another_customers_partition_is_set_aside_however_far_its_own_has_come(
    new_shop: NewShop,
) -> None:
    """By the numbers of its own partition it would pass for known, or for written ahead of its turn."""
    shop = new_shop()
    shop.publish(retail_events(60))
    shop.work()
    for topic in (EVENTS.name, SNAPSHOTS.name):
        shop.producer.send(topic, [to_message(*strayed(shop, topic))])
    shop.work()
    assert [code for code, _ in shop.set_aside] == ["wrong-partition"] * 2
    assert all("belong to partition" in detail for _, detail in shop.set_aside)
    assert sum(document["state"]["events"] for document in shop.everything(CUSTOMERS)) == 60


def strayed(shop: Shop, topic: str) -> tuple[CloudEvent, int]:
    """A good message about the last customer of the longest partition, and where it does not belong."""
    by_partition = [
        [each for at, each in sent(shop, topic) if at == partition and each.subject]
        for partition in range(shop.partitions)
    ]
    longest = max(range(shop.partitions), key=lambda partition: len(by_partition[partition]))
    last = by_partition[longest][-1]
    return replace(last, id="strayed", extensions={}), (longest + 1) % shop.partitions
