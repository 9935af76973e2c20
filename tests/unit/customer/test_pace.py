"""Pace inside a calendar's periods: what a customer buys a day there, against what they buy on other days."""

import pytest

from shared.customer.assess import CustomerModel, assess
from shared.model.catalogue import Aggregate, MetricDef
from shared.model.values import Kind
from tests.unit.customer.catalogues import AMOUNTS, TITLE, catalogue, ordinal
from tests.unit.customer.histories import Happening, lived, purchase

PROMOTION = (ordinal("2010-05-11"), ordinal("2010-05-20"))


def pace(*events: Happening, day: str = "2010-07-01", window: int | None = None, at_least: int = 0) -> object:
    metric = MetricDef(
        "pace", TITLE, Aggregate.PACE_INSIDE, Kind.PERCENT, AMOUNTS, window, "promotions", at_least
    )
    model = CustomerModel.compile(catalogue(metrics=(metric,), traits=(), promotions=(PROMOTION,)))
    return assess(lived(model, events), model, ordinal(day)).facts.get("pace")


def bought(*days: str, amount: int = 100) -> list[Happening]:
    return [purchase(f"2010-{day}T10:00:00Z", amount) for day in days]


EVERY_FIFTH_DAY = ("05-05", "05-10", "05-15", "05-20", "05-25", "05-30")


def test_who_buys_on_as_usual_has_the_full_pace() -> None:
    assert pace(*bought(*EVERY_FIFTH_DAY)) == 100.0


def test_who_waits_until_the_promotion_is_over_has_none() -> None:
    assert pace(*bought("05-05", "05-10", "05-25", "05-30")) == 0.0


def test_half_the_usual_amount_is_half_the_pace() -> None:
    outside = bought("05-05", "05-10", "05-25", "05-30")

    assert pace(*outside, *bought("05-15", "05-20", amount=50)) == 50.0


def test_silence_afterwards_changes_nothing() -> None:
    bought_in_may = bought(*EVERY_FIFTH_DAY)

    assert pace(*bought_in_may, day="2010-06-01") == pace(*bought_in_may, day="2012-06-01") == 100.0


def test_what_the_first_day_brought_is_not_counted() -> None:
    first = bought("05-05", amount=9_000)

    assert pace(*first, *bought(*EVERY_FIFTH_DAY[1:])) == 100.0


@pytest.mark.parametrize(
    "days",
    [
        ("05-01", "05-05", "05-10"),  # gone before the promotion began
        ("05-20", "05-25", "06-20"),  # begun on its last day
        ("05-12", "05-14", "05-16"),  # known during the promotion alone
        ("05-15",),
        (),
    ],
)
def test_without_days_of_both_kinds_nothing_is_known(days: tuple[str, ...]) -> None:
    assert pace(*bought(*days)) is None


def test_nothing_bought_outside_leaves_nothing_to_compare_with() -> None:
    assert pace(*bought("05-05", "05-15")) is None


def test_fewer_purchases_than_asked_for_prove_nothing() -> None:
    assert pace(*bought(*EVERY_FIFTH_DAY), at_least=6) == 100.0
    assert pace(*bought(*EVERY_FIFTH_DAY), at_least=7) is None


def test_the_count_begins_anew_where_the_window_does() -> None:
    """On 8 July a window of 60 days begins on 10 May, on 14 July on 16 May."""
    events = bought(*EVERY_FIFTH_DAY)

    assert pace(*events, day="2010-07-08", window=60) == 100.0
    assert pace(*events, day="2010-07-20", window=60) is None
