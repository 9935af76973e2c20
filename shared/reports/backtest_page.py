"""A backtest's report as one page that needs no network: tables, and charts as inline SVG. Pure."""

import re
from collections.abc import Iterable, Sequence
from html import escape

from shared.charts.figure import sections
from shared.reports.backtest_charts import backtest_figures
from shared.reports.backtest_sheets import BacktestSheets
from shared.reports.sheet import Sheet
from shared.reports.style import STYLE

_DAY = re.compile(r"\d{4}-\d\d(-\d\d)?")
_NUMBER = re.compile(r"[+-]?[\d,]+(\.\d+)?( ?(%|[A-Z]{3}))?")


def page(sheets: BacktestSheets) -> str:
    """The whole page."""
    verdict, *tables = sheets.all()
    title, state = escape(sheets.say("Backtest")), "good" if sheets.report["passed"] else "bad"
    parts = [
        f'<h1>{title}</h1><p class="verdict {state}">{escape(verdict.rows[0][1])}</p>',
        section(Sheet("", verdict.rows[1:])),
        *sections(backtest_figures(sheets)),
        *map(section, tables),
    ]
    return document(sheets.say("Backtest"), parts, sheets.language)


def document(title: str, parts: Iterable[str], language: str) -> str:
    """A page of *parts* in the one style; empty ones are left out."""
    head = (
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title>\n<style>\n{STYLE}\n</style>"
    )
    body = "\n".join(filter(None, parts))
    return (
        f'<!doctype html>\n<html lang="{"zh-CN" if language == "zh" else "en"}">\n<head>{head}</head>\n'
        f"<body><main>\n{body}\n</main></body></html>\n"
    )


def section(sheet: Sheet) -> str:
    """One table with its heading and note."""
    heading = f"<h2>{escape(sheet.title)}</h2>" if sheet.title else ""
    head = "".join(
        f"<th{_align(sheet.rows, number)}>{escape(header)}</th>"
        for number, header in enumerate(sheet.headers)
    )
    body = "".join(
        "<tr>"
        + "".join(f"<td{_align(sheet.rows, number)}>{escape(cell)}</td>" for number, cell in enumerate(row))
        + "</tr>\n"
        for row in sheet.rows
    )
    note = f'<p class="note">{escape(sheet.note)}</p>' if sheet.note else ""
    header = f"<thead><tr>{head}</tr></thead>" if head else ""
    return f"<section>{heading}<table>{header}<tbody>\n{body}</tbody></table>{note}</section>"


def _align(rows: Sequence[Sequence[str]], number: int) -> str:
    cells = [row[number] for row in rows if row[number]]
    for look, form in (("number", _NUMBER), ("day", _DAY)):
        if cells and all(map(form.fullmatch, cells)):
            return f' class="{look}"'
    return ""
