"""`guanxi replay-decision ID`: makes a decision again from its record and its release, and compares the two.

Exit code 0 when they are the same, byte for byte; 1 when they differ or cannot be compared.
"""

import sys

import click
import orjson

from services.cli.errors import FAILED
from services.cli.opened import opened
from services.cli.options import config_to_look, home_option, json_option, language_option
from services.cli.showing import console, show_sheets
from shared.explaining.answers import replayed_answer
from shared.explaining.archive import Archive
from shared.explaining.replaying import replay_decision as replay
from shared.reports.chinese import told_in
from shared.reports.explaining_sheets import replay_sheets


@click.command("replay-decision")
@click.argument("decision", metavar="DECISION")
@home_option
@json_option
@language_option
def replay_decision(decision: str, *, home: str | None, as_json: bool, language: str) -> None:
    """Make a decision again from its record, and compare."""
    with opened(config_to_look(home)) as installation:
        archive = Archive.of(installation.store)
        document = archive.decision(decision)
        if document is None:
            click.echo(f"no decision is known as {decision!r}", err=True)
            sys.exit(FAILED)
        done = replay(archive, document)
    if as_json:
        click.echo(orjson.dumps(replayed_answer(done), option=orjson.OPT_INDENT_2).decode())
    else:
        show_sheets(told_in(language, replay_sheets(done)), console())
    if done.result != "identical":
        sys.exit(FAILED)
