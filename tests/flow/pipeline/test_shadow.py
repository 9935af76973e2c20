"""A rule in shadow changes nothing for anybody, and what it would have done is told."""

import shutil
from pathlib import Path

import pytest

from shared.asking.records import Records
from shared.asking.shadowing import ask_shadow
from shared.store.collections import CUSTOMERS, DECISIONS, RELATIONSHIPS
from tests.flow.pipeline.conftest import NewShop
from tests.flow.pipeline.shop import RULES, Shop, retail_events

pytestmark = pytest.mark.slow

SALES = 1_500
SHADOWED = """
  - id: promote-early
    title: {en: Would become a core customer earlier}
    when:
      all:
        - tier: is none
        - score: at least 50
        - orders_365d: at least 3
    then:
      - change_tier: {to: core, keep_at_least: 60 days}
    priority: 15
    rollout: {mode: shadow}
"""


@pytest.fixture(scope="module")
def shadowed_rules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rules = tmp_path_factory.mktemp("rules") / "rules"
    shutil.copytree(RULES, rules)
    membership = rules / "policies/membership.yaml"
    membership.write_text(membership.read_text().rstrip() + "\n" + SHADOWED)
    return rules


def worked(new_shop: NewShop, rules: Path) -> Shop:
    shop = new_shop(rules=rules)
    shop.publish(retail_events(SALES))
    shop.work()
    return shop


def live(shop: Shop) -> list[tuple[object, ...]]:
    """What rules that live decided, but for the release's name."""
    names = ("customer", "rule", "outcome", "as_of", "tier_change")
    decisions = shop.everything(DECISIONS)
    return [tuple(each.get(name) for name in names) for each in decisions if each["mode"] != "shadow"]


def test_a_rule_in_shadow_moves_nobody_and_its_orders_are_compared_with_live_ones(
    new_shop: NewShop, shadowed_rules: Path
) -> None:
    without, shop = worked(new_shop, RULES), worked(new_shop, shadowed_rules)
    found = ask_shadow(Records(shop.store, shop.partitions))

    assert sorted(live(shop), key=repr) == sorted(live(without), key=repr)
    tiers = [{each["_id"]: each["tier"] for each in one.everything(RELATIONSHIPS)} for one in (without, shop)]
    assert tiers[0] == tiers[1]
    (early,) = found
    assert (early.rule, early.action) == ("promote-early", "change_tier to core")
    assert early.both + early.only_shadow == early.customers <= len(list(shop.everything(CUSTOMERS)))
    assert early.only_shadow > 0
