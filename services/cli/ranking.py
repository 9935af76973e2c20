"""`guanxi report ranking`: does the score find the customers who are sought, better than spending does?"""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from services.cli.opened import opened
from services.cli.options import config_to_look
from services.cli.report_printing import form_of, print_report, report_options
from shared.asking.answers import Answer
from shared.asking.ranking import ask_known, read_truth
from shared.quality.foreknown import found as found_by
from shared.reports.ranking_sheets import ranking_sheets


@click.command()
@click.option(
    "--truth", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
    help="JSON Lines with customer_id and what is true of them, as `guanxi simulate` writes.",
)  # fmt: skip
@click.option("--fact", default="loyal", show_default=True, help="The field, true or false, that is sought.")
@click.option("--size", type=click.IntRange(1), metavar="N", help="How many are chosen; else the circle's.")
@click.option("--metric", metavar="NAME", help="Spending; default: the sum over the longest window.")
@report_options
def ranking(
    *, truth: Path, fact: str, size: int | None, metric: str | None, home: str | None, language: str,
    **form: Any,
) -> None:  # fmt: skip
    """Does the score find whom you seek? Precision beside plain spending, the members, a blind choice."""
    with truth.open("rb") as lines:
        known_truth = read_truth(lines, fact)
    with opened(config_to_look(home)) as installation:
        spending, known = ask_known(installation, known_truth, metric)
        found = found_by(known, size)
        sheets = ranking_sheets(found, fact, spending, installation.bundle, language)
    data = {"fact": fact, "metric": spending, "base": found.base, **asdict(found)}
    print_report(Answer(data, sheets), language, form_of(form))
