"""`guanxi customer ID`: everything of one customer on one page."""

import sys

import click

from services.cli.errors import FAILED, MISUSED
from services.cli.opened import Opened, opened
from services.cli.options import config_to_look, home_option, json_option, language_option
from services.cli.report_printing import print_report
from services.cli.worth import SHARE
from shared.asking.answers import Answer
from shared.asking.one_customer import Neighbours, OneCustomer
from shared.explaining.archive import Archive
from shared.explaining.score_course import score_course
from shared.explaining.trial import Rulebook
from shared.policy.engine.registry import engine_named
from shared.reports.score_course_sheets import score_course_sheets
from shared.worth.premises import PremiseError


@click.command()
@click.argument("name", metavar="CUSTOMER")
@click.option("--margin", type=SHARE, help="What remains of 100 of revenue: tell what the customer is worth.")
@click.option("--personal", is_flag=True, help="Show personal fields.")
@click.option("--html", "as_html", is_flag=True, help="Print a page that needs no network.")
@home_option
@json_option
@language_option
@click.option("--history", "tells_history", is_flag=True, help="How the score came about, day by day.")
def customer(
    name: str, *, margin: float | None, personal: bool, as_html: bool, tells_history: bool,
    home: str | None, as_json: bool, language: str,
) -> None:  # fmt: skip
    """Show one customer on one page."""
    with opened(config_to_look(home)) as installation:
        if tells_history:
            answer = _score_history(installation, name, language)
        else:
            answer = _page(installation, name, margin, personal, language)
    print_report(answer, language, "json" if as_json else "html" if as_html else "")


def _found(installation: Opened, name: str, margin: float | None, personal: bool) -> OneCustomer:
    archive = Archive.of(installation.store)
    stored = archive.stored(name)
    if stored is None:
        click.echo(f"no customer is known as {name!r}", err=True)
        sys.exit(FAILED)
    rulebook = Rulebook.of(installation.bundle, engine_named(installation.config.engine))
    worth = None if margin is None else Neighbours(installation).worth_of(stored, margin)
    return OneCustomer(installation, archive, stored, rulebook, worth, personal)


def _score_history(installation: Opened, name: str, language: str) -> Answer:
    bundle = installation.bundle
    course = score_course(Archive.of(installation.store), name, bundle.catalogue.timezone)
    if course is None:
        click.echo(f"nothing is remembered of a score of {name!r}", err=True)
        sys.exit(FAILED)
    return Answer(course, score_course_sheets(course, bundle, language))


def _page(installation: Opened, name: str, margin: float | None, personal: bool, language: str) -> Answer:
    try:
        found = _found(installation, name, margin, personal)
    except PremiseError as error:
        click.echo(f"error [premise] {error}", err=True)
        sys.exit(MISUSED)
    return Answer(found.data, found.sheets(language))
