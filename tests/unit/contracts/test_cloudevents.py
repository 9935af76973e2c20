"""Our envelope against the CloudEvents SDK, which is the oracle."""

from collections.abc import Mapping

import orjson
import pytest
from cloudevents.core.bindings import kafka as sdk_kafka
from cloudevents.core.formats.json import JSONFormat
from hypothesis import given
from hypothesis import strategies as st

from shared.bus.port import Message
from shared.contracts.cloudevents import (
    CloudEvent,
    MalformedMessageError,
    from_record,
    from_structured,
    to_message,
    to_structured,
)

names = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=30)
instants = st.datetimes().map(lambda moment: moment.replace(microsecond=0).isoformat() + "Z")
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | names
)
events = st.builds(
    CloudEvent,
    id=names,
    source=names,
    type=names,
    subject=names,
    time=instants,
    data=st.dictionaries(names, scalars | st.lists(scalars), max_size=4),
    extensions=st.dictionaries(st.from_regex("x[a-z0-9]{1,10}", fullmatch=True), names, max_size=2),
)
EVENT = CloudEvent("1", "shop", "purchase", "li", "2010-01-04T07:45:00Z", {"amount": 5})


def told_by_sdk(event) -> CloudEvent:
    extensions = {name: value for name, value in event.get_attributes().items() if name.startswith("x")}
    moment = event.get_time().isoformat().replace("+00:00", "Z")
    return CloudEvent(
        event.get_id(),
        event.get_source(),
        event.get_type(),
        event.get_subject(),
        moment,
        event.get_data(),
        extensions,
    )


@given(events)
def test_what_we_write_in_binary_mode_the_sdk_reads_the_same(event: CloudEvent):
    message = to_message(event)
    theirs = sdk_kafka.from_binary(
        sdk_kafka.KafkaMessage(dict(message.headers), message.key, message.value), JSONFormat()
    )
    assert told_by_sdk(theirs) == event
    assert theirs.get_extension("partitionkey") == event.subject


@given(events)
def test_what_the_sdk_writes_in_binary_and_structured_mode_we_read_the_same(event: CloudEvent):
    message = to_message(event)
    theirs = sdk_kafka.from_binary(
        sdk_kafka.KafkaMessage(dict(message.headers), None, message.value), JSONFormat()
    )
    for written in (sdk_kafka.to_binary_event(theirs), sdk_kafka.to_structured_event(theirs)):
        ours = from_record(Message("", written.value, tuple(written.headers.items())))
        assert ours == event


@given(events)
def test_structured_json_is_the_sdks_structured_json(event: CloudEvent):
    theirs = JSONFormat().read(None, orjson.dumps(to_structured(event)))
    assert told_by_sdk(theirs) == event
    assert from_structured(orjson.loads(JSONFormat().write(theirs))) == event


@given(events)
def test_reading_gives_back_what_was_written(event: CloudEvent):
    assert from_record(to_message(event)) == event
    assert from_structured(to_structured(event)) == event


def with_headers(headers: Mapping[str, bytes | None], value: bytes = b"{}") -> Message:
    kept = {**dict(to_message(EVENT).headers), **headers}
    return Message("li", value, tuple((name, bytes_) for name, bytes_ in kept.items() if bytes_ is not None))


@pytest.mark.parametrize(
    ("message", "pointer"),
    [
        (with_headers({"ce_id": None}), "/id"),
        (with_headers({"ce_id": b""}), "/id"),
        (with_headers({"ce_source": b"\xff"}), "/source"),
        (with_headers({"ce_specversion": b"0.3"}), "/specversion"),
        (with_headers({"ce_specversion": None}), "/specversion"),
        (with_headers({}, b"{"), "/data"),
        (with_headers({}, b"[1]"), "/data"),
        (with_headers({}, b""), "/data"),
        (with_headers({}, b'{"a": NaN}'), "/data"),
        (with_headers({"content-type": b"text/xml"}), "/data"),
        (with_headers({"content-type": b"application/cloudevents+json"}, b"[]"), ""),
        (
            with_headers({"content-type": b"application/cloudevents+json"}, b'{"specversion":"1.0","id":7}'),
            "/data",
        ),
    ],
)
def test_a_malformed_message_is_refused_at_the_place_that_is_wrong(message: Message, pointer: str):
    with pytest.raises(MalformedMessageError) as raised:
        from_record(message)
    assert raised.value.pointer == pointer


def test_binary_data_is_refused_in_words():
    with pytest.raises(MalformedMessageError, match="binary data is not supported"):
        from_structured({**to_structured(EVENT), "data_base64": "AA=="})


def test_extensions_that_are_numbers_or_booleans_become_their_canonical_text():
    event = from_structured({**to_structured(EVENT), "xcount": 7, "xflag": True})
    assert event.extensions == {"xcount": "7", "xflag": "true"}
