"""Every report says the same of the same data, whichever store keeps it."""

import os
from collections.abc import Iterator
from typing import Any

import orjson
import pymongo
import pytest

from shared.asking.answers import REPORTS, Answer
from shared.asking.records import Records
from shared.asking.wish import Wish, wish
from shared.contracts.cloudevents import CloudEvent
from shared.model.rules import ActionKind
from shared.store.collections import ALL, DECISIONS, TASKS
from shared.store.open import open_store
from shared.store.port import Document, Store
from tests.flow.pipeline.shop import Shop, as_accepted, retail_lines, with_markers
from tests.servers.mongo_fixture import with_database

pytestmark = pytest.mark.slow

STATUSES = ("open", "done", "skipped", "open")
WISHES = [
    pytest.param({}, id="plain"),
    pytest.param({"language": "zh", "since": "2009-12-01", "until": "2010-06-30"}, id="period"),
    pytest.param({"margin": 30.0, "days": 30, "measure": "revenue", "by": "segment"}, id="options"),
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    made = Shop(tmp_path_factory.mktemp("shop"))
    made.activate()
    made.publish(with_markers(sorted([*_sales(), *_told()], key=lambda each: each.time)))
    made.work()
    made.collection(TASKS).insert_absent(list(_tasks(Records(made.store, made.partitions))))
    made.board.pause("promote-core", "anna", "odd")
    yield made
    made.close()


def _sales() -> list[CloudEvent]:
    """Two years of a few customers, some of whom left."""
    return [as_accepted(line) for line in retail_lines() if int(line["customer_id"]) % 40 == 7]


def _told() -> list[CloudEvent]:
    """Care, a file, a recommendation and what came of it."""
    told = (
        ("customer.updated", {"name": "Li Na", "owner": "zhao"}),
        ("referral.made", {}),
        ("referral.converted", {"amount": 12_050}),
        ("care.given", {"cost": 725}),
    )
    customer = _sales()[0].subject
    return [
        CloudEvent(f"told-{at}", "desk", kind, customer, f"2011-01-05T10:0{at}:00Z", data, {})
        for at, (kind, data) in enumerate(told)
    ]


def _tasks(records: Records) -> Iterator[Document]:
    """A task for each that a rule ordered, in some state, as notification would keep it."""
    for decision in records.find(DECISIONS, {"outcome": "fired"}):
        for action in decision["actions"]:
            if action["kind"] == ActionKind.CREATE_TASK.value:
                number = len(decision["customer"]) + decision["day"]
                status = STATUSES[number % len(STATUSES)]
                yield {
                    "_id": action["id"],
                    "customer": decision["customer"],
                    "owner": ("wang", "zhao", "li")[number % 3],
                    "due_day": decision["day"] + 7,
                    "opened_day": decision["day"],
                    "rule": decision["rule"],
                    "reason": decision["reason"],
                    "status": status,
                    "closed_at": None if status == "open" else f"{decision['as_of'][:19]}Z",
                    "channel": "phone",
                    "key_event": None,
                    **{name: action["fields"].get(name) for name in ("task", "title", "key_event")},
                }


@pytest.fixture(scope="module")
def copied(shop: Shop, mongo_url: str) -> Iterator[Store]:
    """Everything that *shop* keeps, on MongoDB, in another order."""
    name = f"guanxi-test-reports-{os.getpid()}"
    store = open_store(with_database(mongo_url, name))
    records = Records(shop.store, shop.partitions)
    for spec in ALL:
        documents = sorted(records.find(spec), key=lambda each: each["_id"][::-1])
        for start in range(0, len(documents), 500):
            store.collection(spec).insert_absent(documents[start : start + 500])
    yield store
    store.close()
    client: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(mongo_url)
    client.drop_database(name)
    client.close()


def answered(store: Store, partitions: int, name: str, wanted: Wish) -> Answer:
    return REPORTS[name](Records(store, partitions), wanted)


@pytest.mark.parametrize("asked", WISHES)
@pytest.mark.parametrize("name", REPORTS)
def test_a_report_says_the_same_on_mongodb(
    shop: Shop, copied: Store, name: str, asked: dict[str, Any]
) -> None:
    here = answered(shop.store, shop.partitions, name, wish(**asked))
    there = answered(copied, shop.partitions, name, wish(**asked))

    assert orjson.dumps(there.data) == orjson.dumps(here.data)
    assert there == here


def test_the_data_says_something_in_every_report(shop: Shop) -> None:
    silent = {"shadow", "uplift"}  # no shipped rule runs in shadow, or holds any of these out
    for name in REPORTS.keys() - silent:
        assert answered(shop.store, shop.partitions, name, Wish()).figures, name
