"""R14, R15, R4 and closure: what cannot be dealt with is kept whole and told, and everybody else goes on."""

import base64
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from shared.bus.partitioning import partition_for
from shared.bus.port import Message
from shared.contracts.cloudevents import CloudEvent, from_record, to_message
from shared.contracts.topics import DEAD_LETTERS as LETTERS
from shared.contracts.topics import DECISIONS, EVENTS, INBOUND, SNAPSHOTS
from shared.errors import MessageTooLargeError
from shared.store.collections import CUSTOMERS, DEAD_LETTERS, HISTORY
from tests.faults.backend import Backend
from tests.faults.conftest import Figures
from tests.faults.installation import PARTITIONS, PATIENCE_S, Installation, until
from tests.faults.invariants import check
from tests.faults.selling import Sale, sales
from tests.faults.test_membership import metric
from tests.flow.cli.conftest import RULES

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

SEED = 14
GOOD = sales(200, 10, SEED)
HEADERS = (("traceparent", b"00-" + b"1" * 32 + b"-" + b"2" * 16 + b"-01"), ("x-odd", b"\xff\x00"))


def envelope(**changed: Any) -> bytes:
    event = {
        "specversion": "1.0", "id": "bad", "source": "shop", "type": "purchase", "subject": "c1",
        "time": "2010-01-04T09:00:00Z", "data": {"amount": 5},
    }  # fmt: skip
    return orjson.dumps({**event, **changed})


STRUCTURED = (("content-type", b"application/cloudevents+json"),)
TOPICS = (INBOUND, EVENTS, SNAPSHOTS, DECISIONS)
PILLS = {
    "invalid JSON": Message("c1", b"{oops", HEADERS),
    "wrong schema": Message("c1", envelope(data={"amount": "much"}), STRUCTURED),
    "unknown field": Message("c1", envelope(id="odd", data={"amount": 5, "colour": "red"}), STRUCTURED),
    "nearly too large": Message("c1", b"[" + b"1," * 500_000 + b"1]", HEADERS),
    "deep nesting": Message("c1", b"[" * 50_000 + b"]" * 50_000),
    "not a number": Message("c1", b'{"id":"x","source":"s","type":"purchase","data":{"amount":NaN}}'),
    "no key": Message("", b'{"nobody": 1}'),
    "tombstone": Message("c1", b""),
    "unknown version": Message("c1", envelope(specversion="9.9"), STRUCTURED),
    "not text": Message("c1", b"\xff\xfe\x00", (("ce_id", b"\xff"),)),
}


def test_poison_is_kept_byte_for_byte_and_everybody_elses_messages_go_on_in_order(
    installation: Installation, figures: Figures
) -> None:
    installation.serve_all()
    publisher = installation.publisher()
    publisher.start(GOOD[:100])
    publisher.join()
    poisoned = [(topic.name, pill) for topic in TOPICS for pill in pills_of(topic.name)]
    producer = installation.bus.producer()
    for topic, pill in poisoned:
        for partition in range(PARTITIONS):
            producer.send(topic, [replace(pill, partition=partition)])
    with pytest.raises(MessageTooLargeError):
        producer.send(INBOUND.name, [Message("c1", b"x" * 10_000_000)])
    producer.close()
    publisher.start(GOOD[100:])
    publisher.join()
    installation.wait_until_idle()
    findings = check(installation, publisher.acknowledged, GOOD)
    figures(fault="R14 poison", backend=installation.backend.name, events=len(GOOD), **findings.counts())
    assert not findings, findings
    letters = list(installation.everything(DEAD_LETTERS))
    assert sorted(kept(letter) for letter in letters) == sorted(
        (topic, pill.key, pill.value, pill.headers) for topic, pill in poisoned for _ in range(PARTITIONS)
    )
    assert all(letter["reason"] and letter["detail"] for letter in letters)
    assert all(process.poll() is None for process in installation.alone.values()), "nobody had to restart"


def pills_of(topic: str) -> list[Message]:
    """What is wrong on *topic*: only ingest knows the fields that an event may have."""
    return [pill for name, pill in PILLS.items() if topic == INBOUND.name or name != "unknown field"]


def kept(letter: dict[str, Any]) -> tuple[str, str, bytes, tuple[tuple[str, bytes], ...]]:
    headers = tuple((name, base64.b64decode(value)) for name, value in letter["headers"])
    return letter["topic"], letter["key"], base64.b64decode(letter["value"]), headers


@pytest.mark.parametrize(
    "wrong", [{"actions": "call"}, {"actions": ["call"]}, {"actions": None, "release": "nobody's"}]
)
def test_a_decision_that_is_none_neither_stops_notification_nor_is_passed_over_in_silence(
    installation: Installation, wrong: dict[str, Any]
) -> None:
    installation.serve("notification")
    installation.wait_for("notification")
    data = {"outcome": "fired", "release": "r", **wrong}
    bad = CloudEvent("x", "guanxi/rules", "guanxi.decision", "c1", "", data, {"sequence": "1"})
    producer = installation.bus.producer()
    producer.send(DECISIONS.name, [to_message(bad)])
    producer.close()
    until(lambda: any(record.key == "c1" for _, record in installation.records(LETTERS.name)), PATIENCE_S)
    assert installation.alone["notification"].poll() is None


def test_a_message_that_makes_a_handler_raise_is_set_aside_after_three_tries(
    installation: Installation,
) -> None:
    """It passes every check of form; only computing with it fails."""
    installation.serve_all()
    publisher = installation.publisher()
    publisher.start(GOOD)
    publisher.join()
    installation.wait_until_idle()
    partition, record = next(entry for entry in installation.records(SNAPSHOTS.name) if entry[1].key)
    good = from_record(record)
    bad = CloudEvent(
        "x",
        good.source,
        good.type,
        good.subject,
        good.time,
        {**good.data, "day": "soon"},
        {"sequence": "9999"},
    )
    producer = installation.bus.producer()
    producer.send(SNAPSHOTS.name, [to_message(bad, partition)])
    producer.close()
    until(lambda: any(installation.everything(DEAD_LETTERS)), PATIENCE_S)
    (letter,) = installation.everything(DEAD_LETTERS)
    assert (letter["service"], letter["reason"], letter["attempts"]) == ("rules", "poison", 3)


def refunds(numbers: range) -> list[Message]:
    """Events of a type that the rules do not know yet."""
    return [
        Message(
            f"c{number % 10}",
            orjson.dumps({
                "id": f"r{number}", "source": "desk", "type": "refund", "customer_id": f"c{number % 10}",
                "time": "2010-06-01T09:00:00Z", "data": {"amount": 1},
            }),
        )
        for number in numbers
    ]  # fmt: skip


@pytest.fixture
def editable(backend: Backend, tmp_path: Path) -> Iterator[Installation]:
    """An installation whose rule files may be changed."""
    shutil.copytree(RULES, tmp_path / "rules")
    made = Installation(tmp_path / "home", backend, tmp_path / "rules")
    yield made
    made.close()


def test_dead_letters_whose_cause_was_mended_are_sent_again_by_id_reason_and_time_and_count_once(
    editable: Installation,
) -> None:
    editable.serve_all()
    producer = editable.bus.producer()
    producer.send(INBOUND.name, refunds(range(12)))
    until(lambda: len(list(editable.everything(DEAD_LETTERS))) == 12, PATIENCE_S)
    letters = sorted(editable.everything(DEAD_LETTERS), key=lambda letter: letter["recorded_at"])
    assert {letter["reason"] for letter in letters} == {"unknown-type"}
    teach_refunds(editable)
    by_id = replayed(editable, letters[0]["_id"], letters[1]["_id"])
    by_other_time = replayed(editable, "--until", "2010-01-01T00:00:00Z")
    by_time = replayed(editable, "--since", letters[0]["recorded_at"], "--until", "2100-01-01T00:00:00Z")
    producer.send(INBOUND.name, [Message("c1", b"{broken")])
    producer.close()
    by_reason = replayed(editable, "--reason", "unknown-type")
    by_id_again = replayed(editable, letters[0]["_id"])
    editable.wait_until_idle()
    assert (by_id, by_other_time, by_time, by_reason, by_id_again) == (2, 0, 10, 0, 0)
    assert sorted(document["id"] for document in editable.everything(HISTORY)) == sorted(
        f"r{n}" for n in range(12)
    )
    assert sum(document["state"]["events"] for document in editable.everything(CUSTOMERS)) == 12


TITLE = "{en: Refund, zh: 退款}"


def teach_refunds(editable: Installation) -> None:
    """Declare the missing type, as operations would, and wait until ingest knows it."""
    assert editable.rules is not None
    catalogue = editable.rules / "events.yaml"
    declared = f"  refund:\n    title: {TITLE}\n    fields:\n      amount: {{type: amount, title: {TITLE}}}\n"
    catalogue.write_text(catalogue.read_text(encoding="utf-8") + declared, encoding="utf-8")
    probe = orjson.loads(refunds(range(99, 100))[0].value) | {"data": {"amount": "much"}}

    def knows_refunds() -> bool:
        _, answer = editable.request("ingest", "POST", "/v1/events", probe)
        return b"unknown-type" not in answer

    until(knows_refunds, PATIENCE_S)


def replayed(editable: Installation, *what: str) -> int:
    done = editable.home.guanxi("dead-letters", "replay", *what)
    assert done.returncode == 0, done.stderr
    told = re.match(rb"(\d+) sent again", done.stdout)
    assert told is not None, done.stdout
    return int(told[1])


def test_what_was_accepted_is_processed_dropped_as_known_or_set_aside_to_the_unit(
    installation: Installation,
) -> None:
    """Closure by the metrics alone, as an operator would check it."""
    installation.serve_all()
    publisher = installation.publisher()
    for sold in (GOOD, GOOD[:50]):
        publisher.start(sold)
        publisher.join()
    slipped = CloudEvent("y", "shop", "purchase", "c1", "yesterday", {"amount": 5})
    producer = installation.bus.producer()
    producer.send(EVENTS.name, [to_message(slipped, partition_for("c1", PARTITIONS))])
    producer.close()
    installation.wait_until_idle()
    until(lambda: any(installation.everything(DEAD_LETTERS)), PATIENCE_S)

    def counted(service: str, name: str) -> float:
        return metric(installation, service, f"guanxi_events_{name}_total")

    accepted = counted("ingest", "accepted")
    assert accepted == len(GOOD) + 50
    processed, known = counted("scoring", "processed"), counted("scoring", "deduplicated")
    aside = counted("scoring", "dead_lettered")
    assert (processed, known, aside) == (len(GOOD), 50, 1)
    assert accepted + 1 == processed + known + aside, "one came past ingest"
    assert counted("ingest", "received") == accepted + counted("ingest", "rejected")


def test_events_out_of_order_and_later_than_allowed_are_counted_in_and_told_never_silently_dropped(
    installation: Installation, figures: Figures
) -> None:
    """R4: a tenth of the events comes before its time; then a day is closed and more of it arrive."""
    installation.serve_all()
    swapped = list(GOOD)
    for at in range(0, len(swapped) - 20, 10):
        swapped[at], swapped[at + 10] = swapped[at + 10], swapped[at]
    publisher = installation.publisher()
    publisher.start(swapped)
    publisher.join()
    last = max(sale.at for sale in GOOD)
    closed = {"type": "guanxi.day.closed", "specversion": "1.0", "id": "d", "source": "shop",
              "time": "2010-01-04T09:00:00Z", "data": {"day": last.date().isoformat()}}  # fmt: skip
    status, answer = installation.request("ingest", "POST", "/v1/events", closed)
    assert status == 202, answer
    late = [Sale(f"late-{number}", f"c{number}", "purchase", last, 100) for number in range(10)]
    publisher.start(late)
    publisher.join()
    installation.wait_until_idle()
    findings = check(installation, publisher.acknowledged, swapped + late)
    figures(
        fault="R4 late and out of order", backend=installation.backend.name, events=210, **findings.counts()
    )
    assert not findings, findings
    assert metric(installation, "scoring", "guanxi_events_late_total") == len(late)
