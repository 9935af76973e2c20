"""A backtest is the truth: replaying what was recorded decides as was recorded, byte for byte."""

import gzip
import json
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from services.scoring.day_clock import day_marker
from shared.contracts.cloudevents import CloudEvent
from shared.store.collections import DECISIONS, SLOTS
from tests.flow.pipeline.conftest import NewShop, Sold
from tests.flow.pipeline.looking import shuffled
from tests.flow.pipeline.recorded import reproduced
from tests.flow.pipeline.shop import RULES, Shop, as_accepted, retail_events, with_markers

CDNOW = Path(__file__).parents[2] / "data/cdnow_events.jsonl.gz"

pytestmark = pytest.mark.slow


def expect_exact(shop: Shop) -> None:
    found = reproduced(shop)
    assert (found.differences, found.fuller) == ([], 0)
    assert found.decisions == sum(1 for _ in shop.everything(DECISIONS)) > 0


def test_the_sales_of_the_demo_are_decided_again_exactly_as_they_were_recorded(sold: Sold) -> None:
    expect_exact(sold.shop)


@pytest.mark.parametrize(
    "events",
    [1_500, pytest.param(None, marks=[pytest.mark.long, pytest.mark.timeout(1800)])],
    ids=["first", "all"],
)
def test_a_shop_of_another_kind_is_decided_again_exactly_as_well(
    new_shop: NewShop, events: int | None
) -> None:
    with gzip.open(CDNOW, "rt") as lines:
        entries = [json.loads(line) for _, line in zip(range(events or 10**9), lines, strict=False)]
    shop = new_shop()
    shop.publish(with_markers([as_accepted(entry) for entry in entries]))
    shop.work()
    expect_exact(shop)


@pytest.fixture(scope="module")
def other_rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Other windows, so that buckets are counted anew; a higher bar for members; and a rule with a budget."""
    rules = tmp_path_factory.mktemp("rules") / "rules"
    shutil.copytree(RULES, rules)
    edits = {
        "metrics.yaml": ("window: 90 days", "window: 9 days"),
        "policies/membership.yaml": ("score: at least 63", "score: at least 66"),
        "policies/care.yaml": (
            "    cool_down: 90 days",
            "    cool_down: 90 days\n    budget: {max_per_day: 2}",
        ),
    }
    for name, (before, after) in edits.items():
        text = (rules / name).read_text()
        assert before in text
        (rules / name).write_text(text.replace(before, after))
    return rules


def test_releases_taking_over_among_the_events_and_budgets_are_reproduced(
    new_shop: NewShop, other_rules: Path
) -> None:
    log = retail_events(3_000)
    shop = new_shop()
    shop.publish(log[:1_000])
    shop.activate(other_rules)
    shop.publish(log[1_000:2_000])
    shop.activate(RULES)
    shop.publish(log[2_000:2_500])
    shop.activate(other_rules)
    shop.publish(log[2_500:])
    shop.work()
    assert any(slot["admitted"] for slot in shop.everything(SLOTS))
    expect_exact(shop)


def test_late_repeated_and_shuffled_events_and_idle_days_are_reproduced(new_shop: NewShop) -> None:
    log = shuffled(retail_events(1_200), 7)
    sales = [event for event in log if event.subject]
    late = [replace(event, id=f"late-{event.id}") for event in sales[:40]]
    day = date(2010, 3, 1)
    idle = [
        day_marker(date.fromordinal(day.toordinal() + n), "2010-06-01T00:00:00Z") for n in range(0, 200, 3)
    ]
    shop = new_shop(partitions=3, max_records=70, page=13)
    for part in (log[:800], sales[:100], log[800:], late, idle, sales[-50:], [back(sales[0])]):
        shop.publish(part)
        shop.work()
    expect_exact(shop)


def back(event: CloudEvent) -> CloudEvent:
    """A sale of the first day that nobody had heard of."""
    return replace(event, id="found-later", data={**event.data, "amount": 123_456})
