"""A simulated company through the real services: the score finds the loyal better than spending does."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner

from services.__main__ import cli
from tests.flow.cli.conftest import ROOT, Home

pytestmark = pytest.mark.slow

CUSTOMERS = 300


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Home, Path]]:
    """The shipped rules and two years of a company, with the truth about it."""
    folder = tmp_path_factory.mktemp("company")
    home = Home(folder, rules=ROOT / "rules")
    events, truth = folder / "company.jsonl", folder / "truth.jsonl"
    options = ("--customers", str(CUSTOMERS), "--seed", "1", "--output", str(events), "--truth", str(truth))
    made = CliRunner().invoke(cli, ["simulate", *options, "--rules", str(ROOT / "rules")])
    assert made.exit_code == 0, made.output
    home.start()
    home.replay(events.read_bytes())
    yield home, truth
    home.stop()


def ranked(company: tuple[Home, Path], *options: str) -> dict[str, Any]:
    home, truth = company
    answer = home.guanxi("report", "ranking", "--truth", str(truth), "--json", *options)
    assert answer.returncode == 0, answer.stderr
    return dict(orjson.loads(answer.stdout))


def test_at_the_circles_size_the_score_is_clearly_more_precise_than_spending(company) -> None:
    found = ranked(company)
    by_score, by_spend = found["by_score"][0], found["by_spend"][0]

    assert found["customers"] == CUSTOMERS
    assert found["members"]["chosen"] == by_score["chosen"] == by_spend["chosen"] > 0
    assert by_score["share"] >= 0.75
    assert by_score["share"] >= by_spend["share"] + 0.2
    assert by_score["share"] >= 2 * found["base"] * 0.95


def test_over_all_customers_the_score_ranks_better_than_spending(company) -> None:
    found = ranked(company)

    assert found["auc_score"] >= found["auc_spend"] + 0.05


def test_another_fact_of_the_truth_may_be_sought_only_if_it_is_true_or_false(company) -> None:
    home, truth = company
    refused = home.guanxi("report", "ranking", "--truth", str(truth), "--fact", "kind")

    assert refused.returncode != 0
    assert b"not true or false" in refused.stderr
