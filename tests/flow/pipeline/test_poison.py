"""Messages that scoring or rules cannot deal with are set aside, and everybody else's go on."""

from dataclasses import replace

import pytest

from shared.bus.partitioning import partition_for
from shared.contracts.cloudevents import CloudEvent, to_message
from shared.contracts.topics import SNAPSHOTS
from shared.store.collections import CUSTOMERS, RELATIONSHIPS
from tests.flow.pipeline.conftest import NewShop
from tests.flow.pipeline.looking import sent
from tests.flow.pipeline.shop import retail_events


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
