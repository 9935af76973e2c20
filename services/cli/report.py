"""`guanxi report …`: circle, alerts, tasks, owners, Pareto curve and uplift, as tables, CSV or JSON."""

import sys
from dataclasses import asdict

import click

from services.cli.asking import ask_alerts, ask_circle, ask_pareto, ask_reasons, ask_tasks
from services.cli.asking_uplift import ask_uplift
from services.cli.errors import FAILED
from services.cli.opened import opened
from services.cli.options import config_to_look
from services.cli.report_owners import owners
from services.cli.report_printing import print_report, report_options
from shared.reports.alerts import by_kind
from shared.reports.report_sheets import alert_sheets, circle_sheets, pareto_sheets, task_sheets
from shared.reports.uplift_sheets import uplift_sheets
from shared.uplift.following import MEASURES


@click.group()
def report() -> None:
    """Answer managers' questions: circle, alerts, tasks, owners, pareto, uplift."""


@report.command()
@click.option("--month", metavar="YYYY-MM", help="Only this month.")
@report_options
def circle(*, month: str | None, home: str | None, as_json: bool, as_csv: bool, language: str) -> None:
    """Members by month: opening + entered - left = closing, with the reasons."""
    with opened(config_to_look(home)) as installation:
        found = ask_circle(installation)
        shown = [each for each in found.months if month in {None, each.month}]
        sheets = circle_sheets(shown, installation.bundle, language)
        print_report(asdict(found), sheets, language, as_json, as_csv)
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
        print_report(data, sheets, language, as_json, as_csv)


@report.command()
@report_options
def tasks(*, home: str | None, as_json: bool, as_csv: bool, language: str) -> None:
    """Open care tasks by due day."""
    with opened(config_to_look(home)) as installation:
        found = ask_tasks(installation)
        print_report(asdict(found), task_sheets(found, language), language, as_json, as_csv)


@report.command()
@click.option("--metric", metavar="NAME", help="What to add up; default: the sum over the longest window.")
@report_options
def pareto(*, metric: str | None, home: str | None, as_json: bool, as_csv: bool, language: str) -> None:
    """Which part of the customers brings which part of the value: measured."""
    with opened(config_to_look(home)) as installation:
        name, found = ask_pareto(installation, metric)
        data = {"metric": name, "top_share_percent": found.top_share_percent, **asdict(found)}
        sheets = pareto_sheets(found, name, installation.bundle, language)
        print_report(data, sheets, language, as_json, as_csv)


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
            print_report(asdict(found), sheets, language, as_json, as_csv)
    if found.without_holdout and not (as_json or as_csv):
        names = ", ".join(found.without_holdout)
        click.echo(f"nobody was held out of {names}: write `holdout: 10 percent` into a rule", err=True)


report.add_command(owners)
