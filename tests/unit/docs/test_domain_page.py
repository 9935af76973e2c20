"""The page that leads from every idea to its rule names all rules, and none that is not there."""

import re
from pathlib import Path

import pytest

from shared.policy.release import build, load_directory

ROOT = Path(__file__).parents[3]
PAGES = ("domain.md", "domain.zh-CN.md")


@pytest.mark.parametrize("page", PAGES)
def test_every_shipped_rule_and_trait_carries_an_idea(page: str) -> None:
    bundle = build(load_directory(ROOT / "rules")).bundle
    assert bundle is not None
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z_]+(?:-[a-z]+)*)`", text))
    rules = {rule.id for policy in bundle.policies for rule in policy.rules}
    traits = {trait.id for trait in bundle.catalogue.traits.values() if trait.weight}

    assert not (rules | traits) - named
    assert {name for name in named if "-" in name} <= rules
