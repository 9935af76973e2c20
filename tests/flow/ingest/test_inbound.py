"""Publishing over the bus, and what becomes of messages that cannot be processed."""

import orjson
from click.testing import CliRunner
from structlog.testing import capture_logs

from services.ingest.dead_letters import original_of
from services.ingest.dead_letters_cli import dead_letters
from shared.bus.open import open_bus
from shared.bus.port import Message
from shared.clock import SystemClock
from shared.contracts.cloudevents import CloudEvent, from_record, to_message, to_structured
from shared.flow.dead_letters import DeadLetterPublisher
from shared.http.personal import READ
from shared.store.collections import DEAD_LETTERS
from shared.store.open import open_store
from shared.store.port import Query

EVENT = CloudEvent("e1", "shop", "purchase", "c1", "2010-01-04T07:45:00Z", {"amount": 505.3})
STRUCTURED = (("content-type", b"application/cloudevents+json"),)


def letters_of(ingest):
    store = open_store(ingest.config.store_url)
    try:
        return [found.document for found in store.collection(DEAD_LETTERS).find(Query(limit=1000)).documents]
    finally:
        store.close()


def run_cli(ingest, *arguments):
    result = CliRunner().invoke(dead_letters, arguments, env=ingest.environ)
    assert result.exit_code == 0, result.output
    return result.output


def test_binary_structured_and_simple_messages_become_events(ingest):
    simple = {
        "customer_id": "c3",
        "source": "shop",
        "id": "e3",
        "type": "purchase",
        "time": EVENT.time,
        "data": EVENT.data,
    }
    ingest.publish_inbound(
        to_message(EVENT),
        Message("c2", orjson.dumps({**to_structured(EVENT), "id": "e2", "subject": "c2"}), STRUCTURED),
        Message("c3", orjson.dumps(simple), ()),
    )
    records = ingest.eventually(lambda: len(found := ingest.log()) == 3 and found)
    events = sorted((from_record(record) for _, record in records), key=lambda event: event.id)
    assert [(event.id, event.subject, event.data) for event in events] == [
        (f"e{number}", f"c{number}", {"amount": 50530}) for number in (1, 2, 3)
    ]


def headers(**changed):
    kept = {**dict(to_message(EVENT).headers), **{f"ce_{name}": value for name, value in changed.items()}}
    return tuple(kept.items())


POISON = {
    "unreadable": Message("p", b"{not json", headers()),
    "unknown-type": Message("p", b"{}", headers(type=b"purchas")),
    "not-a-number": Message("p", b'{"amount": NaN}', headers()),
    "too-large": Message("p", orjson.dumps({"amount": 1, "country": "x" * 1_000_000}), headers()),
    "time-in-future": Message("p", b'{"amount": 1}', headers(time=b"2999-01-01T00:00:00Z")),
    "wrong-type": Message("p", b'{"amount": "1"}', headers()),
    "too-deep": Message("p", b'{"a":' * 100_000, headers()),
    "unsupported-type": Message("p", b"<a/>", (*headers(), ("content-type", b"text/xml"))),
    "bad-text": Message("p", b'{"amount": 1}', headers(source=b"\xff")),
    "missing": Message("", b'{"amount": 1}', tuple(pair for pair in headers() if pair[0] != "ce_subject")),
    "reserved": Message("p", b'{"amount": 1}', headers(source=b"guanxi/scoring")),
    "forbidden": Message("p", b'{"day": "2010-01-04"}', headers(type=b"guanxi.day.closed")),
}


def test_what_is_wrong_becomes_a_dead_letter_byte_for_byte_and_the_rest_goes_on(ingest):
    ingest.publish_inbound(to_message(EVENT), *POISON.values(), to_message(EVENT))
    letters = ingest.eventually(lambda: len(found := letters_of(ingest)) == len(POISON) and found)
    assert {letter["reason"] for letter in letters} == POISON.keys()
    for letter in letters:
        sent, kept = POISON[letter["reason"]], original_of(letter)
        assert (kept.key, kept.value, kept.headers) == (sent.key, sent.value, sent.headers)
        assert (letter["topic"], letter["service"], letter["status"]) == ("guanxi.inbound", "ingest", "open")
    assert len(ingest.log()) == 2


def test_letters_of_other_services_are_filed_once_however_often_they_come(ingest):
    ingest.publish_inbound(to_message(EVENT))
    ingest.eventually(ingest.log)
    bus = open_bus(ingest.config.bus_url)
    partition = next(partition for partition, _ in ingest.log())
    batch = bus.read("guanxi.events", partition, 0, 10)
    publisher = DeadLetterPublisher(bus.producer(), "scoring", SystemClock())
    for _ in range(3):
        publisher(batch, batch.records[0], "poison", "record 0: ValueError: no", 3)
    bus.close()
    ingest.eventually(lambda: letters_of(ingest))
    [letter] = letters_of(ingest)
    assert (letter["service"], letter["reason"], letter["attempts"]) == ("scoring", "poison", 3)


def test_a_letter_is_replayed_once_when_its_cause_is_mended(ingest):
    ingest.publish_inbound(POISON["unknown-type"], POISON["wrong-type"])
    found = ingest.eventually(lambda: len(found := letters_of(ingest)) == 2 and found)
    letters = {letter["reason"]: letter["_id"] for letter in found}
    before = len(ingest.log("guanxi.inbound"))
    assert "1 sent again" in run_cli(ingest, "replay", "--reason", "unknown-type")
    assert "0 sent again, 1 had been" in run_cli(ingest, "replay", letters["unknown-type"])
    assert len(ingest.log("guanxi.inbound")) == before + 1
    assert "1 discarded" in run_cli(
        ingest, "discard", letters["wrong-type"], "--because", "sender was a test"
    )
    states = {letter["_id"]: letter["status"] for letter in letters_of(ingest)}
    assert (states[letters["unknown-type"]], states[letters["wrong-type"]]) == ("replayed", "discarded")


def test_personal_fields_of_a_letter_are_hidden_unless_revealed(ingest):
    message = Message("c1", b'{"phone": "555-0100", "shoe": 44}', headers(type=b"customer.updated"))
    ingest.publish_inbound(message)
    [letter] = ingest.eventually(lambda: letters_of(ingest))
    status, shown, _ = ingest.get(f"/v1/dead-letters/{letter['_id']}")
    assert (status, shown["value"]) == (200, {"phone": "[hidden]", "shoe": 44})
    with capture_logs() as lines:
        revealed = ingest.get(f"/v1/dead-letters/{letter['_id']}?reveal=true")[1]
    assert revealed["value"]["phone"] == "555-0100"
    assert [line["customer"] for line in lines if line["event"] == READ] == ["c1"]
    assert "555-0100" not in str(lines)
    assert "555-0100" not in run_cli(ingest, "show", letter["_id"])
    assert "555-0100" in run_cli(ingest, "show", letter["_id"], "--reveal")


def test_dead_letters_over_http_are_listed_by_filter_replayed_and_discarded(ingest):
    ingest.publish_inbound(POISON["wrong-type"], POISON["missing"])
    ingest.eventually(lambda: len(letters_of(ingest)) == 2)
    status, page, _ = ingest.get("/v1/dead-letters?reason=missing&status=open&since=2020-01-01T00:00:00Z")
    assert (status, [letter["reason"] for letter in page["letters"]]) == (200, ["missing"])
    identity = page["letters"][0]["id"]
    assert ingest.post({}, path=f"/v1/dead-letters/{identity}/replay")[1] == {"id": identity, "done": True}
    assert ingest.post({}, path=f"/v1/dead-letters/{identity}/replay")[1]["done"] is False
    other = ingest.get("/v1/dead-letters?reason=wrong-type")[1]["letters"][0]["id"]
    assert ingest.post({"reason": "a test"}, path=f"/v1/dead-letters/{other}/discard")[1]["done"] is True
    assert ingest.post({}, path=f"/v1/dead-letters/{other}/discard")[0] == 422
    assert ingest.get("/v1/dead-letters/none")[0] == 404
    assert ingest.get("/v1/dead-letters?colour=red")[0] == 422
    assert ingest.get("/v1/dead-letters?cursor=nonsense")[0] == 422
    assert ingest.get("/v1/dead-letters?until=2020-01-01T08:00:00%2B08:00")[1]["letters"] == []


def test_in_wall_mode_a_publisher_cannot_close_days(start_ingest):
    ingest = start_ingest("wall")
    marker = {
        "specversion": "1.0", "id": "d", "source": "replay", "type": "guanxi.day.closed",
        "time": "2010-01-05T00:00:00Z", "data": {"day": "2010-01-04"},
    }  # fmt: skip
    status, answer, _ = ingest.post(marker, "application/cloudevents+json")
    assert (status, answer["items"][0]["error"]["code"]) == (422, "wall-clock")
