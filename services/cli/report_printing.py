"""How the commands of `guanxi report` take their common options, and print: tables, CSV or JSON."""

from collections.abc import Callable, Sequence
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
from shared.reports.report_page import report_page
from shared.reports.sheet import Sheet


def report_options(command: F) -> F:
    """Options that every report has."""
    as_csv = click.option("--csv", "as_csv", is_flag=True, help="Print the main table as CSV.")
    as_html = click.option("--html", "as_html", is_flag=True, help="Print a page that needs no network.")
    return home_option(json_option(as_csv(as_html(language_option(command)))))


def period_options(command: F) -> F:
    """``--month``, or ``--since`` and ``--until``."""
    month = click.option("--month", metavar="YYYY-MM", help="Only this month.")
    since = click.option("--since", metavar="DATE", help="From this local date on.")
    until = click.option("--until", metavar="DATE", help="Up to this local date, included.")
    return month(since(until(command)))


def answered(name: str) -> Callable[..., Answer]:
    """What runs the report *name* with the options of a command, and prints it."""

    def run(
        *, home: str | None, as_json: bool, as_csv: bool, as_html: bool, language: str, **asked: Any
    ) -> Answer:
        wanted = wish(language=language, **asked)
        with opened(config_to_look(home)) as installation:
            answer = REPORTS[name](installation, wanted)
        print_report(answer.data, answer.sheets, language, as_json=as_json, as_csv=as_csv, as_html=as_html)
        return answer

    return run


def print_report(
    data: Any, sheets: Sequence[Sheet], language: str, *, as_json: bool, as_csv: bool, as_html: bool
) -> None:
    """Print *data* as JSON, or the first sheet as CSV, or all sheets as a page or as tables."""
    if as_json:
        click.echo(orjson.dumps(data, option=orjson.OPT_INDENT_2).decode())
    elif as_csv:
        click.echo(csv_text(sheets[0]), nl=False)
    elif as_html:
        click.echo(report_page(told_in(language, sheets), language), nl=False)
    else:
        show_sheets(told_in(language, sheets), console())
