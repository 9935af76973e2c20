"""`guanxi explain`: a decision point by point from its record; a customer: the page, why not, or what if."""

import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click
import orjson

from services.cli.errors import FAILED
from services.cli.opened import Opened, opened
from services.cli.options import config_to_look, home_option, json_option, language_option
from services.cli.showing import console, show_sheets
from shared.asking.one_customer import customer_file
from shared.contracts.codecs import decision_from_document
from shared.explaining.answers import what_if_answer, why_not_answer
from shared.explaining.archive import Archive, Stored
from shared.explaining.trial import Rulebook
from shared.explaining.what_if import DAYS, MOST_DAYS, what_if
from shared.explaining.why_not import why_not
from shared.explaining.wishes import parse_wishes
from shared.policy.engine.registry import engine_named
from shared.reports.chinese import told_in
from shared.reports.customer_sheets import customer_sheets
from shared.reports.decision_sheets import decision_sheets
from shared.reports.explaining_sheets import what_if_sheets, why_not_sheets
from shared.reports.held_contacts import held_sheets
from shared.reports.sheet import Sheet
from shared.store.collections import CONTACTS, CUSTOMERS, DECISIONS, RELATIONSHIPS
from shared.store.port import Document

Told = tuple[Any, list[Sheet]]
"""An answer as JSON values and as sheets."""


@click.command()
@click.argument("name", metavar="DECISION|CUSTOMER")
@home_option
@json_option
@language_option
@click.option("--personal", is_flag=True, help="Show personal fields of a customer.")
@click.option("--why-not", "rule", metavar="RULE", help="Tell why RULE does not act on the customer.")
@click.option(
    "--what-if",
    "supposed",
    multiple=True,
    metavar="FACT=VALUE",
    help="Tell what would be decided if; with units, may be repeated.",
)
@click.option(
    "--days", type=click.IntRange(1, MOST_DAYS), default=DAYS, show_default=True, help="How far to look."
)
def explain(
    name: str,
    *,
    home: str | None,
    as_json: bool,
    language: str,
    personal: bool,
    rule: str | None,
    supposed: Sequence[str],
    days: int,
) -> None:
    """Tell why: one decision point by point, or one customer on one page."""
    with opened(config_to_look(home)) as installation:
        if rule is not None or supposed:
            told = _tried(
                installation, name, language, personal=personal, rule=rule, supposed=supposed, days=days
            )
        else:
            told = _told(installation, name, language, personal)
    if as_json:
        click.echo(orjson.dumps(told[0], option=orjson.OPT_INDENT_2).decode())
    else:
        show_sheets(told_in(language, told[1]), console())


def _told(installation: Opened, name: str, language: str, personal: bool) -> Told:
    if (decision := installation.get(DECISIONS, name)) is not None:
        return decision, explained(installation, decision, language)
    found, known = installation.get(RELATIONSHIPS, name), installation.get(CUSTOMERS, name)
    if known is None:
        _unknown(f"neither a decision nor a customer is known as {name!r}")
    file = customer_file(installation, name)
    today = installation.today()
    return found, customer_sheets(file, installation.bundle, language, today=today, shows_personal=personal)


def explained(installation: Opened, decision: Document, language: str) -> list[Sheet]:
    """A stored decision, told by the release that made it, and what was held of it."""
    record = decision_from_document(decision)
    told = decision_sheets(record, installation.release(record.release), language)
    contacts = installation.get(CONTACTS, record.customer) or {}
    return [*told, *held_sheets(contacts.get("held", ()), record.id, language)]


def _tried(
    installation: Opened,
    name: str,
    language: str,
    *,
    personal: bool,
    rule: str | None,
    supposed: Sequence[str],
    days: int,
) -> Told:
    """Why not, what if, or both in turn."""
    stored = Archive.of(installation.store).stored(name)
    if stored is None:
        _unknown(f"no customer is known as {name!r}")
    bundle = installation.bundle
    rulebook = Rulebook.of(bundle, engine_named(installation.config.engine))
    answers, sheets = _why_not(stored, rulebook, rule, language, personal) if rule is not None else ({}, [])
    if supposed:
        wished = parse_wishes(supposed, bundle)
        tried = what_if(stored, rulebook, wished, days, shows_personal=personal)
        answers = {**answers, **what_if_answer(tried)}
        sheets = [*sheets, *what_if_sheets(tried, bundle, language)]
    return answers, sheets


def _why_not(stored: Stored, rulebook: Rulebook, rule: str, language: str, personal: bool) -> Told:
    why = why_not(stored, rulebook, rule, shows_personal=personal)
    return why_not_answer(why), why_not_sheets(why, rulebook.bundle, language)


def _unknown(message: str) -> NoReturn:
    click.echo(message, err=True)
    sys.exit(FAILED)
