"""`guanxi report …`: circle, alerts, tasks, Pareto curve and uplift, as tables, CSV or JSON."""

import csv
import io
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click
import orjson

from services.cli.errors import FAILED
from services.cli.opened import opened
from services.cli.options import F, config_to_look, home_option, json_option, language_option
from services.cli.showing import console, show_sheets
from shared.asking.lists import ask_alerts, ask_circle, ask_pareto, ask_reasons, ask_tasks
from shared.asking.uplift import ask_uplift
from shared.reports.alerts import by_kind
from shared.reports.chinese import told_in
from shared.reports.report_sheets import alert_sheets, circle_sheets, pareto_sheets, task_sheets
from shared.reports.sheet import Sheet
from shared.reports.uplift_sheets import uplift_sheets
from shared.uplift.following import MEASURES


@click.group()
def report() -> None:
    """Answer managers' questions: circle, alerts, tasks, pareto, uplift."""


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


@report.command()
@click.option(
    "--days", type=click.IntRange(1, 365), default=14, show_default=True, help="Days after the decision."
)
@click.option(
    "--measure", type=click.Choice(list(MEASURES)), default="orders", show_default=True,
    help="What is compared, per customer.",
)  # fmt: skip
@click.option("--by", metavar="FACT", help="Also by the value of a fact that rules set: price_driven …")
@click.option("--metric", metavar="NAME", help="The sum of amounts that orders are; else the widest.")
@report_options
def uplift(
    *, days: int, measure: str, by: str | None, metric: str | None, home: str | None, as_json: bool,
    as_csv: bool, language: str,
) -> None:  # fmt: skip
    """Does care work? Purchases after care, against a holdout drawn by chance, with interval and verdict."""
    with opened(config_to_look(home)) as installation:
        found = ask_uplift(installation, days=days, measure=measure, fact=by, metric=metric)
        sheets = uplift_sheets(found, installation.bundle, language)
        if found.rules or as_json or as_csv:
            _print(asdict(found), sheets, language, as_json, as_csv)
    if found.without_holdout and not (as_json or as_csv):
        names = ", ".join(found.without_holdout)
        click.echo(f"nobody was held out of {names}: write `holdout: 10 percent` into a rule", err=True)


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
