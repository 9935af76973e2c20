"""A gap and a grace keep members from coming and going: measured on a part of a real shop."""

import gzip
import json
from pathlib import Path

import pytest

from services.backtest.files import FileHistory
from services.backtest.running import Plan, backtest
from shared.backtest.report import Json, Window
from shared.clock import SystemClock
from shared.model.rules import Bundle
from shared.policy.release import build
from tests.language.bundles import changed, default_bundle, default_sources
from tests.unit.quality.companies import RETAIL

pytestmark = pytest.mark.slow

GAP, GRACE = "lists/thresholds.yaml", "policies/membership.yaml"


def one_bar() -> Bundle:
    """The shipped rules with one bar for both ways: no gap, no grace, no least stay."""
    files = default_sources().files
    thresholds = (
        files[GAP].replace("keep_score: 58", "keep_score: 63").replace("keep_spend: 1600", "keep_spend: 2000")
    )
    membership = [line for line in files[GRACE].splitlines(keepends=True) if "for: 30 days" not in line]
    text = "".join(membership).replace(", keep_at_least: 60 days", "")
    for clears, later in (("score: at least 63", "64"), ("net_spend_365d: at least 2000", "2001")):
        # an alert must clear apart from the bar that opens it
        text = text.replace(f"            - {clears}", f"            - {clears.rpartition(' ')[0]} {later}")
    assert (thresholds, text) != (files[GAP], files[GRACE])
    bundle = build(changed({GAP: thresholds, GRACE: text})).bundle
    assert bundle is not None
    return bundle


def compared(tmp_path: Path) -> Json:
    """Three of a hundred customers, from the first day to the last."""
    path = tmp_path / "sales.jsonl"
    with gzip.open(RETAIL, "rt") as lines:
        few = [line for line in lines if json.loads(line)["customer_id"].endswith(("07", "47", "87"))]
    path.write_text("".join(few), encoding="utf-8")
    shipped = default_bundle()
    with FileHistory.read([path], shipped.catalogue, SystemClock(), lambda _lines: None) as history:
        window = Window(history.first_day, history.last_day, "log")
        plan = Plan(one_bar(), shipped, samples=0, processes=1)
        return backtest(plan, history, window, lambda _events: None)


def test_a_gap_and_a_grace_halve_the_changes_of_tier(tmp_path: Path) -> None:
    rows = compared(tmp_path)["flips"]["customers_by_changes"]
    one, shipped = (sum(row[side] * row["changes"] for row in rows) for side in ("base", "candidate"))
    assert one > 40
    assert shipped < 0.6 * one
