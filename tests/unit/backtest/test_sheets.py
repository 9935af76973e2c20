"""A report for people: the verdict first, every word in both languages, a page that is whole in itself."""

import re
from html.parser import HTMLParser

import pytest

from shared.backtest.report import Json
from shared.reports.backtest_page import page
from shared.reports.backtest_sheets import BacktestSheets
from tests.unit.backtest.trying import MEMBERSHIP, bar, release, tried

pytestmark = pytest.mark.slow

CANDIDATE = (MEMBERSHIP, bar(62))
VOID = frozenset({"meta", "line", "polyline"})


@pytest.fixture(scope="module")
def report() -> Json:
    return tried(release(*CANDIDATE))


def sheets(report: Json, language: str) -> BacktestSheets:
    return BacktestSheets(report, release(), release(*CANDIDATE), language)


def test_the_first_line_is_the_verdict_and_the_digest_is_told(report: Json) -> None:
    first = sheets(report, "en").all()[0]
    assert first.rows[0] == ("verdict", "passes its gates")
    assert first.rows[-1] == ("report", report["digest"])


def test_customers_who_move_are_named_with_whose_change_it_is(report: Json) -> None:
    who = sheets(report, "en").who()
    gained = [row for row in who.rows if row[0] == "gained"]
    assert gained[0][1] == report["tiers"]["gained"][0]["customer"]
    assert gained[0][-1] == "Becomes a core customer"


def test_a_sample_says_both_reasons_in_words(report: Json) -> None:
    row = sheets(report, "en").samples().rows[0]
    assert re.search(r"not: Score is 6\d(\.\d+)?, at least 63", row[4])
    assert re.search(r"on \d{4}-\d\d-\d\d: score 6\d", row[5])


def test_everything_that_the_report_adds_is_said_in_chinese(report: Json) -> None:
    for sheet in sheets(report, "zh").all():
        labels = [row[0] for row in sheet.rows] if not sheet.headers else []
        for words in (sheet.title, *sheet.headers, *labels):
            assert re.search("[一-鿿]", words), words


class Balance(HTMLParser):
    """Which elements are open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_is_well_formed_has_both_lines_in_each_chart_and_nothing_from_elsewhere(
    report: Json, language: str
) -> None:
    text = page(sheets(report, language))
    found = Balance()
    found.feed(text)
    assert found.open == []
    assert found.seen.count("polyline") == 2 * found.seen.count("svg") > 0
    assert not re.search(r"https?://|src=|@import|<script", text)


def test_names_in_a_page_are_only_text() -> None:
    evil = {**tried(release(*CANDIDATE)), "names": {"base": "<b>&", "release": "x"}}
    assert "<b>&" not in page(sheets(evil, "en"))
