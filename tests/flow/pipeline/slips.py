"""The default rules with a circle that fills in weeks, and the same with a nought too many in the traits."""

import re
import shutil
from pathlib import Path

from tests.flow.pipeline.shop import RULES

EASIER = {
    r"keep_at_least: \d+ days": "keep_at_least: 1 day",
    r"( +- id: demote-core\n(?:.*\n)*?)    for: \d+ days": r"\1    for: 2 days\n    budget: {max_per_day: 3}",
    r"orders_365d: at least \d+": "orders_365d: at least 2",
    r"(tier: is none\n +- score: at least) \d+": r"\1 50",
}


def changed(file: Path, changes: dict[str, str]) -> None:
    """Put in the second for each first, a pattern that *file* has once."""
    text = file.read_text()
    for pattern, after in changes.items():
        text, times = re.subn(pattern, after, text)
        assert times == 1, pattern
    file.write_text(text)


def easier_rules(directory: Path) -> Path:
    """Rules with a larger circle, of which three may be demoted each day."""
    rules = directory / "rules"
    shutil.copytree(RULES, rules)
    changed(rules / "policies/membership.yaml", EASIER)
    changed(rules / "lists/thresholds.yaml", {r"keep_score: \d+": "keep_score: 45"})
    return rules


def slip(rules: Path) -> None:
    """A nought too many in the bands of spending: every score falls."""
    traits = rules / "traits.yaml"
    text, times = re.subn(r"at least ([1-9]\d*) GBP:", r"at least \g<1>0 GBP:", traits.read_text())
    assert times >= 5
    traits.write_text(text)
