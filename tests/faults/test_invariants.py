"""The checker itself: a sound installation has no findings, and every kind of damage is found."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.bus.port import Message
from shared.contracts.cloudevents import from_record, to_message
from shared.contracts.topics import EVENTS, SNAPSHOTS
from shared.store.collections import CUSTOMERS, DECISIONS, HISTORY, RELATIONSHIPS
from shared.store.port import CollectionSpec, Replacement
from tests.faults.backend import SqliteBackend
from tests.faults.calm import as_accepted
from tests.faults.installation import Installation
from tests.faults.invariants import Findings, check
from tests.faults.selling import Sale, sales
from tests.flow.cli.conftest import RULES
from tests.flow.pipeline.shop import Shop

SOLD = sales(300, 6, seed=7)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Installation]:
    """What scoring and rules keep of SOLD, with nothing wrong."""
    shop = Shop(tmp_path, rules=RULES, partitions=4)
    shop.activate()
    shop.publish(as_accepted(sale) for sale in SOLD)
    shop.work()
    shop.close()
    opened = Installation(tmp_path, SqliteBackend(tmp_path))
    yield opened
    opened.close()


def change(
    kept: Installation, spec: CollectionSpec, name: str, edit: Callable[[dict[str, Any]], Any]
) -> None:
    collection = kept.store.collection(spec)
    found = collection.get_many([name])[name]
    edit(found.document)
    assert not collection.replace([Replacement(found.document, found.version)])


def remove(kept: Installation, spec: CollectionSpec) -> str:
    name = next(kept.everything(spec))["_id"]
    assert kept.store.collection(spec).delete_many([name]) == 1
    return str(name)


def again(kept: Installation, topic: str, edit: Callable[[dict[str, Any]], Any]) -> None:
    """Append the first numbered message of a topic again, edited."""
    partition, record = next(entry for entry in kept.records(topic) if entry[1].key)
    event = from_record(record)
    edit(event.data)
    producer = kept.bus.producer()
    producer.send(topic, [to_message(event, partition)])
    producer.close()


def found(kept: Installation, sold: list[Sale] = SOLD) -> Findings:
    return check(kept, sold, sold)


def test_a_sound_installation_has_no_findings(kept: Installation) -> None:
    findings = found(kept)
    assert not findings, findings
    assert next(kept.everything(DECISIONS), None) is not None, "or the check of decisions proves nothing"


def test_an_acknowledged_event_that_is_not_in_the_history_is_lost(kept: Installation) -> None:
    name = remove(kept, HISTORY)
    assert name in found(kept).lost


def test_an_effect_of_what_nobody_sent_is_a_phantom(kept: Installation) -> None:
    assert f"shop\x1f{SOLD[3].id}\x1f{SOLD[3].customer}" in found(kept, SOLD[:3] + SOLD[4:]).phantom


def test_an_event_that_is_counted_twice_is_a_duplicate(kept: Installation) -> None:
    def twice(document: dict[str, Any]) -> None:
        document["state"]["events"] += 1

    change(kept, CUSTOMERS, "c1", twice)
    assert len(found(kept).duplicated) == 1


def test_a_wrong_sum_is_found_by_counting_the_input_again(kept: Installation) -> None:
    change(kept, CUSTOMERS, "c1", lambda document: document["facts"].update(net_spend=1))
    assert "customer c1" in found(kept).duplicated[0]


def test_a_customer_who_is_gone_is_lost(kept: Installation) -> None:
    name = remove(kept, CUSTOMERS)
    assert f"customer {name}" in found(kept).lost


def test_a_message_sent_again_as_it_was_is_harmless(kept: Installation) -> None:
    again(kept, SNAPSHOTS.name, lambda data: None)
    assert not found(kept)


def test_a_message_sent_with_two_contents_is_a_duplicate(kept: Installation) -> None:
    again(kept, SNAPSHOTS.name, lambda data: data.update(day=1))
    assert "two contents" in found(kept).duplicated[0]


def test_a_number_that_is_skipped_is_a_loss(kept: Installation) -> None:
    partition, record = next(entry for entry in kept.records(SNAPSHOTS.name) if entry[1].key)
    event = from_record(record)
    event.extensions["sequence"] = "9999"  # type: ignore[index]
    producer = kept.bus.producer()
    producer.send(SNAPSHOTS.name, [to_message(event, partition)])
    producer.close()
    assert "is missing before it" in found(kept).lost[0]


def test_events_of_a_customer_in_another_order_than_sent_are_told(kept: Installation) -> None:
    mine = [at for at, sale in enumerate(SOLD) if sale.customer == "c2"]
    swapped = list(SOLD)
    swapped[mine[0]], swapped[mine[1]] = SOLD[mine[1]], SOLD[mine[0]]
    assert "lies before" in found(kept, swapped).disordered[0]


def test_an_event_in_the_log_that_nobody_dealt_with_leaves_the_books_open(kept: Installation) -> None:
    sale = SOLD[0]
    message = to_message(as_accepted(Sale("late", sale.customer, sale.type, sale.at, 5)))
    producer = kept.bus.producer()
    producer.send(EVENTS.name, [Message(message.key, message.value, message.headers)])
    producer.close()
    unclosed = [name.partition(" at ")[0] for name in found(kept).unclosed]
    assert unclosed == [f"shop\x1flate\x1f{sale.customer}"]


def test_a_decision_that_was_stored_and_never_sent_or_a_snapshot_never_judged_leaves_the_books_open(
    kept: Installation,
) -> None:
    name = remove(kept, DECISIONS)
    assert name in found(kept).unclosed
    change(kept, RELATIONSHIPS, "c1", lambda document: document.update(seen=document["seen"] - 1))
    assert any("rules saw" in each for each in found(kept).unclosed)
