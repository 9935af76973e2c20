"""`guanxi export NAME`: stored documents as JSON lines sorted by id, to read or to compare two runs."""

import sys
from collections.abc import Mapping

import click

from services.cli.opened import opened
from services.cli.options import config_to_look, home_option
from shared.reports.projection import as_line, business_projection
from shared.store.collections import CUSTOMERS, DECISIONS, RELATIONSHIPS, TASKS
from shared.store.port import CollectionSpec

EXPORTED: Mapping[str, CollectionSpec] = {
    spec.name: spec for spec in (CUSTOMERS, RELATIONSHIPS, DECISIONS, TASKS)
}


@click.command()
@click.argument("name", type=click.Choice(list(EXPORTED)))
@click.option(
    "--projection", is_flag=True, help="Only what two runs over the same events share, byte for byte."
)
@home_option
def export(name: str, *, projection: bool, home: str | None) -> None:
    """Write stored documents as JSON lines sorted by id."""
    output = sys.stdout.buffer
    with opened(config_to_look(home)) as installation:
        for document in installation.find(EXPORTED[name]):
            output.write(as_line(business_projection(name, document) if projection else document))
