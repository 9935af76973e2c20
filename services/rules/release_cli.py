"""`guanxi release`: propose, prove, approve, activate and roll back releases of the rule files.

Works on the installation's store directly; the running services take up an activation from the log. Exit
codes: 0 done, 1 refused, 2 misuse.
"""

from datetime import datetime, timedelta
from pathlib import Path

import click

from services.cli.json_output import print_json
from services.cli.options import json_option, language_option
from services.rules import release_words as words
from services.rules.aftermath_cli import tell_aftermath
from services.rules.evidence import brought
from services.rules.opening import Instant, Opened, acting
from shared.model.governance import EvidenceKind
from shared.policy.release import load_directory
from shared.releases.differences import differences
from shared.releases.differences import told as told_differences
from shared.releases.life import Standing, told

KINDS = [kind.value for kind in EvidenceKind]


_release = click.argument("name", metavar="RELEASE")
_rules = click.option(
    "--rules",
    "path",
    default="rules",
    envvar="GUANXI_RULES",
    show_default=True,
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Rule files (GUANXI_RULES).",
)
_report = click.option(
    "--file",
    "report",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Attach this report (JSON) instead of making one; needs one --kind.",
)


@click.group()
def release() -> None:
    """Take rule files from an edit to the active release, and back."""


@release.command("list")
@acting
@json_option
@language_option
def list_releases(opened: Opened, as_json: bool, language: str) -> None:
    """List releases with the stage each is in."""
    rows = opened.office.rows()
    if as_json:
        print_json(rows)
    else:
        words.tell_list(rows, language)


@release.command()
@_release
@acting
@json_option
@language_option
def show(opened: Opened, name: str, as_json: bool, language: str) -> None:
    """Tell where RELEASE stands and what it still needs."""
    _tell(opened.office.standing(name), as_json, language)


@release.command()
@_rules
@click.option("--note", default="", help="What the change is for.")
@acting
@json_option
@language_option
def propose(opened: Opened, path: Path, note: str, as_json: bool, language: str) -> None:
    """Store the rule files as a release and open its way."""
    _tell(opened.office.propose(load_directory(path), opened.person, note), as_json, language)


@release.command()
@_release
@click.option(
    "--kind", "kinds", type=click.Choice(KINDS), multiple=True, help="Only this; else what the gate asks for."
)
@_report
@acting
@json_option
@language_option
def evidence(
    opened: Opened, *, name: str, kinds: tuple[str, ...], report: Path | None, as_json: bool, language: str
) -> None:
    """Make the evidence for RELEASE: check, tests and backtest as its gate asks, and a dry run."""
    wanted = [EvidenceKind(each) for each in kinds]
    if report is None:
        found = opened.office.gather(name, opened.person, wanted)
    elif len(wanted) != 1:
        raise click.UsageError("--file needs the one --kind that the report is")
    else:
        digest = opened.office.library.resolve(name)
        found = opened.office.attach(digest, brought(wanted[0], report.read_bytes(), digest), opened.person)
    _tell(found, as_json, language)


@release.command()
@_release
@click.option("--note", default="", help="What you looked at.")
@acting
@json_option
@language_option
def approve(opened: Opened, name: str, note: str, as_json: bool, language: str) -> None:
    """Sign RELEASE and its reports with your API key. Whoever proposed it cannot."""
    _tell(opened.office.approve(name, opened.person, note), as_json, language)


@release.command()
@_release
@click.option("--reason", required=True, help="Why not.")
@acting
@json_option
@language_option
def reject(opened: Opened, name: str, reason: str, as_json: bool, language: str) -> None:
    """Close the way of RELEASE until it is proposed again."""
    _tell(opened.office.reject(name, opened.person, reason), as_json, language)


@release.command()
@_release
@click.option("--at", "at", type=Instant(), help="When; the running rules service does it.")
@click.option("--cancel", "cancelled", metavar="REASON", help="Give up the plan there is.")
@acting
@json_option
@language_option
def schedule(
    opened: Opened, *, name: str, at: datetime | None, cancelled: str | None, as_json: bool, language: str
) -> None:
    """Plan the activation of RELEASE, or give the plan up."""
    if (at is None) == (cancelled is None):
        raise click.UsageError("say either --at TIME or --cancel REASON")
    if at is not None:
        found = opened.office.schedule(name, opened.person, at)
    else:
        found = opened.office.cancel(name, opened.person, cancelled or "")
    _tell(found, as_json, language)


@release.command()
@_release
@click.option("--reason", default="", help="Why now.")
@click.option("--emergency", is_flag=True, help="Without tests and approvals; falls back, is reviewed.")
@click.option("--hours", default=24, show_default=True, type=click.IntRange(1, 168), help="Of an emergency.")
@click.option("--despite-dry-run", is_flag=True, help="In an emergency: although it moves many customers.")
@acting
@json_option
def activate(
    opened: Opened,
    *,
    name: str,
    reason: str,
    emergency: bool,
    hours: int,
    despite_dry_run: bool,
    as_json: bool,
) -> None:
    """Make RELEASE the active one, after a dry run over all customers."""
    if emergency != bool(emergency and reason) or (despite_dry_run and not emergency):
        raise click.UsageError("an emergency needs a --reason, and only an emergency passes the dry run by")
    if emergency:
        ends = opened.clock.now() + timedelta(hours=hours)
        done = opened.office.activate_in_emergency(
            name, opened.person, reason, ends, despite_dry_run=despite_dry_run
        )
    else:
        done = opened.office.activate(name, opened.person, reason)
    words.tell_activation(done, as_json)


@release.command()
@click.option("--reason", required=True, help="What went wrong.")
@click.option("--to", default="", metavar="RELEASE", help="Which earlier release; by default the one before.")
@acting
@json_option
@language_option
def rollback(opened: Opened, reason: str, to: str, as_json: bool, language: str) -> None:
    """Activate an earlier release again at once, and tell what the bad one has decided."""
    bad = opened.office.library.reader.active()
    done = opened.office.rollback(opened.person, reason, to)
    tell_aftermath(opened, bad, done, as_json, language)


@release.command()
@click.argument("number", type=int)
@click.option("--note", required=True, help="What you found.")
@acting
def review(opened: Opened, number: int, note: str) -> None:
    """Close the review of emergency activation NUMBER; not by the one who ordered it."""
    opened.office.review(number, opened.person, note)
    click.echo(f"activation {number} is reviewed")


@release.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@acting
@json_option
@language_option
def diff(opened: Opened, before: str, after: str, as_json: bool, language: str) -> None:
    """Tell in words what changed from release A to release B."""
    library = opened.office.library
    old, new = (library.reader.bundle(library.resolve(name)) for name in (before, after))
    found = differences(old, new)
    if as_json:
        print_json(told_differences(found))
    else:
        words.tell_differences(found, language)


def _tell(found: Standing, as_json: bool, language: str) -> None:
    if as_json:
        print_json(told(found))
    else:
        words.tell_standing(found, language)
