"""What is unusual is counted by the store: of rules in force, what took effect, and what somebody notices."""

from typing import Any

import pytest

from shared.asking.records import Records
from shared.asking.unusual import ask_unusual
from shared.store.collections import DECISIONS
from tests.flow.pipeline.conftest import NewShop
from tests.flow.pipeline.shop import Shop
from tests.flow.pipeline.test_worth_api import two_years

TIMES = 500


@pytest.fixture(scope="module")
def shop(new_shop: NewShop) -> Shop:
    shop = new_shop()
    shop.publish(two_years())
    shop.work()
    return shop


@pytest.mark.parametrize(
    ("rule", "changed", "is_told"),
    [
        ("promote-core", {}, True),
        ("promote-core", {"mode": "shadow"}, False),
        ("promote-core", {"outcome": "blocked"}, False),
        ("segment-value", {}, False),
        ("taken-out-last-year", {}, False),
    ],
)
def test_only_what_took_effect_outwardly_is_unusual(
    shop: Shop, rule: str, changed: dict[str, Any], is_told: bool
) -> None:
    records = Records(shop.store, shop.partitions)
    day = records.today() - 3
    before = {each.rule: each.count for each in ask_unusual(records)}
    base = {"customer": "c", "rule": rule, "day": day, "outcome": "fired", "mode": "live", "actions": []}
    made = [{"_id": f"made-{number}", **base, **changed} for number in range(TIMES)]
    shop.collection(DECISIONS).insert_absent(made)
    after = {each.rule: each.count for each in ask_unusual(records)}
    shop.collection(DECISIONS).delete_many(each["_id"] for each in made)

    assert (after.get(rule, 0) - before.get(rule, 0) >= TIMES) is is_told
    assert {name for name in after if name != rule} == {name for name in before if name != rule}
