"""`guanxi report …`: managers' questions answered as tables, CSV or JSON."""

import sys
from collections.abc import Sequence
from typing import Any

import click

from services.cli.errors import FAILED
from services.cli.ranking import ranking
from services.cli.report_printing import FORMS, answered, period_options, report_options
from shared.asking.answers import Answer
from shared.asking.uplift import DAYS
from shared.reports.chinese import CHINESE
from shared.uplift.following import MEASURES


@click.group()
def report() -> None:
    """Answer managers' questions: circle, alerts, tasks, pareto, churn, uplift …"""


@report.command()
@click.option("--month", metavar="YYYY-MM", help="Only this month.")
@report_options
def circle(*, month: str | None, **given: Any) -> None:
    """Members by month: opening + entered - left = closing, with the reasons."""
    answer = answered("circle")(month=month, **given)
    _must_balance(answer)
    if month and not answer.sheets[0].rows:
        click.echo(f"nothing is known of {month}", err=True)
        sys.exit(FAILED)


@report.command()
@report_options
def shadow(**given: Any) -> None:
    """What rules in shadow would have ordered, beside what live rules did."""
    answered("shadow")(**given)


@report.command()
@report_options
def digest(**given: Any) -> None:
    """One page for a manager: the circle's flow, open alerts, overdue tasks, rules that stand still."""
    answered("digest")(**given)


@report.command()
@report_options
def alerts(**given: Any) -> None:
    """Open alerts, the most severe and newest first."""
    answered("alerts")(**given)


@report.command()
@report_options
def tasks(**given: Any) -> None:
    """Open care tasks by due day."""
    answered("tasks")(**given)


@report.command()
@report_options
def owners(**given: Any) -> None:
    """Care tasks by owner: open, due soon, overdue, done in the last 30 days and how soon."""
    answered("owners")(**given)


@report.command()
@click.option("--metric", metavar="NAME", help="What to add up; default: the sum over the longest window.")
@click.option(
    "--margin", type=float, metavar="PERCENT", help="Rank profit: margin x net spend - cost to serve."
)
@report_options
def pareto(**given: Any) -> None:
    """Which part of the customers brings which part of the value: measured."""
    answered("pareto")(**given)


@report.command()
@period_options
@report_options
def churn(**given: Any) -> None:
    """Why customers leave: which kind, when, after what, and what declined."""
    answered("churn")(**given)


@report.command()
@period_options
@report_options
def winback(**given: Any) -> None:
    """Who left the circle, what they were worth, who was called, and who came back."""
    answered("winback")(**given)


@report.command()
@period_options
@report_options
def referrals(**given: Any) -> None:
    """The referral programme: chosen, asked, recommended, converted, and what it brought."""
    answered("referrals")(**given)


@report.command()
@period_options
@report_options
def lifecycle(**given: Any) -> None:
    """Stages now, moves between them in the period, and how long customers stay."""
    _must_balance(answered("lifecycle")(**given))


@report.command()
@report_options
def traits(**given: Any) -> None:
    """How traits and score are spread, what rests on evidence, and whose hand ratings are stale."""
    answered("traits")(**given)


@report.command()
@click.option("--days", type=int, metavar="N", help="A file is stale when not updated for so long; else 365.")
@report_options
def files(**given: Any) -> None:
    """How complete and recent customers' files are, by field and by owner."""
    answered("files")(**given)


@report.command()
@click.option(
    "--days", type=click.IntRange(1, 365), default=DAYS, show_default=True, help="Days after the decision."
)
@click.option(
    "--measure", type=click.Choice(list(MEASURES)), default="orders", show_default=True,
    help="What is compared, per customer.",
)  # fmt: skip
@click.option("--by", metavar="FACT", help="Also by the value of a fact that rules set: price_driven …")
@click.option("--metric", metavar="NAME", help="The sum of amounts that orders are; else the widest.")
@report_options
def uplift(**given: Any) -> None:
    """Does care work? Purchases after care, against a holdout drawn by chance, with interval and verdict."""
    found = answered("uplift")(**given).data
    if found["without_holdout"] and not any(given[option] for option in FORMS):
        click.echo(_no_holdout(found["without_holdout"], given["language"]), err=True)


def _no_holdout(rules: Sequence[str], language: str) -> str:
    if language == CHINESE:
        return f"以下规则没有对照组：{'、'.join(rules)}；请在规则中写 `holdout: 10%`"
    return f"nobody was held out of {', '.join(rules)}: write `holdout: 10 percent` into a rule"


report.add_command(ranking)


def _must_balance(answer: Answer) -> None:
    """Fail, and say in what, when the data does not agree with itself."""
    for problem in answer.problems:
        click.echo(f"the books do not balance: {problem}", err=True)
    if answer.problems:
        sys.exit(FAILED)
