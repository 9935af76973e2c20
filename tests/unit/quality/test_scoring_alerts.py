"""`guanxi backtest --outcome`: what scoring and rules would have told, and nothing they could not know."""

import gzip
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from services.backtest.cli import backtest
from services.backtest.files import FileHistory
from services.backtest.quality import Foresight, score_alerts
from shared.clock import SystemClock
from shared.policy.release import build, load_directory
from shared.quality.report import Json
from tests.unit.quality.companies import RETAIL, ROOT, Cut, scored, shipped

pytestmark = pytest.mark.slow

RULES = ROOT / "rules"
ASKED = Foresight("no purchase for 180 days", "churn_risk", "churn")


@pytest.fixture(scope="module")
def sales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three of a hundred customers of a real shop."""
    path = tmp_path_factory.mktemp("sales") / "sales.jsonl"
    with gzip.open(RETAIL, "rt") as lines:
        few = [line for line in lines if json.loads(line)["customer_id"].endswith(("07", "47", "87"))]
    path.write_text("".join(few), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def history(sales: Path) -> Iterator[FileHistory]:
    bundle = build(load_directory(RULES)).bundle
    assert bundle is not None
    with FileHistory.read([sales], bundle.catalogue, SystemClock(), lambda _lines: None) as read:
        yield read


@pytest.fixture(scope="module")
def report(history: FileHistory) -> Json:
    return scored_by_replay(history)


def scored_by_replay(history: FileHistory) -> Json:
    bundle = build(load_directory(RULES)).bundle
    assert bundle is not None
    days = (history.first_day, history.last_day)
    return score_alerts(ASKED, bundle, history, days, lambda _events: None)


def test_the_replay_ranks_as_one_look_at_each_customer_on_the_day_of_the_cut(
    history: FileHistory, report: Json
) -> None:
    histories = {log.customer: [event for _, event in log.events] for log in history.logs()}
    yardstick = shipped()
    assert len(report["cuts"]) >= 2
    for cut in report["cuts"]:
        found = scored(histories, yardstick, Cut(date.fromisoformat(cut["cut"]), 180))
        for group in ("all", "repeat", "best"):
            assert cut[group]["rankings"] == found[group]["rankings"]
            assert cut[group]["left"] == found[group]["left"]


def test_windows_that_are_not_over_are_left_out_and_counted(history: FileHistory, report: Json) -> None:
    last = date.fromordinal(history.last_day)
    assert all(date.fromisoformat(cut["until"]) <= last for cut in report["cuts"])
    assert report["left_out"]["cuts"] == 6
    assert report["left_out"]["alerts"] > 0


def test_alerts_by_month_add_up_to_all_alerts(report: Json) -> None:
    raised = report["raised"]
    assert raised["alerts"] > 0
    for figure in ("alerts", "right"):
        assert sum(month[figure] for month in raised["months"]) == raised[figure]


def test_the_same_events_give_the_same_report(history: FileHistory, report: Json) -> None:
    assert scored_by_replay(history) == report


def run(sales: Path, *options: str) -> Result:
    given = ["--candidate", str(RULES), "--events", str(sales), *options]
    return CliRunner().invoke(backtest, given)


def test_the_command_prints_the_report_for_scripts(sales: Path, report: Json) -> None:
    found = run(sales, "--outcome", ASKED.outcome, "--json")
    assert found.exit_code == 0, found.output
    assert json.loads(found.stdout) == report


@pytest.mark.parametrize(
    ("language", "phrase", "told"),
    [
        (
            "en",
            "no purchase for 180 days",
            ("Quality of alerts", "Risk of leaving", "no purchase for 180 days"),
        ),
        ("zh", "180 天没有购买", ("预警质量", "流失风险分", "180 天没有 purchase")),
    ],
)
def test_people_read_it_in_their_language_on_a_terminal_and_as_a_page(
    sales: Path, tmp_path: Path, language: str, phrase: str, told: tuple[str, ...]
) -> None:
    page = tmp_path / "quality.html"
    asked = ("--outcome", phrase, "--language", language)
    shown = run(sales, *asked)
    run(sales, *asked, "--format", "html", "--output", str(page))
    html = page.read_text(encoding="utf-8")
    for words in told:
        assert words in shown.stdout
        assert words in html
    assert "<svg" in html
    assert "http" not in html.replace("http://www.w3.org", "")


@pytest.mark.parametrize(
    ("options", "code", "hint"),
    [
        (("--outcome", "no purchases for 180 days"), "unknown-outcome", "purchase"),
        (("--outcome", ASKED.outcome, "--rank", "churn_rsk"), "unknown-rank", "churn_risk"),
        (("--outcome", ASKED.outcome, "--rank", "stage"), "unknown-rank", "no number"),
        (("--outcome", ASKED.outcome, "--alert", "chrun"), "unknown-alert", "churn"),
        (("--outcome", "no purchase for 900 days"), "nothing-observed", "fewer days"),
    ],
)
def test_what_cannot_be_scored_is_refused_with_what_to_do(
    sales: Path, options: tuple[str, ...], code: str, hint: str
) -> None:
    error = run(sales, *options).exception
    assert getattr(error, "code", "") == code
    assert hint in str(error)
