"""A customer is due exactly early enough: between due days nothing that scoring sends can change."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.customer.assess import Assessment, CustomerModel, assess
from shared.model.catalogue import Aggregate, Indicator, MetricDef, TraitDef
from shared.model.values import Kind
from tests.unit.customer.catalogues import CARE, METRICS, PURCHASES, TITLE, catalogue, ordinal
from tests.unit.customer.histories import happening, histories, lived, purchase

CALM = tuple(metric for metric in METRICS if metric.id not in ("rush", "deficit"))
"""Without the metrics that age in a way no anchor can say: they make a customer due every day."""


@settings(max_examples=80, deadline=None)
@given(histories(days=60, most=15), st.integers(0, 80))
def test_assessing_on_due_days_only_misses_no_change(history, offset) -> None:
    start, events = history
    first = ordinal(start)
    model = CustomerModel.compile(catalogue(metrics=CALM, promotions=((first + 5, first + 9),)))
    state = lived(model, events)
    seen = assess(state, model, first + offset)

    for day in range(first + offset + 1, first + offset + 220):
        today = assess(state, model, day)
        if day == seen.next_due:
            seen = today
            continue
        assert (today.facts, today.anchors) == (seen.facts, seen.anchors)
        assert today.next_due == seen.next_due


def one_metric(metric: MetricDef, *traits: TraitDef) -> CustomerModel:
    gap = MetricDef("gap", TITLE, Aggregate.USUAL_GAP_DAYS, Kind.DAYS, PURCHASES)
    since = MetricDef("days_since", TITLE, Aggregate.DAYS_SINCE_LAST, Kind.DAYS, PURCHASES)
    return CustomerModel.compile(catalogue("UTC", (gap, since, metric), traits))


def assessed(model: CustomerModel, day: str, *events) -> Assessment:
    return assess(lived(model, events), model, ordinal(day))


COUNT_30D = MetricDef("orders_30d", TITLE, Aggregate.COUNT, Kind.INTEGER, PURCHASES, 30)
SILENCE = MetricDef("silence", TITLE, Aggregate.RATIO, Kind.NUMBER, numerator="days_since", denominator="gap")


def test_a_customer_of_whom_nothing_is_known_is_never_due() -> None:
    assert assessed(one_metric(COUNT_30D), "2010-05-01").next_due is None


def test_the_first_day_of_a_window_leaves_it_after_as_many_days() -> None:
    found = assessed(one_metric(COUNT_30D), "2010-05-04", purchase("2010-05-01T10:00:00Z"))

    assert found.next_due == ordinal("2010-05-31")


def test_lifetime_metrics_and_day_counts_make_nobody_due() -> None:
    found = assessed(
        one_metric(SILENCE), "2010-05-09", purchase("2010-05-01T10:00:00Z"), purchase("2010-05-04T10:00:00Z")
    )

    assert (found.anchors["silence"].at(ordinal("2010-05-10")), found.next_due) == (2.0, None)


@pytest.mark.parametrize(("day", "due"), [("2010-05-04", "2010-05-09"), ("2010-05-09", "2010-05-13")])
def test_a_day_count_makes_due_when_it_reaches_the_next_band(day: str, due: str) -> None:
    trait = TraitDef("steady", TITLE, 100, 50, (Indicator("silence", 1, ((0, 100), (1.5, 60), (3, 0))),))
    model = one_metric(SILENCE, trait)
    found = assessed(model, day, purchase("2010-05-01T10:00:00Z"), purchase("2010-05-04T10:00:00Z"))

    assert found.next_due == ordinal(due)


@pytest.mark.parametrize(
    ("second_purchase", "floor", "days"),
    [
        ("2011-05-01", 1.5, 546),  # 546 / 365 is 1.4959, read as 1.5
        ("2010-05-04", 1.333, 5),  # 4 / 3 is read as 1.33
    ],
)
def test_a_band_is_reached_by_the_count_as_it_is_read(second_purchase: str, floor: float, days: int) -> None:
    trait = TraitDef("steady", TITLE, 100, 50, (Indicator("silence", 1, ((floor, 60),)),))
    model = one_metric(SILENCE, trait)
    events = purchase("2010-05-01T10:00:00Z"), purchase(f"{second_purchase}T10:00:00Z")
    found = assessed(model, second_purchase, *events)
    state = lived(model, events)

    assert found.next_due == ordinal(second_purchase) + days
    assert [assess(state, model, found.next_due + late).facts["steady"] for late in (-1, 0)] == [0, 60]


def test_a_hand_rating_makes_due_on_the_day_it_goes_stale() -> None:
    trait = TraitDef("advocacy", TITLE, 100, 50, assessment_weight=1, assessment_stale_days=180)
    rating = happening("trait.assessed", "2010-01-01T09:00:00Z", trait="advocacy", points=90)
    model = one_metric(COUNT_30D, trait)
    found = assessed(model, "2010-01-02", rating)
    state = lived(model, [rating])

    assert found.next_due == ordinal("2010-01-01") + 181
    assert [assess(state, model, found.next_due + days).scored.score for days in (-1, 0)] == [90.0, 50.0]


def test_an_ask_makes_due_when_its_period_for_answers_is_over() -> None:
    share = MetricDef(
        "answered", TITLE, Aggregate.ANSWERED_SHARE, Kind.PERCENT, CARE, 60, answer=PURCHASES, within_days=14
    )
    found = assessed(one_metric(share), "2010-05-02", happening("care.given", "2010-05-01T10:00:00Z"))

    assert found.next_due == ordinal("2010-05-16")


def test_a_number_per_day_of_silence_makes_due_daily() -> None:
    rush = MetricDef("rush", TITLE, Aggregate.RATIO, Kind.NUMBER, numerator="gap", denominator="days_since")
    events = purchase("2010-05-01T10:00:00Z"), purchase("2010-05-04T10:00:00Z")

    found = assessed(one_metric(rush), "2010-05-06", *events)

    assert (found.facts["rush"], found.next_due) == (1.5, ordinal("2010-05-07"))
