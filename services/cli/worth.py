"""`guanxi worth`: what customers are worth, from premises given or measured, each with its source."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import click
import orjson

from services.cli.errors import MISUSED
from services.cli.opened import opened
from services.cli.options import config_to_look, home_option, json_option, language_option
from services.cli.showing import console, show_sheets
from shared.asking.worth import ask_measured
from shared.reports.chinese import told_in
from shared.reports.worth_sheets import WorthReport, group_sheet, worth_sheets
from shared.worth.combining import NotEnoughDataError, Sourced, combine
from shared.worth.limits import break_even, sensitivity
from shared.worth.measured import Measured
from shared.worth.premises import PremiseError
from shared.worth.scenarios import Scenario, compare, parse_scenario, standard
from shared.worth.value import worth as reckon


class Share(click.ParamType):
    """A percentage such as ``24`` or ``17.7%``, as a fraction of 1."""

    name = "PERCENT"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Read it; raises click's `BadParameter`."""
        try:
            return float(str(value).removesuffix("%").strip()) / 100
        except ValueError:
            self.fail(f"{value!r} is no percentage; expected for example 24 or 17.7%", param, ctx)


SHARE = Share()


@click.command()
@click.option("--customers", type=float, metavar="N", help="How many customers; else measured.")
@click.option("--churn", type=SHARE, help="How many of 100 leave in a year; else measured.")
@click.option("--revenue", type=float, metavar="AMOUNT", help="Per customer and year; else measured.")
@click.option("--acquisition-cost", type=float, metavar="AMOUNT", help="What it costs to win one customer.")
@click.option("--margin", type=SHARE, help="What remains of 100 of revenue.")
@click.option("--years", type=int, help="Years counted; 3 unless given.")
@click.option("--discount", type=SHARE, help="Discount rate a year; 10 unless given.")
@click.option(
    "--scenario", "texts", multiple=True, metavar="TEXT",
    help='What if: "churn -4 points, revenue +20 percent". May be repeated; else the four usual ones.',
)  # fmt: skip
@click.option("--by", metavar="FACT", help="One reckoning for each value of a fact that rules set: segment …")
@click.option("--metric", metavar="NAME", help="The sum of amounts that is revenue; else the widest.")
@home_option
@json_option
@language_option
def worth(
    *, texts: Sequence[str], by: str | None, metric: str | None, home: str | None, as_json: bool,
    language: str, **given: float | None,
) -> None:  # fmt: skip
    """Reckon what customers are worth: net present value, scenarios, break-even, sensitivity.

    Premises that are not given are measured from the recorded purchases of the last two years.
    """
    try:
        scenarios = [parse_scenario(text) for text in texts]
        measured, currency = _measured(given, by, metric, home)
        found, skipped = _combined(given, measured)
        reports = [_report(each, scenarios) for each in found]
    except PremiseError as error:
        click.echo(f"error [premise] {error}", err=True)
        sys.exit(MISUSED)
    if as_json:
        document = {"currency": currency, "groups": [_document(each) for each in reports], "skipped": skipped}
        click.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode())
        return
    _show(reports, by, currency, language)
    for line in skipped:
        click.echo(line, err=True)


def _measured(
    given: Mapping[str, float | None], by: str | None, metric: str | None, home: str | None
) -> tuple[Sequence[Measured | None], str]:
    """What the store tells of each group; nothing is opened when it would tell nothing new."""
    if by is None and all(given[name] is not None for name in ("customers", "churn", "revenue")):
        return [None], ""
    with opened(config_to_look(home)) as installation:
        return ask_measured(installation, metric, by), installation.bundle.catalogue.currency


def _combined(
    given: Mapping[str, float | None], measured: Sequence[Measured | None]
) -> tuple[list[Sourced], list[str]]:
    """The premises of each group, and a line for each of several groups that has too little data."""
    found, skipped = [], []
    for each in measured or [None]:
        try:
            found.append(combine(given, each))
        except NotEnoughDataError as error:
            if len(measured) <= 1:
                raise
            skipped.append(f"{each.group if each else ''}: {error}")
    return found, skipped


def _report(sourced: Sourced, scenarios: Sequence[Scenario]) -> WorthReport:
    base = sourced.premises
    return WorthReport(
        sourced.group,
        dict(sourced.sources),
        reckon(base),
        compare(base, scenarios or standard(base)),
        break_even(base),
        sensitivity(base),
    )


def _document(report: WorthReport) -> dict[str, Any]:
    return {
        **asdict(report),
        "total": report.worth.total,
        "per_customer": report.worth.per_customer,
    }


def _show(reports: Sequence[WorthReport], by: str | None, currency: str, language: str) -> None:
    one = by is None
    sheets = worth_sheets(reports[0], currency, language) if one else [group_sheet(reports, currency)]
    show_sheets(told_in(language, sheets), console())
