"""Does care work: asked of a company whose truth is known, through all four services."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, datetime, timezone
from statistics import fmean
from typing import Any

import orjson
import pytest

from services.simulation.promotions import promotions
from shared.clock import from_rfc3339
from shared.customer.local_time import LocalTime
from shared.simulation.company import live
from shared.simulation.person import number_of
from shared.simulation.world import Care, World
from tests.flow.company.conftest import ROOT, Company, Run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

RULE, WINDOW, SEED = "care-routine", 60, 1
START = date(2024, 1, 1)
COMPANY = {"customers": 450, "days": 190, "every": 3, "within": 2, "seed": SEED}
PROMOTIONS = promotions(ROOT / "rules", "competitor_promotions", START, COMPANY["days"])
LONDON = LocalTime("Europe/London")


@pytest.fixture(scope="module")
def moved(run_company: Run) -> Company:
    """Customers whom care truly moves."""
    return run_company(**COMPANY, care_effect=1.0)


@pytest.fixture(scope="module")
def unmoved(run_company: Run) -> Company:
    """The same company, in which care does nothing."""
    return run_company(**COMPANY, care_effect=0.0)


def judged(company: Company, *options: str) -> dict[str, tuple[dict[str, Any], float | None]]:
    """By group: the estimate, and the true effect beside it."""
    told = orjson.loads(company.guanxi("company", "truth", "--days", str(WINDOW), "--json", *options))
    truth = {(each["rule"], each["group"]): each["true_effect"] for each in told["truth"]}
    return {group: (found["uplift"], truth[rule, group]) for rule, group, found in told["uplift"]["rules"]}


def test_care_that_works_is_said_to_work_and_the_interval_holds_the_truth(moved: Company) -> None:
    estimate, truth = judged(moved)[""]

    assert estimate["verdict"] == "works"
    assert truth is not None
    assert estimate["low"] < truth < estimate["high"]


def test_a_company_that_knows_no_truth_is_told_the_same(moved: Company) -> None:
    told = orjson.loads(moved.guanxi("report", "uplift", "--days", str(WINDOW), "--json"))
    ((rule, _, found),) = told["rules"]

    assert rule == RULE
    assert found["uplift"] == judged(moved)[""][0]


def test_care_that_does_nothing_is_not_said_to_work(unmoved: Company) -> None:
    estimate, truth = judged(unmoved)[""]

    assert estimate["verdict"] == "no effect shown"
    assert min(estimate["treated"]["customers"], estimate["held_out"]["customers"]) > 60
    assert truth == 0.0


def test_who_buys_by_price_alone_is_not_said_to_be_moved(moved: Company) -> None:
    groups = judged(moved, "--by", "price_driven")
    (by_price, truth), (others, others_truth) = groups["True"], groups["False"]

    assert truth is not None
    assert others_truth is not None
    assert truth < others_truth / 3
    assert by_price["verdict"] in {"no effect shown", "not enough data"}
    assert others["verdict"] == "works"


def test_the_truth_is_the_difference_between_the_lives_with_and_without_care(moved: Company) -> None:
    given: dict[str, list[Care]] = defaultdict(list)
    for each in moved.care():
        if each["is_care"]:
            given[each["customer_id"]].append(Care(_day(each["at"]), each["kind"], each["rule"]))
    extra = []
    for customer, first in _treated(moved).items():
        with_care, without = (_bought(customer, each, first) for each in (given[customer], []))
        extra.append(with_care - without)
    estimate, truth = judged(moved)[""]

    assert len(extra) == estimate["treated"]["customers"]
    assert fmean(extra) == pytest.approx(truth)


def _treated(company: Company) -> dict[str, int]:
    """The day of the first decision on each customer whom the rule treated and whose days are over."""
    first: dict[str, int] = {}
    for line in company.guanxi("export", "decisions", "--projection").splitlines():
        decision = orjson.loads(line)
        if decision["rule"] == RULE and decision["outcome"] == "fired":
            day = decision["day"] - START.toordinal()
            first[decision["customer"]] = min(day, first.get(decision["customer"], day))
    return {customer: day for customer, day in first.items() if day + WINDOW < COMPANY["days"]}


def _bought(customer: str, care: list[Care], first: int) -> int:
    """Orders in the days after *first*, as they would be told with that *care*."""
    world = World(seed=SEED, start=START, days=COMPANY["days"], promotions=PROMOTIONS)
    found = live(replace(world, care_on=lambda identity: care), number_of(customer))
    times = (orjson.loads(line)["time"] for _, line in found.events if b'"type":"purchase"' in line)
    days = (LONDON.day_of(time) - START.toordinal() for time in times)
    return sum(first < day <= first + WINDOW for day in days)


def _day(instant: str) -> float:
    """The middle of that second, as days from the start."""
    midnight = datetime(START.year, START.month, START.day, tzinfo=timezone.utc)
    return ((from_rfc3339(instant) - midnight).total_seconds() + 0.5) / 86_400
