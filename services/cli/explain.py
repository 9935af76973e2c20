"""`guanxi explain ID`: a decision point by point from its record, or a customer on one page."""

import sys

import click
import orjson

from services.cli.errors import FAILED
from services.cli.opened import Opened, opened
from services.cli.options import config_to_look, home_option, json_option, language_option
from services.cli.showing import console, show_sheets
from shared.contracts.codecs import decision_from_document
from shared.reports.chinese import told_in
from shared.reports.customer_sheets import CustomerFile, customer_sheets
from shared.reports.decision_sheets import decision_sheets
from shared.reports.sheet import Sheet
from shared.store.collections import CUSTOMERS, DECISIONS, RELATIONSHIPS, TASKS
from shared.store.port import Document, Query

RECENT = 10


@click.command()
@click.argument("name", metavar="DECISION|CUSTOMER")
@home_option
@json_option
@language_option
@click.option("--personal", is_flag=True, help="Show personal fields of a customer.")
def explain(name: str, *, home: str | None, as_json: bool, language: str, personal: bool) -> None:
    """Tell why: one decision point by point, or one customer on one page."""
    with opened(config_to_look(home)) as installation:
        decision = installation.get(DECISIONS, name)
        if as_json:
            sheets, found = [], decision or installation.get(RELATIONSHIPS, name)
            if found:
                click.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
        else:
            found = decision or installation.get(CUSTOMERS, name)
            sheets = _sheets(installation, decision, name, language, personal) if found else []
    if not found:
        click.echo(f"neither a decision nor a customer is known as {name!r}", err=True)
        sys.exit(FAILED)
    show_sheets(told_in(language, sheets), console())


def _sheets(
    installation: Opened, decision: Document | None, name: str, language: str, personal: bool
) -> list[Sheet]:
    if decision is not None:
        return explained(installation, decision, language)
    file = customer_file(installation, name)
    return customer_sheets(
        file, installation.bundle, language, today=installation.today(), shows_personal=personal
    )


def explained(installation: Opened, decision: Document, language: str) -> list[Sheet]:
    """A stored decision, told by the release that made it."""
    record = decision_from_document(decision)
    return decision_sheets(record, installation.release(record.release), language)


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
