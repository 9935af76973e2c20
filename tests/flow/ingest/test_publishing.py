"""Publishing over HTTP in every mode, and what each wrong event is told."""

from datetime import datetime, timedelta, timezone

import orjson
import pytest
from cloudevents.core.bindings import http as sdk
from cloudevents.core.v1.event import CloudEvent as SdkEvent

from shared.bus.partitioning import partition_for
from shared.contracts.cloudevents import BATCH_TYPE, STRUCTURED_TYPE, from_record
from shared.http.keys import Scope


def simple(number=1, **changed):
    return {
        "customer_id": f"c{number}",
        "source": "shop",
        "id": f"e{number}",
        "type": "purchase",
        "time": "2010-01-04T07:45:00Z",
        "data": {"amount": 505.3},
        **changed,
    }


def structured(number=1, **changed):
    event = simple(number, **changed)
    return {"specversion": "1.0", "subject": event.pop("customer_id"), **event}


def marker(day="2010-01-04"):
    return {
        "specversion": "1.0",
        "id": f"day-closed/{day}",
        "source": "guanxi.replay",
        "type": "guanxi.day.closed",
        "time": "2010-01-05T00:00:00Z",
        "data": {"day": day},
    }


def logged(ingest):
    return [from_record(record) for _, record in ingest.log()]


@pytest.mark.parametrize(
    ("body", "content_type", "headers"),
    [
        (simple(), "application/json", {}),
        ([simple()], "application/json; charset=utf-8", {}),
        (structured(), STRUCTURED_TYPE, {}),
        ([structured()], BATCH_TYPE, {}),
        (
            {"amount": 505.3},
            "application/json",
            {
                "ce_specversion": "1.0", "ce_id": "e1", "ce_source": "shop", "ce_type": "purchase",
                "ce_subject": "c%31", "ce_time": "2010-01-04T07%3A45%3A00Z",
            },
        ),
    ],
    ids=["simple", "simple list", "structured", "batch", "binary"],
)  # fmt: skip
def test_every_mode_puts_the_same_event_on_the_log(ingest, body, content_type, headers):
    status, answer, _ = ingest.post(body, content_type, **headers)
    assert (status, answer) == (
        202,
        {"accepted": 1, "rejected": 0, "items": [{"index": 0, "id": "e1", "status": "accepted"}]},
    )
    [(partition, record)] = ingest.log()
    event = from_record(record)
    assert (record.key, partition) == ("c1", partition_for("c1", 4))
    assert (event.id, event.source, event.type, event.subject) == ("e1", "shop", "purchase", "c1")
    assert (event.time, event.data) == ("2010-01-04T07:45:00Z", {"amount": 50530})
    assert event.extensions.keys() == {"recordedtime"}


def test_what_the_cloudevents_sdk_sends_is_accepted_in_binary_and_structured_mode(ingest):
    attributes = {
        "id": "ü/1", "source": "/店", "type": "purchase", "subject": "李 四",
        "time": datetime(2010, 1, 4, 7, 45, tzinfo=timezone.utc), "datacontenttype": "application/json",
    }  # fmt: skip
    event = SdkEvent(attributes, {"amount": 505.3})
    for message in (sdk.to_binary_event(event), sdk.to_structured_event(event)):
        headers = {**message.headers, "X-API-Key": ingest.key}
        assert ingest.request("POST", "/v1/events", message.body, headers)[0] == 202
    assert [(one.id, one.source, one.subject, one.data) for one in logged(ingest)] == [
        ("ü/1", "/店", "李 四", {"amount": 50530})
    ] * 2


def test_good_events_of_a_batch_are_accepted_beside_bad_ones(ingest):
    ahead = (datetime.now(timezone.utc) + timedelta(days=7)).isoformat()
    bad = {
        "/type": simple(10, type="purchas"),
        "/data/amount": simple(11, data={"amount": "505.30"}),
        "/data/quantity": simple(12, data={"amount": 1, "quantity": 1.5}),
        "/time": simple(13, time=ahead),
        "/data": simple(14, data={"amount": 1, "country": "x" * 70_000}),
        "/data/colour": simple(15, data={"amount": 1, "colour": "red"}),
        "/customer_id": simple(16, customer_id="a\nb"),
        "": 7,
        "/source": simple(17, source="guanxi/scoring"),
    }
    items = [simple(1), *bad.values(), simple(2)]
    status, answer, _ = ingest.post(items)
    assert status == 202
    assert (answer["accepted"], answer["rejected"]) == (2, len(bad))
    told = {
        item["error"]["pointer"]: item["error"] for item in answer["items"] if item["status"] == "rejected"
    }
    assert told.keys() == bad.keys()
    assert told["/type"]["suggestion"] == "purchase"
    assert {event.id for event in logged(ingest)} == {"e1", "e2"}


def test_everything_that_is_wrong_with_the_fields_is_told_at_once(ingest):
    _, answer, _ = ingest.post(simple(1, data={"quantity": 1.5, "colour": "red"}))
    error = answer["items"][0]["error"]
    assert (error["pointer"], error["code"]) == ("/data/quantity", "wrong-type")
    assert [(other["pointer"], other["code"]) for other in error["also"]] == [
        ("/data/colour", "unknown-field"),
        ("/data/amount", "missing"),
    ]


def test_nan_is_refused_where_it_stands_and_its_neighbours_are_accepted(ingest):
    body = orjson.dumps([simple(1), simple(2)]).replace(b"505.3", b"NaN", 1)
    status, answer, _ = ingest.post(body)
    assert (status, answer["accepted"]) == (202, 1)
    assert answer["items"][0]["error"]["code"] == "not-a-number"
    assert answer["items"][0]["error"]["pointer"] == "/data/amount"


def test_when_no_event_is_good_the_answer_is_422_with_the_same_body(ingest):
    status, answer, _ = ingest.post([simple(type="x")])
    assert (status, answer["accepted"], answer["rejected"]) == (422, 0, 1)
    assert ingest.log() == []


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b"{", "application/json", 400, "unreadable"),
        (b"", "application/json", 400, "unreadable"),
        (b"\xff\xfe", "application/json", 400, "unreadable"),
        (b"[" * 100_000, "application/json", 400, "too-deep"),
        (b"[]", BATCH_TYPE, 400, "empty-batch"),
        (b"{}", BATCH_TYPE, 400, "unreadable"),
        (b"{}", "text/plain", 415, "unsupported-type"),
        (b"{}", "", 415, "unsupported-type"),
        (b" " * 1_000_000, "application/json", 413, "too-large"),
        (b"[" + b"1," * 1000 + b"1]", "application/json", 413, "too-many-events"),
    ],
)
def test_a_body_that_cannot_be_read_is_a_problem_document(ingest, body, content_type, status, code):
    found, answer, headers = ingest.post(body, content_type)
    assert (found, answer["code"], headers["Content-Type"]) == (status, code, "application/problem+json")


def test_only_a_key_with_the_scope_may_publish(ingest):
    assert ingest.post(simple(), key="")[0] == 401
    assert ingest.post(simple(), key="gx_a_b")[0] == 401
    assert ingest.post(simple(), key=ingest.new_key(Scope.READ).token)[0] == 403
    assert ingest.post(simple(), key=ingest.new_key(Scope.EVENTS_WRITE).token)[0] == 202


def test_a_day_marker_reaches_every_partition_between_its_neighbours(ingest):
    before = [structured(number) for number in range(20)]
    after = [structured(number, time="2010-01-05T07:45:00Z") for number in range(20, 40)]
    status, answer, _ = ingest.post([*before, marker(), *after], BATCH_TYPE)
    assert (status, answer["accepted"]) == (202, 41)
    for partition in range(4):
        events = [from_record(record) for at, record in ingest.log() if at == partition]
        [place] = [at for at, event in enumerate(events) if event.type == "guanxi.day.closed"]
        assert {event.time for event in events[:place]} == {"2010-01-04T07:45:00Z"}
        assert {event.time for event in events[place + 1 :]} == {"2010-01-05T07:45:00Z"}
        assert (events[place].subject, events[place].data) == ("", {"day": "2010-01-04"})


def test_closing_days_needs_the_scope_clock(ingest):
    key = ingest.new_key(Scope.EVENTS_WRITE).token
    status, answer, _ = ingest.post([marker(), structured()], BATCH_TYPE, key=key)
    assert (status, answer["accepted"], answer["items"][0]["error"]["code"]) == (202, 1, "forbidden")


def test_the_caller_s_trace_goes_on_with_its_events(ingest):
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    ingest.post(simple(), traceparent=trace)
    assert logged(ingest)[0].extensions["traceparent"] == trace


def test_events_are_counted_by_what_became_of_them(ingest):
    def counted():
        lines = ingest.get("/metrics")[1].decode().splitlines()
        wanted = (
            "guanxi_events_received_total",
            "guanxi_events_accepted_total",
            "guanxi_events_rejected_total",
        )
        return {
            line.rpartition(" ")[0]: float(line.rpartition(" ")[2])
            for line in lines
            if line.startswith(wanted)
        }

    before = counted()
    ingest.post([simple(1), simple(2), simple(3, type="x")])
    risen = {name: value - before.get(name, 0) for name, value in counted().items()}
    assert risen['guanxi_events_received_total{service="ingest"}'] == 3
    assert risen['guanxi_events_accepted_total{service="ingest"}'] == 2
    assert risen['guanxi_events_rejected_total{reason="unknown-type",service="ingest"}'] == 1
