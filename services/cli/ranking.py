"""`guanxi report ranking`: does the score find the customers who are sought, better than spending does?"""

from pathlib import Path
from typing import Any

import click

from services.cli.opened import opened
from services.cli.options import config_to_look
from services.cli.report_printing import form_of, print_report, report_options
from shared.asking.ranking import FACT, RankingWish, ask_ranking
from shared.asking.truth import truth_from_csv, truth_from_json_lines


@click.command()
@click.option(
    "--truth", required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="FILE",
    help="The truth, with customer_id: JSON Lines, as `guanxi simulate` writes them, or a .csv table.",
)  # fmt: skip
@click.option("--fact", default=FACT, show_default=True, help="The field, true or false, that is sought.")
@click.option("--size", type=click.IntRange(1), metavar="N", help="How many are chosen; else the circle's.")
@click.option("--metric", metavar="NAME", help="Spending; default: the sum over the longest window.")
@report_options
def ranking(
    *, truth: Path, fact: str, size: int | None, metric: str | None, home: str | None, language: str,
    **form: Any,
) -> None:  # fmt: skip
    """Does the score find whom you seek? Precision beside plain spending, the members, a blind choice."""
    read = truth_from_csv if truth.suffix.lower() == ".csv" else truth_from_json_lines
    with truth.open("rb") as lines:
        known_truth = read(lines, fact)
    with opened(config_to_look(home)) as installation:
        answer = ask_ranking(installation, known_truth, RankingWish(fact, size, metric), language)
    print_report(answer, language, form_of(form))
