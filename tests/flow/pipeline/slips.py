"""The default rules with a circle that fills in weeks, and the same with a nought too many in the traits."""

import shutil
from pathlib import Path

from tests.flow.pipeline.shop import RULES

EASIER = {
    "keep_at_least: 60 days": "keep_at_least: 1 day",
    "    for: 30 days                 # the grace": "    for: 2 days\n    budget: {max_per_day: 3}  #",
    "orders_365d: at least 5": "orders_365d: at least 2",
    "score: at least 63": "score: at least 50",
}
BANDS = ("6000", "3000", "1500", "700", "300")  # the largest first: none becomes another


def changed(file: Path, changes: dict[str, str]) -> None:
    """Replace each text, which stands in *file* once."""
    text = file.read_text()
    for before, after in changes.items():
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    file.write_text(text)


def easier_rules(directory: Path) -> Path:
    """Rules with a larger circle, of which three may be demoted each day."""
    rules = directory / "rules"
    shutil.copytree(RULES, rules)
    changed(rules / "policies/membership.yaml", EASIER)
    changed(rules / "lists/thresholds.yaml", {"keep_score: 58": "keep_score: 45"})
    return rules


def slip(rules: Path) -> None:
    """A nought too many in the bands of spending: every score falls."""
    changed(rules / "traits.yaml", {f"at least {band} GBP:": f"at least {band}0 GBP:" for band in BANDS})
