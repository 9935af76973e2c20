"""`guanxi worth`: what customers are worth, from premises given or measured, each with its source."""

import sys
from collections.abc import Sequence
from typing import IO, Any

import click
import orjson

from services.cli.errors import MISUSED
from services.cli.opened import opened
from services.cli.options import config_to_look, home_option, json_option, language_option
from services.cli.report_printing import print_report
from shared.asking.answers import Answer
from shared.asking.pricing import NoReportError, PricedReport, ask_priced
from shared.asking.worth import Worths, WorthWish, ask_worth
from shared.worth.combining import NotGivenError
from shared.worth.premises import PremiseError
from shared.worth.pricing import USUAL_EFFECT


class Share(click.ParamType[float]):
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
@click.option(
    "--backtest", "report", type=click.File("rb"), metavar="FILE",
    help="Price this report of `guanxi backtest --json` instead.",
)  # fmt: skip
@click.option(
    "--effect", metavar="TEXT", help=f'What membership does to a customer; "{USUAL_EFFECT}" unless given.'
)
@click.option("--html", "as_html", is_flag=True, help="Print a page that needs no network.")
@home_option
@json_option
@language_option
def worth(
    *, texts: Sequence[str], by: str | None, metric: str | None, report: IO[bytes] | None, effect: str | None,
    home: str | None, as_json: bool, as_html: bool, language: str, **given: float | None,
) -> None:  # fmt: skip
    """Reckon what customers are worth: net present value, scenarios, break-even, sensitivity.

    Premises that are not given are measured from the recorded purchases of the last two years.
    """
    if report is None and effect is not None:
        raise click.UsageError("--effect is what membership does: it goes with --backtest")
    if report is not None and texts:
        raise click.UsageError("--scenario asks about customers; what a backtest's members gain is --effect")
    wanted = WorthWish(given, texts, by, metric)
    try:
        found = _asked(wanted, home) if report is None else _priced(report, wanted, effect, home)
    except PremiseError as error:
        click.echo(f"error [premise] {error}{_options(error)}", err=True)
        sys.exit(MISUSED)
    answer = Answer(found.data, found.sheets(language))
    print_report(answer, language, "json" if as_json else "html" if as_html else "")
    for line in found.skipped if isinstance(found, Worths) else ():
        click.echo(line, err=True)


def _asked(wanted: WorthWish, home: str | None) -> Worths:
    """Nothing is opened when it would tell nothing new."""
    if not wanted.needs_records:
        return ask_worth(None, wanted)
    with opened(config_to_look(home)) as installation:
        return ask_worth(installation, wanted)


def _priced(report: IO[bytes], wanted: WorthWish, effect: str | None, home: str | None) -> PricedReport:
    try:
        document = orjson.loads(report.read())
    except orjson.JSONDecodeError as error:
        raise NoReportError(f"{report.name} is no JSON: {error}") from error
    with opened(config_to_look(home)) as installation:
        return ask_priced(installation, document if isinstance(document, dict) else {}, wanted, effect)


def _options(error: PremiseError) -> str:
    if not isinstance(error, NotGivenError):
        return ""
    return " with " + ", ".join(f"--{name.replace('_', '-')}" for name in error.names)
