"""The quick envelope check and the schemas of the contract accept the same."""

import math
from datetime import datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.ingest.envelope import Deadline, read_event
from services.ingest.rejection import RejectedError
from shared.contracts.schemas import CloudEventSchema, SimpleEventSchema

NOW = datetime(2026, 6, 1, 12, tzinfo=timezone.utc)
DEADLINE = Deadline.after(NOW)
STRUCTURED = {
    "specversion": "1.0", "id": "1", "source": "shop", "type": "purchase", "subject": "li",
    "time": "2010-01-04T07:45:00Z", "data": {},
}  # fmt: skip
SIMPLE = {
    "customer_id": "li", "source": "shop", "id": "1", "type": "purchase", "time": "2010-01-04T07:45:00Z",
    "data": {},
}  # fmt: skip

ODD = (
    None, "", "x", "x" * 200, "x" * 201, "a\nb", "\x7f", "\ud800", "两", "1.0", 1, True, math.nan, [], {},
    {"a": 1},
    "2010-01-04T07:45:00Z", "2010-01-04T07:45:00.123456789Z", "2010-01-04t07:45:00z",
    "2010-01-04T07:45:00+02:00", "2010-01-04T07:45:00", "2010-01-04 07:45:00Z", "2010-02-30T07:45:00Z",
    "2010-01-04T24:00:00Z", "20100104T074500Z", "1899-12-31T23:59:59Z", "1900-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00", "2010-W01-1T07:45:00Z", "application/json",
    "application/json; charset=utf-8", "text/plain",
)  # fmt: skip
NAMES = (
    *STRUCTURED,
    "customer_id",
    "datacontenttype",
    "data_base64",
    "traceparent",
    "Trace",
    "x" * 21,
    "sequence",
)
odd, names = st.sampled_from(ODD), st.sampled_from(NAMES)


def changed(base):
    return st.builds(
        lambda removed, added: {
            name: value for name, value in {**base, **added}.items() if name not in removed
        },
        st.sets(names, max_size=1),
        st.dictionaries(names, odd, max_size=2),
    )


def is_accepted(item):
    try:
        read_event(item, DEADLINE)
    except RejectedError:
        return False
    return True


@settings(max_examples=600)
@given(changed(STRUCTURED) | changed(SIMPLE))
def test_the_quick_check_accepts_exactly_what_the_schemas_accept(item):
    schema = CloudEventSchema() if "specversion" in item else SimpleEventSchema()
    assert is_accepted(item) == (not schema.validate(item))


@given(
    st.datetimes(NOW.replace(year=1990, tzinfo=None), NOW.replace(year=2025, tzinfo=None)),
    st.integers(-1380, 1380),
)
def test_any_offset_becomes_the_same_instant_in_utc(moment, offset_minutes):
    local = moment.replace(tzinfo=timezone(timedelta(minutes=offset_minutes)))
    told = read_event({**SIMPLE, "time": local.isoformat()}, DEADLINE).time
    assert datetime.fromisoformat(told.replace("Z", "+00:00")) == local
    assert told.endswith("Z")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("2010-01-04T07:45:00Z", "2010-01-04T07:45:00Z"),
        ("2010-01-04T07:45:00.5Z", "2010-01-04T07:45:00.500000Z"),
        ("2010-01-04T07:45:00.000Z", "2010-01-04T07:45:00Z"),
        ("2010-01-04T08:45:00+01:00", "2010-01-04T07:45:00Z"),
        ("2026-06-01T13:00:00Z", "2026-06-01T13:00:00Z"),
    ],
)
def test_time_has_one_form_on_the_wire(written, told):
    assert read_event({**SIMPLE, "time": written}, DEADLINE).time == told


@pytest.mark.parametrize(
    "time", ["2026-06-01T13:00:01Z", "2026-06-08T12:00:00Z", "2026-06-01T15:30:00+01:00"]
)
def test_more_than_an_hour_ahead_is_refused(time):
    with pytest.raises(RejectedError) as raised:
        read_event({**SIMPLE, "time": time}, DEADLINE)
    assert raised.value.told()["code"] == "time-in-future"
    assert raised.value.told()["expected"] == "at most 2026-06-01T13:00:00Z"


def test_a_misspelt_field_of_the_simple_form_comes_with_a_suggestion():
    with pytest.raises(RejectedError) as raised:
        read_event({**SIMPLE, "customerid": "li"}, DEADLINE)
    assert raised.value.told()["suggestion"] == "customer_id"
    assert raised.value.pointer == "/customerid"


def test_the_missing_customer_is_named_by_the_form_that_was_sent():
    for item, pointer in ((STRUCTURED, "/subject"), (SIMPLE, "/customer_id")):
        without = {name: value for name, value in item.items() if "/" + name != pointer}
        with pytest.raises(RejectedError) as raised:
            read_event(without, DEADLINE)
        assert (raised.value.code, raised.value.pointer) == ("missing", pointer)


def test_extensions_go_on_but_those_that_mean_nothing_here():
    item = {
        **STRUCTURED,
        "traceparent": "00-1",
        "sequence": "9",
        "partitionkey": "k",
        "xflag": True,
        "xnone": None,
    }
    assert read_event(item, DEADLINE).extensions == {"traceparent": "00-1", "xflag": "true"}
