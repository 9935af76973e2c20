"""A nought too many on the real sales moves nobody: the dry run refuses it and names who would have moved."""

from pathlib import Path

import pytest

from services.rules.composing import release_office
from services.rules.watcher import RulesWatcher
from shared.store.collections import RELATIONSHIPS
from tests.flow.pipeline.conftest import NewShop
from tests.flow.pipeline.shop import Shop, retail_events
from tests.flow.pipeline.slips import easier_rules, slip

pytestmark = pytest.mark.slow

SALES = 3_500


def members(shop: Shop) -> set[str]:
    return {each["_id"] for each in shop.everything(RELATIONSHIPS) if each["tier"] == "core"}


def test_a_nought_too_many_in_the_files_moves_nobody_and_says_whom_it_would(
    new_shop: NewShop, tmp_path: Path
) -> None:
    rules = easier_rules(tmp_path)
    shop = new_shop(rules=rules)
    shop.publish(retail_events(SALES))
    shop.work()
    before = members(shop)
    assert len(before) > 30
    watcher = RulesWatcher(rules, release_office(shop.store, shop.releases))
    watcher.start()
    slip(rules)
    watcher.look()

    problem = "".join(each.en for each in watcher.problems)
    assert problem.startswith("release-incomplete: ")
    assert "tier core: " in problem
    assert len([customer for customer in before if customer in problem]) >= 10
    assert shop.releases.active().number == 1
    (waiting,) = watcher.waiting()
    assert "still needs dry-run" in waiting.en
    shop.work()
    assert members(shop) == before
