"""The shipped ranking on real shops and on made-up ones it has never seen, beside recency and RFM.

The baselines verify the measures: they are published for these very sets. Every event of the CDNOW and Online
Retail II sets is read, so these are exact figures, not samples; the tolerance is that of printed digits.
"""

from datetime import date, timedelta

import pytest

from shared.customer.yardstick import Yardstick
from shared.quality.report import Json
from tests.unit.quality.companies import (
    CDNOW,
    FIRST,
    RETAIL,
    Cut,
    Histories,
    made_up,
    recorded,
    scored,
    shipped,
)

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SEEDS = (1, 2, 3, 4, 5)
"""Of companies that no threshold was chosen on."""

NO_WORSE = 0.005
"""A loss of area that no manager would notice; the interval of a single cut is two to three times as wide."""


@pytest.fixture(scope="module")
def yardstick() -> Yardstick:
    return shipped()


@pytest.fixture(scope="module")
def cdnow() -> Histories:
    return recorded(CDNOW)


@pytest.fixture(scope="module")
def retail() -> Histories:
    return recorded(RETAIL)


def figures(group: Json, ranking: str) -> tuple[float, float]:
    found = group["rankings"][ranking]
    return found["auc"], found["lift"]


def agrees(found: tuple[float, float], area: float, lift: float) -> bool:
    """Areas to the third digit, lifts to the second: ties may be cut otherwise there."""
    return abs(found[0] - area) < 0.001 and abs(found[1] - lift) < 0.011


@pytest.fixture(scope="module")
def cdnow_39_weeks(cdnow: Histories, yardstick: Yardstick) -> Json:
    return scored(cdnow, yardstick, Cut(date(1997, 9, 30), 273))


@pytest.fixture(scope="module")
def retail_52_weeks(retail: Histories, yardstick: Yardstick) -> Json:
    return scored(retail, yardstick, Cut(date(2010, 11, 29), 364))


def test_cdnow_weeks_1_to_39_has_the_published_customers_and_baselines(cdnow_39_weeks: Json) -> None:
    everyone, repeat = cdnow_39_weeks["all"], cdnow_39_weeks["repeat"]
    assert (everyone["customers"], repeat["customers"]) == (23_570, 9_451)
    assert agrees(figures(everyone, "recency"), 0.759, 1.24)
    assert agrees(figures(everyone, "rfm"), 0.766, 1.25)
    assert agrees(figures(repeat, "recency"), 0.711, 1.63)
    assert agrees(figures(repeat, "rfm"), 0.707, 1.60)


def test_online_retail_weeks_1_to_52_has_the_published_customers_and_baselines(retail_52_weeks: Json) -> None:
    everyone = retail_52_weeks["all"]
    assert everyone["customers"] == 4_262
    assert agrees(figures(everyone, "recency"), 0.712, 1.98)
    assert agrees(figures(everyone, "rfm"), 0.784, 2.04)


def test_the_shipped_ranking_beats_rfm_on_both_shops(cdnow_39_weeks: Json, retail_52_weeks: Json) -> None:
    for group in (cdnow_39_weeks["all"], cdnow_39_weeks["repeat"], retail_52_weeks["all"]):
        (area, lift), (rfm_area, rfm_lift) = figures(group, "risk"), figures(group, "rfm")
        assert area > rfm_area
        assert lift > rfm_lift - 0.01


@pytest.mark.parametrize("cut", [date(1997, 6, 30), date(1997, 12, 31)])
def test_at_other_times_of_cdnow_it_is_no_worse_than_rfm(
    cut: date, cdnow: Histories, yardstick: Yardstick
) -> None:
    assert_no_worse(scored(cdnow, yardstick, Cut(cut, 180)))


@pytest.mark.parametrize("cut", [date(2010, 8, 31), date(2011, 2, 28), date(2011, 5, 31)])
def test_at_other_times_of_online_retail_it_is_no_worse_than_rfm(
    cut: date, retail: Histories, yardstick: Yardstick
) -> None:
    assert_no_worse(scored(retail, yardstick, Cut(cut, 180)))


@pytest.mark.parametrize("seed", SEEDS)
def test_in_a_company_it_has_never_seen_it_ranks_far_better_than_chance_and_beats_rfm(
    seed: int, yardstick: Yardstick
) -> None:
    found = scored(made_up(seed), yardstick, Cut(FIRST + timedelta(days=400), 180))["all"]
    area, rfm = found["rankings"]["risk"]["auc"], found["rankings"]["rfm"]["auc"]
    low, _ = found["rankings"]["risk"]["auc_interval"]
    assert low > 0.7
    assert area > rfm


def assert_no_worse(cut: Json) -> None:
    everyone = cut["all"]["rankings"]
    assert everyone["risk"]["auc"] > everyone["rfm"]["auc"] - NO_WORSE
    assert everyone["risk"]["auc"] > everyone["recency"]["auc"]
