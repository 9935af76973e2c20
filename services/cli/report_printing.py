"""How the commands of `guanxi report` take their common options, and print: tables, CSV or JSON."""

from collections.abc import Callable
from typing import Any

import click
import orjson

from services.cli.opened import opened
from services.cli.options import F, config_to_look, home_option, json_option, language_option
from services.cli.showing import console, show_sheets
from shared.asking.answers import REPORTS, Answer
from shared.asking.wish import wish
from shared.reports.chinese import told_in
from shared.reports.csv_text import csv_text
from shared.reports.report_page import report_page, report_picture

FORMS = {"as_json": "json", "as_csv": "csv", "as_svg": "svg", "as_html": "html"}
"""The options that say how to print, and what they say; without any: tables."""


def report_options(command: F) -> F:
    """Options that every report has."""
    as_csv = click.option("--csv", "as_csv", is_flag=True, help="Print the main table as CSV.")
    as_html = click.option("--html", "as_html", is_flag=True, help="Print a page that needs no network.")
    as_svg = click.option("--svg", "as_svg", is_flag=True, help="Print the charts as one SVG file.")
    return home_option(json_option(as_csv(as_html(as_svg(language_option(command))))))


def period_options(command: F) -> F:
    """``--month``, or ``--since`` and ``--until``."""
    month = click.option("--month", metavar="YYYY-MM", help="Only this month.")
    since = click.option("--since", metavar="DATE", help="From this local date on.")
    until = click.option("--until", metavar="DATE", help="Up to this local date, included.")
    return month(since(until(command)))


def answered(name: str) -> Callable[..., Answer]:
    """What runs the report *name* with the options of a command, and prints it."""

    def run(*, home: str | None, language: str, **asked: Any) -> Answer:
        form = form_of(asked)
        wanted = wish(language=language, **asked)
        with opened(config_to_look(home)) as installation:
            answer = REPORTS[name](installation, wanted)
        print_report(answer, language, form)
        return answer

    return run


def form_of(asked: dict[str, Any]) -> str:
    """Take the options that say how to print out of *asked*, and return what they say."""
    forms = {form: asked.pop(option) for option, form in FORMS.items()}
    return next((form for form, is_wanted in forms.items() if is_wanted), "")


def print_report(answer: Answer, language: str, form: str) -> None:
    """Print the data as JSON, the first sheet as CSV, all as a page, the charts alone, or all tables."""
    if form == "json":
        click.echo(orjson.dumps(answer.data, option=orjson.OPT_INDENT_2).decode())
    elif form == "csv":
        click.echo(csv_text(answer.sheets[0]), nl=False)
    elif form == "svg":
        click.echo(report_picture(answer.sheets, answer.figures, language), nl=False)
    elif form == "html":
        sheets = told_in(language, answer.sheets)
        click.echo(report_page(sheets, language, answer.figures), nl=False)
    else:
        show_sheets(told_in(language, answer.sheets), console())
