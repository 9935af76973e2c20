"""What is sent to MongoDB: careful whatever the URL says, to one shard, and never too much at once."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pymongo
import pytest
from pymongo.monitoring import CommandFailedEvent, CommandListener, CommandStartedEvent, CommandSucceededEvent

from shared.store import mongo
from shared.store.collections import ALL, CUSTOMERS, SHARD_KEY
from shared.store.port import Query, Replacement, Store, Versioned

CARELESS = "?w=1&journal=false&readConcernLevel=local&readPreference=secondaryPreferred"


class Sent(CommandListener):
    """Keeps every command that is sent."""

    def __init__(self) -> None:
        self.commands: list[dict[str, Any]] = []

    def started(self, event: CommandStartedEvent) -> None:
        self.commands.append(dict(event.command))

    def succeeded(self, event: CommandSucceededEvent) -> None:
        """Nothing to keep."""

    def failed(self, event: CommandFailedEvent) -> None:
        """Nothing to keep."""

    def named(self, *names: str) -> list[dict[str, Any]]:
        return [command for command in self.commands if next(iter(command)) in names]


@pytest.fixture
def sent() -> Sent:
    return Sent()


@pytest.fixture
def store(mongo_database: str, sent: Sent, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    monkeypatch.setattr(mongo, "MongoClient", partial(pymongo.MongoClient, event_listeners=[sent]))
    opened = mongo.MongoStore(mongo_database + CARELESS)
    yield opened
    opened.close()


def use_everything(store: Store) -> None:
    for spec in ALL:
        collection = store.collection(spec)
        collection.insert_absent([{"_id": "a"}, {"_id": "b"}, {"_id": "a"}])
        collection.restore_absent([Versioned({"_id": "c"}, 7)])
        collection.replace([Replacement({"_id": "a"}, 1), Replacement({"_id": "b"}, 9)])
        collection.find(Query(limit=2))
        collection.find_ids({}, 1)
        collection.get_many("ab")
        collection.existing("ab")
        collection.count_by([])
        collection.delete_many("abc")
    store.check()


def test_every_write_waits_for_a_majority_s_journal_and_every_read_sees_no_less(
    store: Store, sent: Sent
) -> None:
    use_everything(store)
    writes, reads = sent.named("insert", "update", "delete"), sent.named("find", "aggregate")
    assert len(writes) > 4 * len(ALL)
    assert len(reads) > 4 * len(ALL)
    for command in writes:
        assert command["writeConcern"] == {"w": "majority", "j": True, "wtimeout": 10_000}, command
    for command in reads:
        assert command["readConcern"]["level"] == "majority", command
        assert command.get("$readPreference", {"mode": "primary"}) == {"mode": "primary"}, command


def test_every_write_names_the_shard_key(store: Store, sent: Sent) -> None:
    use_everything(store)
    key = next(iter(SHARD_KEY))
    for command in sent.named("insert"):
        assert all(key in document for document in command["documents"])
    for command in sent.named("update", "delete"):
        parts = command.get("updates") or command["deletes"]
        assert parts
        assert all(key in part["q"] and not part.get("multi") for part in parts)


def test_many_or_large_documents_go_in_several_commands(store: Store, sent: Sent) -> None:
    customers = store.collection(CUSTOMERS)
    customers.insert_absent([{"_id": f"{n}"} for n in range(1201)])
    customers.insert_absent([{"_id": f"large-{n}", "text": "x" * 3_000_000} for n in range(5)])
    sizes = [len(command["documents"]) for command in sent.named("insert")]
    assert sizes == [500, 500, 201, 2, 2, 1]
