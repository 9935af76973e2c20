"""A copy of the rules in which customers are held out of whatever orders care, and nothing else differs."""

from pathlib import Path

import pytest

from services.company.holdout import RulesRefusedError, with_holdout
from shared.model.rules import ActionKind, Bundle
from shared.policy.release import build, load_directory

pytestmark = pytest.mark.slow  # each test builds the shipped rules several times

SHIPPED = Path(__file__).parents[3] / "rules"
OUTWARD = {ActionKind.CREATE_TASK, ActionKind.OFFER}


def bundle(rules: Path) -> Bundle:
    found = build(load_directory(rules)).bundle
    assert found is not None
    return found


def test_every_rule_that_orders_care_holds_customers_out_and_no_other(tmp_path: Path) -> None:
    with_holdout(SHIPPED, tmp_path / "copy", 40)
    rules = [rule for policy in bundle(tmp_path / "copy").policies for rule in policy.rules]
    held = {rule.id for rule in rules if rule.holdout_percent == 40}

    assert held == {rule.id for rule in rules if any(each.kind in OUTWARD for each in rule.actions)}
    assert 3 < len(held) < len(rules)


def test_without_holdout_the_copy_is_the_same_release(tmp_path: Path) -> None:
    with_holdout(SHIPPED, tmp_path / "copy", 0)

    assert bundle(tmp_path / "copy").digest == bundle(SHIPPED).digest


def test_a_holdout_that_is_there_stays(tmp_path: Path) -> None:
    with_holdout(SHIPPED, tmp_path / "one", 10)
    with_holdout(tmp_path / "one", tmp_path / "other", 40)

    assert bundle(tmp_path / "one").digest == bundle(tmp_path / "other").digest


def test_rules_that_do_not_pass_are_refused_with_their_problems(tmp_path: Path) -> None:
    with_holdout(SHIPPED, tmp_path / "one", 0)
    (tmp_path / "one" / "policies" / "care.yaml").write_text("policy: care\nrules: 5\n", encoding="utf-8")

    with pytest.raises(RulesRefusedError, match=r"care\.yaml"):
        with_holdout(tmp_path / "one", tmp_path / "other", 40)


def test_a_rule_whose_id_stands_on_no_line_alone_is_told_not_passed_over(tmp_path: Path) -> None:
    with_holdout(SHIPPED, tmp_path / "one", 0)
    care = tmp_path / "one" / "policies" / "care.yaml"
    text = care.read_text(encoding="utf-8").replace("- id: care-contact\n", "- id: care-contact # ours\n")
    care.write_text(text, encoding="utf-8")

    with pytest.raises(RulesRefusedError, match="care-contact"):
        with_holdout(tmp_path / "one", tmp_path / "other", 40)
