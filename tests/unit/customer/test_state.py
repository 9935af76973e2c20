"""A state survives its document, keeps its own clock, and refuses events it cannot count."""

import json

import orjson
import pytest
from hypothesis import given, settings

from shared.customer.apply import apply
from shared.customer.assess import CustomerModel, assess
from shared.customer.intake import StaleBucketsError
from shared.customer.measures import Measures
from shared.customer.profile import profile_facts
from shared.customer.state import CustomerState
from tests.unit.customer.catalogues import METRICS, catalogue, ordinal
from tests.unit.customer.histories import Happening, happening, histories, lived, purchase

MODEL = CustomerModel.compile(catalogue())


def stored(state: CustomerState) -> CustomerState:
    return CustomerState.from_document(orjson.loads(orjson.dumps(state.to_document())))


@settings(max_examples=60, deadline=None)
@given(histories())
def test_a_state_comes_back_from_its_document_as_it_was(history) -> None:
    start, events = history
    state = lived(MODEL, events)
    day = ordinal(start) + 100

    restored = stored(state)

    assert restored == state
    assert assess(restored, MODEL, day) == assess(state, MODEL, day)


@settings(max_examples=30, deadline=None)
@given(histories())
def test_a_state_stored_after_every_event_is_the_same(history) -> None:
    _, events = history
    state = MODEL.measures.new_customer()
    for event in events:
        apply(event, state, MODEL.measures)
        state = stored(state)

    assert state == lived(MODEL, events)


def test_totals_wider_than_the_store_can_carry_survive() -> None:
    widest = 2**63 - 1
    events = [purchase(f"2010-05-01T10:00:0{second}Z", widest) for second in range(3)]
    state = lived(MODEL, events)

    restored = stored(state)

    assert restored == state
    assert assess(restored, MODEL, ordinal("2010-05-01")).facts["spend"] == 3 * widest


def test_the_clock_never_goes_back() -> None:
    state = lived(MODEL, [purchase("2010-05-02T10:00:00Z"), purchase("2010-05-01T10:00:00Z")])
    assert (state.as_of, state.day) == ("2010-05-02T10:00:00Z", ordinal("2010-05-02"))
    assert (state.first_event, state.last_event) == ("2010-05-01T10:00:00Z", "2010-05-02T10:00:00Z")

    state.advance("2010-05-02T09:00:00Z", ordinal("2010-05-02"))
    assert state.as_of == "2010-05-02T10:00:00Z"

    state.advance("2010-05-02T22:59:59Z", ordinal("2010-05-02"))
    assert (state.as_of, state.last_event) == ("2010-05-02T22:59:59Z", "2010-05-02T10:00:00Z")


def test_buckets_of_other_definitions_are_refused() -> None:
    other = Measures.compile(catalogue(metrics=METRICS[:3]))
    state = lived(MODEL, [purchase("2010-05-02T10:00:00Z")])

    with pytest.raises(StaleBucketsError, match="rebuild"):
        apply(purchase("2010-05-03T10:00:00Z"), state, other)
    with pytest.raises(StaleBucketsError):
        assess(stored(state), CustomerModel(other, MODEL.traits, MODEL.file), ordinal("2010-05-03"))


def test_only_what_changes_buckets_changes_their_definition() -> None:
    definition = MODEL.measures.definition
    reordered = Measures.compile(catalogue(metrics=METRICS[::-1], promotions=((1, 2),)))

    assert reordered.definition == definition
    assert Measures.compile(catalogue("Asia/Shanghai")).definition != definition
    assert Measures.compile(catalogue(metrics=METRICS[:3])).definition != definition


def test_a_new_calendar_is_seen_through_without_rebuilding() -> None:
    state = lived(MODEL, [purchase("2010-05-02T10:00:00Z", 700)])
    day = ordinal("2010-05-03")
    before = assess(state, MODEL, day)
    after = assess(state, CustomerModel.compile(catalogue(promotions=((day - 1, day),))), day)

    assert (before.facts["promo_30d"], after.facts["promo_30d"]) == (0, 700)


def test_the_latest_event_to_name_a_field_has_the_word_whenever_it_arrives() -> None:
    updates = [
        happening("customer.updated", "2010-05-03T10:00:00Z", owner="li"),
        happening("customer.updated", "2010-05-01T10:00:00Z", owner="ann", birthday="02-29"),
        happening("customer.updated", "2010-05-02T10:00:00Z", birthday="12-31", topics=["tea"]),
    ]

    facts = profile_facts(lived(MODEL, updates).profile)

    assert facts == {"owner": "li", "birthday": "12-31", "topics": ("tea",)}


def test_updates_at_one_instant_are_ordered_by_source_then_id() -> None:
    at = "2010-05-01T10:00:00Z"
    updates = [
        Happening("2", "crm", "customer.updated", at, {"owner": "two"}),
        Happening("1", "web", "customer.updated", at, {"owner": "one"}),
        Happening("3", "crm", "customer.updated", at, {"owner": "three"}),
    ]

    assert profile_facts(lived(MODEL, updates).profile)["owner"] == "one"


def test_a_profile_field_set_to_null_is_unknown_again() -> None:
    updates = [
        happening("customer.updated", "2010-05-01T10:00:00Z", owner="ann"),
        happening("customer.updated", "2010-05-02T10:00:00Z", owner=None),
    ]

    assert profile_facts(lived(MODEL, updates).profile) == {}


def test_the_latest_rating_of_a_trait_counts() -> None:
    ratings = [
        happening("trait.assessed", "2010-05-02T10:00:00Z", trait="advocacy", points=80, assessor="ann"),
        happening("trait.assessed", "2010-05-01T10:00:00Z", trait="advocacy", points=20),
    ]
    state = lived(MODEL, ratings)

    assert (state.assessments["advocacy"].points, state.assessments["advocacy"].assessor) == (80, "ann")


def test_a_document_is_plain_json() -> None:
    events = [
        purchase("2010-05-02T10:00:00Z", country="uk", weight=0.1),
        happening("care.given", "2010-05-03T10:00:00Z"),
    ]
    document = lived(MODEL, events).to_document()

    assert json.loads(json.dumps(document)) == document
