"""`guanxi report owners`: who has how many care tasks, how late, and how soon they are done."""

from collections.abc import Iterator
from dataclasses import asdict

import click

from services.cli.opened import Opened, opened
from services.cli.options import config_to_look
from services.cli.report_printing import print_report, report_options
from shared.reports.owner_sheets import owner_sheets
from shared.reports.owners import DONE, OPEN, OwnerLoad, owner_loads
from shared.store.collections import TASKS
from shared.store.port import Document


@click.command()
@report_options
def owners(*, home: str | None, as_json: bool, as_csv: bool, language: str) -> None:
    """Care tasks by owner: open, due soon, overdue, done in the last 30 days and how soon."""
    with opened(config_to_look(home)) as installation:
        found = ask_owners(installation)
    data = {"owners": [asdict(load) for load in found]}
    print_report(data, owner_sheets(found), language, as_json, as_csv)


def ask_owners(installation: Opened) -> list[OwnerLoad]:
    """The load of everybody who has or had a task, as seen on the day that time stands at."""
    return owner_loads(_tasks(installation), installation.today(), installation.zone)


def _tasks(installation: Opened) -> Iterator[Document]:
    for status in (OPEN, DONE):
        yield from installation.find(TASKS, {"status": status})
