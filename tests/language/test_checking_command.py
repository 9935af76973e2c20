"""`guanxi rules check`: customers, suggested tests, Chinese words, rules that never fire."""

import shutil
from datetime import date
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from services.rules.cli import rules
from shared.policy.codes import REGISTRY
from shared.store.collections import DECISIONS
from shared.store.open import open_store

SMALL = Path(__file__).parent / "small"
SWING = """  - id: promote-spender
    title: {en: Try}
    when:
      all:
        - tier: is none
        - spend_365d: at least 9000 GBP
    then:
      - change_tier: {to: core}
    priority: 30
"""
FIRST = date(2026, 1, 1).toordinal()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    copied = tmp_path / "rules"
    shutil.copytree(SMALL, copied)
    return copied


@pytest.fixture
def swinging(folder: Path) -> Path:
    with (folder / "policies/membership.yaml").open("a", encoding="utf-8") as file:
        file.write(SWING)
    return folder


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(rules, ["check", *(str(argument) for argument in arguments)])


def test_the_customer_stands_under_the_problem_and_in_json(swinging: Path) -> None:
    assert "for example: tier none, spend_365d 9000 GBP, score 59" in run(swinging).output

    (row,) = orjson.loads(run(swinging, "--format", "json").stdout)

    assert row["customer"] == {"tier": "none", "spend_365d": "9000 GBP", "score": "59"}
    assert row["title"]["zh"] == "规则使同一客户无休止地来回变动"


def test_chinese_readers_get_chinese_words(swinging: Path) -> None:
    told = run(swinging, "--language", "zh").output
    assert "使同一客户反复变动：tier none → core → none，每 32 天一轮" in told
    assert "例如客户：tier none" in told
    assert "无效：1 个错误" in told

    (swinging / "policies/membership.yaml").write_text("policy: [", encoding="utf-8")

    assert "不是有效的 YAML：此处应有值，却是文件末尾" in run(swinging, "--language", "zh").output


def test_every_code_has_a_meaning_in_chinese() -> None:
    for code in REGISTRY.values():
        assert any("\u4e00" <= character <= "\u9fff" for character in code.chinese), code.id


def test_suggest_prints_the_customers_as_a_suite_and_nothing_else(swinging: Path) -> None:
    text = run(swinging, "--suggest").stdout

    assert text.startswith("# tests/membership-found.test.yaml\nsuite: ")
    (swinging / "tests").mkdir()
    (swinging / "tests" / "membership-found.test.yaml").write_text(text, encoding="utf-8")

    assert [row["code"] for row in orjson.loads(run(swinging, "--format", "json").stdout)] == ["E303"]


def test_valid_rules_suggest_nothing(folder: Path) -> None:
    assert run(folder, "--suggest").stdout == ""


def decided(url: str, *fired: tuple[str, int]) -> None:
    """Store a decision that a rule fired, for each rule and day."""
    store = open_store(url)
    documents = [
        {"_id": f"d{n}", "rule": rule, "outcome": "fired", "customer": "li", "release": "",
         "day": FIRST + day, "as_of": f"{date.fromordinal(FIRST + day).isoformat()}T08:00:00Z"}
        for n, (rule, day) in enumerate(fired)
    ]  # fmt: skip
    store.collection(DECISIONS).insert_absent(documents)
    store.close()


def test_rules_that_have_not_fired_in_90_days_are_told_with_when_they_last_did(
    folder: Path, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/store/"
    decided(url, ("promote-core", 0), ("importance-important", 50), ("importance-important", 100))

    told = run(folder, "--store", url)

    assert 'W309 rule "promote-core" has not fired in 90 days (last on 2026-01-01)' in told.output
    assert 'W309 rule "demote-core" has not fired in 90 days (it never did)' in told.output
    assert '"importance-important"' not in told.output
    assert told.exit_code == 0
    assert run(folder, "--store", url, "--strict").exit_code == 3


def test_a_young_installation_says_nothing_of_rules_that_never_fired(folder: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/store/"
    decided(url, ("promote-core", 0), ("promote-core", 80))

    assert "W309" not in run(folder, "--store", url).output
