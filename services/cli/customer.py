"""`guanxi customer ID`: everything of one customer on one page."""

import sys

import click
import orjson

from services.cli.errors import FAILED
from services.cli.opened import Opened, opened
from services.cli.options import config_to_look, home_option, json_option, language_option
from services.cli.showing import console, show_sheets
from shared.explaining.archive import Archive, Stored
from shared.explaining.customer_page import customer_page, timeline
from shared.explaining.near_tiers import near_tiers
from shared.explaining.score_course import score_course
from shared.explaining.trial import Rulebook
from shared.policy.engine.registry import engine_named
from shared.reports.chinese import told_in
from shared.reports.customer_sheets import CustomerFile, customer_sheets
from shared.reports.page_sheets import page_sheets
from shared.reports.score_course_sheets import score_course_sheets
from shared.reports.sheet import Sheet
from shared.store.collections import CUSTOMERS, DECISIONS, RELATIONSHIPS, TASKS
from shared.store.port import Query

RECENT = 10


@click.command()
@click.argument("name", metavar="CUSTOMER")
@home_option
@json_option
@language_option
@click.option("--personal", is_flag=True, help="Show personal fields.")
@click.option("--history", "tells_history", is_flag=True, help="How the score came about, day by day.")
def customer(
    name: str, *, home: str | None, as_json: bool, language: str, personal: bool, tells_history: bool
) -> None:
    """Show one customer on one page."""
    if tells_history:
        _score_history(name, home, as_json, language)
        return
    with opened(config_to_look(home)) as installation:
        archive = Archive.of(installation.store)
        stored = archive.stored(name)
        if stored is None:
            click.echo(f"no customer is known as {name!r}", err=True)
            sys.exit(FAILED)
        rulebook = Rulebook.of(installation.bundle, engine_named(installation.config.engine))
        if as_json:
            page = customer_page(archive, stored, rulebook)
            click.echo(orjson.dumps(page, option=orjson.OPT_INDENT_2).decode())
            return
        sheets = _sheets(archive, stored, rulebook, language)
        file = customer_file(installation, name)
        first = customer_sheets(
            file, rulebook.bundle, language, today=installation.today(), shows_personal=personal
        )
    show_sheets(told_in(language, [*first, *sheets]), console())


def _score_history(name: str, home: str | None, as_json: bool, language: str) -> None:
    with opened(config_to_look(home)) as installation:
        bundle = installation.bundle
        course = score_course(Archive.of(installation.store), name, bundle.catalogue.timezone)
    if course is None:
        click.echo(f"nothing is remembered of a score of {name!r}", err=True)
        sys.exit(FAILED)
    if as_json:
        click.echo(orjson.dumps(course, option=orjson.OPT_INDENT_2).decode())
        return
    show_sheets(told_in(language, score_course_sheets(course, bundle, language)), console())


def _sheets(archive: Archive, stored: Stored, rulebook: Rulebook, language: str) -> list[Sheet]:
    happened = timeline(archive, stored.customer, rulebook.bundle)
    return page_sheets(happened, near_tiers(stored, rulebook), rulebook.bundle, language)


def customer_file(installation: Opened, name: str) -> CustomerFile:
    """Everything that is stored of a customer who exists."""
    latest = Query(filter={"customer": name}, sort=(("as_of", -1),), limit=RECENT)
    found = installation.collection(DECISIONS).find(latest).documents
    return CustomerFile(
        customer=installation.get(CUSTOMERS, name) or {},
        relationship=installation.get(RELATIONSHIPS, name),
        tasks=list(installation.find(TASKS, {"customer": name})),
        decisions=[versioned.document for versioned in found],
    )
