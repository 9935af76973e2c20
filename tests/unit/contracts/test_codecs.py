import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts import codecs, notification
from shared.contracts.cloudevents import MalformedMessageError, from_record, to_message
from shared.contracts.decision import DecisionRecord, LeafTrace, OrderedAction
from shared.contracts.notification import Notification
from shared.contracts.schemas import DecisionSchema, NotificationSchema, SnapshotSchema
from shared.contracts.snapshot import Anchor, Cause, Snapshot

words = st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=12)
numbers = st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False, width=32)
values = st.none() | st.booleans() | numbers | words | st.lists(words, max_size=3).map(tuple)
facts = st.dictionaries(words, values, max_size=4)
texts = st.dictionaries(st.sampled_from(["en", "zh"]), words, max_size=2)
days = st.integers(1, 3_000_000)
causes = st.builds(
    Cause, kind=st.sampled_from(["event", "day", "release"]), id=words, type=words, source=words
)
instants = st.just("2010-01-04T07:45:00Z")
snapshots = st.builds(
    Snapshot,
    customer=words, sequence=st.integers(1, 2**53), as_of=instants, day=days, cause=causes,
    release=words, facts=facts,
    anchors=st.dictionaries(words, st.builds(Anchor, day=days, factor=numbers, divisor=numbers), max_size=2),
)  # fmt: skip
leaves = st.builds(
    LeafTrace, fact=words, phrase=words, value=values, outcome=st.none() | st.booleans(), threshold=values,
    margin=st.none() | numbers,
)  # fmt: skip
plain = st.dictionaries(words, words | numbers, max_size=2)
decisions = st.builds(
    DecisionRecord,
    id=words, customer=words, rule=words, policy=words, release=words,
    outcome=st.sampled_from(["fired", "blocked", "resolved", "stopped", "held_out"]),
    mode=st.sampled_from(["live", "shadow", "percent"]), as_of=instants, day=days, cause=causes, facts=facts,
    leaves=st.lists(leaves, max_size=2).map(tuple), reason=texts,
    actions=st.lists(st.builds(OrderedAction, id=words, kind=words, fields=plain), max_size=2).map(tuple),
    held_by=words, losers=st.lists(st.dictionaries(words, words, max_size=2), max_size=2).map(tuple),
    episode_before=plain, episode_after=plain, tier_change=st.none() | words,
    score_lines=st.lists(plain, max_size=2).map(tuple), bucket=st.none() | numbers, engine=words,
    agreed=st.booleans(),
)  # fmt: skip
notifications = st.builds(
    Notification,
    id=words, customer=words, decision=words, action=words, kind=words, rule=words, policy=words, route=words,
    to=words, channel=words, subject=texts, body=texts, as_of=instants, day=days,
    outcome=st.sampled_from(["sent", "queued", "held", "dropped"]), held_by=words, task=words, fields=plain,
)  # fmt: skip


def over_the_wire(event):
    return from_record(to_message(event))


@given(snapshots)
def test_a_snapshot_survives_the_wire_and_fits_its_schema(snapshot: Snapshot):
    event = over_the_wire(codecs.snapshot_to_event(snapshot, traceparent="00-1"))
    assert codecs.snapshot_from_event(event) == snapshot
    assert event.subject == snapshot.customer
    assert not SnapshotSchema().validate(event.data)


@given(decisions)
def test_a_decision_survives_the_wire_and_the_store_and_fits_its_schema(decision: DecisionRecord):
    event = over_the_wire(codecs.decision_to_event(decision))
    assert codecs.decision_from_event(event) == decision
    document = orjson.loads(orjson.dumps(codecs.decision_to_document(decision)))
    assert document["_id"] == decision.id
    assert codecs.decision_from_document(document) == decision
    assert not DecisionSchema().validate(event.data)


@given(notifications)
def test_a_notification_survives_the_wire_and_fits_its_schema(told: Notification):
    event = over_the_wire(notification.notification_to_event(told, sequence=3))
    assert notification.notification_from_event(event) == told
    assert event.extensions == {"sequence": "3"}
    assert not NotificationSchema().validate(event.data)


def test_a_message_of_another_type_is_not_mistaken():
    snapshot = Snapshot("li", "2010-01-04T07:45:00Z", 733776, Cause("day"), "r", {})
    event = codecs.snapshot_to_event(snapshot)
    with pytest.raises(MalformedMessageError) as raised:
        codecs.decision_from_event(event)
    assert raised.value.pointer == "/type"


def test_a_missing_field_is_named():
    with pytest.raises(MalformedMessageError) as raised:
        codecs.snapshot_from_data({"customer": "li", "sequence": 1, "as_of": ""})
    assert raised.value.pointer == "/data/day"
