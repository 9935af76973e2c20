"""Real sales through scoring and rules: the books balance, and how the sales came changes nothing."""

import shutil
from collections import Counter
from pathlib import Path

import orjson
import pytest

from shared.customer.assess import assess
from shared.customer.state import CustomerState
from shared.customer.yardstick import yardsticks
from shared.explaining.archive import Archive
from shared.explaining.replaying import Replays
from shared.model.catalogue import Catalogue
from shared.reports.circle import circle
from shared.store.collections import CUSTOMERS, DECISIONS, RELATIONSHIPS
from tests.flow.pipeline.conftest import NewShop, Sold
from tests.flow.pipeline.looking import at_each_close, business, interleaved, sent, shuffled, snapshots

SEED = 20100104

pytestmark = pytest.mark.slow


def catalogue(sold: Sold) -> Catalogue:
    reader = sold.shop.reader
    return reader.bundle(reader.active().digest).catalogue


def test_every_sale_is_counted_and_none_is_set_aside(sold: Sold) -> None:
    counted = sum(document["state"]["events"] for document in sold.shop.everything(CUSTOMERS))
    assert (counted, sold.shop.set_aside) == (sold.events, [])


def test_the_score_of_every_customer_is_the_sum_of_its_trait_lines(sold: Sold) -> None:
    yardstick = yardsticks(sold.shop.reader.bundle)
    for document in sold.shop.everything(CUSTOMERS):
        state = CustomerState.from_document(document["state"])
        assessment = assess(state, yardstick(document["release"]).model, state.day)
        hundredths = sum(line.contribution for line in assessment.scored.lines)
        assert document["facts"]["score"] == document["score"] == hundredths / 100, document["_id"]
        assert orjson.loads(orjson.dumps(dict(assessment.facts))) == document["facts"], document["_id"]


def test_the_score_of_every_snapshot_is_the_sum_of_its_weighted_traits(sold: Sold) -> None:
    traits = catalogue(sold).traits
    for snapshot in snapshots(sold.shop):
        hundredths = sum(trait.weight * snapshot.facts[name] for name, trait in traits.items())
        assert snapshot.facts["score"] == hundredths / 100, snapshot


def test_opening_plus_entered_minus_left_is_closing_every_month(sold: Sold) -> None:
    decisions = sorted(sold.shop.everything(DECISIONS), key=lambda each: (each["as_of"], each["customer"]))
    members = [each["_id"] for each in sold.shop.everything(RELATIONSHIPS) if each["tier"] != "none"]
    booked = circle(decisions, members)
    assert booked.problems == ()
    assert members
    assert all(month.balances for month in booked.months)


def test_every_decision_is_made_again_identically_from_its_record(sold: Sold) -> None:
    made, results = 0, Counter[str]()
    with Replays(Archive.of(sold.shop.store)) as replays:
        for document in sold.shop.everything(DECISIONS):
            results[replays.of(document).result] += 1
            made += 1
    assert results == {"identical": made}
    assert made > 1_000


@pytest.mark.timeout(1800)  # the reference engine takes its time on a machine that has others to serve
def test_all_engines_decide_identically(sold: Sold, new_shop: NewShop, tmp_path: Path) -> None:
    measured = new_shop()
    measured.publish(sold.log)
    measured.score()
    for engine in ("python", "reference"):
        shutil.copytree(measured.directory, tmp_path / engine)
        other = new_shop(directory=tmp_path / engine, engine=engine, active=False)
        other.judge()
        assert business(other) == business(sold.shop), engine


def test_publishing_the_whole_log_again_changes_nothing_and_counts_every_sale_as_a_duplicate(
    sold: Sold, new_shop: NewShop
) -> None:
    shop = new_shop(max_records=300)
    shop.publish(sold.log)
    shop.work()
    before, told = business(shop), list(sent(shop))
    shop.publish(sold.log)
    assert shop.score().state.duplicates == sold.events
    assert shop.judge().state.processed == 0
    assert business(shop) == before
    assert list(sent(shop)) == told


def test_customers_interleaved_differently_come_out_byte_for_byte_the_same(
    sold: Sold, new_shop: NewShop
) -> None:
    shop = new_shop(partitions=3, max_records=170)
    mixed = interleaved(sold.log, SEED)
    half = len(mixed) // 2
    for part in (mixed[:half], mixed[half:]):
        shop.publish(part)
        shop.work()
    assert business(shop) == business(sold.shop)


def test_sales_shuffled_within_each_day_give_the_same_metrics_and_score_at_every_close(
    sold: Sold, new_shop: NewShop
) -> None:
    shop = new_shop()
    shop.publish(shuffled(sold.log, SEED))
    shop.score()
    assert at_each_close(shop) == at_each_close(sold.shop)
    assert business(shop)["customers"] == business(sold.shop)["customers"]
