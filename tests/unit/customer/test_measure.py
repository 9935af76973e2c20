"""Every metric equals a naive recount of the raw events, on any day and in any order of arrival."""

from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.customer.apply import apply
from shared.customer.assess import CustomerModel
from shared.customer.measure import Measured, measure
from tests.unit.customer.catalogues import catalogue, ordinal
from tests.unit.customer.histories import ZONES, histories, lived
from tests.unit.customer.recount import Recount


def on_day(measured: Measured, day: int) -> dict[str, Any]:
    """Facts with the day counts read for *day*."""
    counts = {name: anchor.at(day) for name, anchor in measured.anchors.items()}
    assert not counts.keys() & measured.facts.keys()
    return {**measured.facts, **counts}


def promotions_after(start: str) -> tuple[tuple[int, int], ...]:
    first = ordinal(start)
    return ((first + 10, first + 20), (first + 18, first + 24), (first + 60, first + 60))


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(histories(), st.sampled_from(ZONES), st.lists(st.integers(-2, 330), min_size=1, max_size=6))
def test_every_aggregate_equals_a_naive_recount(history, zone, offsets) -> None:
    start, events = history
    defined = catalogue(zone, promotions=promotions_after(start))
    model = CustomerModel.compile(defined)
    state = lived(model, events)

    for offset in offsets:
        day = ordinal(start) + offset
        measured = measure(state, model.measures, day)
        assert on_day(measured, day) == Recount(defined, events).facts(day)


@settings(max_examples=60, deadline=None)
@given(histories(), st.data())
def test_late_and_shuffled_events_measure_like_sorted_ones(history, data) -> None:
    start, events = history
    model = CustomerModel.compile(catalogue(promotions=promotions_after(start)))
    shuffled = data.draw(st.permutations(events))
    day = ordinal(start) + data.draw(st.integers(0, 200))

    straight = lived(model, sorted(events, key=lambda event: (event.time, event.source, event.id)))
    crooked = lived(model, shuffled)

    found, expected = (measure(state, model.measures, day) for state in (crooked, straight))
    assert orjson.dumps(found) == orjson.dumps(expected)
    assert orjson.dumps(crooked.to_document()) == orjson.dumps(straight.to_document())


@settings(max_examples=40, deadline=None)
@given(histories())
def test_measuring_between_events_changes_nothing(history) -> None:
    start, events = history
    model = CustomerModel.compile(catalogue(promotions=promotions_after(start)))
    watched = model.measures.new_customer()
    for event in events:
        apply(event, watched, model.measures)
        measure(watched, model.measures, watched.day)

    day = ordinal(start) + 150
    assert measure(watched, model.measures, day) == measure(lived(model, events), model.measures, day)
