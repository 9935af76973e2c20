"""`guanxi report …`: the circle, open alerts, open tasks and the Pareto curve, as tables, CSV or JSON."""

import csv
import io
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click
import orjson

from services.cli.asking import ask_alerts, ask_circle, ask_pareto, ask_reasons, ask_tasks
from services.cli.errors import FAILED
from services.cli.opened import opened
from services.cli.options import F, config_to_look, home_option, json_option, language_option
from services.cli.showing import console, show_sheets
from shared.reports.alerts import by_kind
from shared.reports.chinese import told_in
from shared.reports.report_sheets import alert_sheets, circle_sheets, pareto_sheets, task_sheets
from shared.reports.sheet import Sheet


@click.group()
def report() -> None:
    """Answer managers' questions: circle, alerts, tasks, pareto."""


def report_options(command: F) -> F:
    """Options that every report has."""
    as_csv = click.option("--csv", "as_csv", is_flag=True, help="Print the main table as CSV.")
    return home_option(json_option(as_csv(language_option(command))))


@report.command()
@click.option("--month", metavar="YYYY-MM", help="Only this month.")
@report_options
def circle(*, month: str | None, home: str | None, as_json: bool, as_csv: bool, language: str) -> None:
    """Members by month: opening + entered - left = closing, with the reasons."""
    with opened(config_to_look(home)) as installation:
        found = ask_circle(installation)
        shown = [each for each in found.months if month in {None, each.month}]
        sheets = circle_sheets(shown, installation.bundle, language)
        _print(asdict(found), sheets, language, as_json, as_csv)
    for problem in found.problems:
        click.echo(f"the books do not balance: {problem}", err=True)
    if found.problems:
        sys.exit(FAILED)
    if month and not shown:
        click.echo(f"nothing is known of {month}", err=True)
        sys.exit(FAILED)


@report.command()
@report_options
def alerts(*, home: str | None, as_json: bool, as_csv: bool, language: str) -> None:
    """Open alerts, the most severe and newest first."""
    with opened(config_to_look(home)) as installation:
        found = ask_alerts(installation)
        reasons = ask_reasons(installation, found)
        data = {
            "counts": [
                {"alert": alert, "severity": severity, "count": count}
                for (alert, severity), count in by_kind(found).items()
            ],
            "alerts": [{**asdict(alert), "reason": reasons.get(alert.decision, {})} for alert in found],
        }
        sheets = alert_sheets(found, reasons, installation.bundle, language)
        _print(data, sheets, language, as_json, as_csv)


@report.command()
@report_options
def tasks(*, home: str | None, as_json: bool, as_csv: bool, language: str) -> None:
    """Open care tasks by due day."""
    with opened(config_to_look(home)) as installation:
        found = ask_tasks(installation)
        _print(asdict(found), task_sheets(found, language), language, as_json, as_csv)


@report.command()
@click.option("--metric", metavar="NAME", help="What to add up; default: the sum over the longest window.")
@report_options
def pareto(*, metric: str | None, home: str | None, as_json: bool, as_csv: bool, language: str) -> None:
    """Which part of the customers brings which part of the value: measured."""
    with opened(config_to_look(home)) as installation:
        name, found = ask_pareto(installation, metric)
        data = {"metric": name, "top_share_percent": found.top_share_percent, **asdict(found)}
        sheets = pareto_sheets(found, name, installation.bundle, language)
        _print(data, sheets, language, as_json, as_csv)


def _print(data: Any, sheets: Sequence[Sheet], language: str, as_json: bool, as_csv: bool) -> None:
    if as_json:
        click.echo(orjson.dumps(data, option=orjson.OPT_INDENT_2).decode())
    elif as_csv:
        click.echo(_csv(sheets[0]), nl=False)
    else:
        show_sheets(told_in(language, sheets), console())


def _csv(sheet: Sheet) -> str:
    """One table as CSV; thousands are not separated there."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(sheet.headers)
    writer.writerows(
        [cell.replace(",", "") if _is_number(cell) else cell for cell in row] for row in sheet.rows
    )
    return text.getvalue()


def _is_number(cell: str) -> bool:
    return cell.replace(",", "").replace(".", "").lstrip("+-").isdigit()
