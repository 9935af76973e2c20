"""`guanxi dead-letters`: look at what could not be processed, send it again, or discard it.

Works on the installation's store and bus directly, so it helps when the service is down too.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import click
import orjson

from services.cli.json_output import print_json
from services.ingest.catalogue import CompiledCatalogue
from services.ingest.dead_letters import DISCARDED, OPEN, REPLAYED, REPLAYING, DeadLetters, Wanted
from services.ingest.letter_view import full, summary
from services.ingest.opening import Opened, home_option, opened_for
from shared.errors import GuanxiError
from shared.store.collections import DEAD_LETTERS
from shared.store.port import Document

_STATES = click.Choice([OPEN, REPLAYING, REPLAYED, DISCARDED, "any"])
_PAGE = 200


@dataclass(frozen=True, slots=True)
class _Desk:
    opened: Opened
    letters: DeadLetters

    def catalogue(self) -> CompiledCatalogue | None:
        """The catalogue that says what is personal; None hides everything."""
        try:
            bundle = self.opened.bundle()
        except GuanxiError:
            return None
        return CompiledCatalogue(bundle.catalogue, bundle.digest)

    def found(self, wanted: Wanted, limit: int) -> Iterator[Document]:
        """Letters one by one, however many pages they take."""
        cursor: str | None = None
        while limit > 0:
            page = self.letters.list(wanted, limit=min(limit, _PAGE), cursor=cursor)
            yield from (found.document for found in page.documents)
            limit -= len(page.documents)
            cursor = page.cursor
            if cursor is None:
                return


@contextmanager
def _desk(home: str | None) -> Iterator[_Desk]:
    with opened_for(home) as opened:
        letters = DeadLetters(opened.store.collection(DEAD_LETTERS), opened.clock)
        yield _Desk(opened, letters)


def _filters(command: Any) -> Any:
    for option in (
        click.option("--until", default="", help="Recorded before this time (RFC 3339 in UTC)."),
        click.option("--since", default="", help="Recorded at or after this time (RFC 3339 in UTC)."),
        click.option("--service", default="", help="Set aside by this service."),
        click.option("--reason", default="", help="Set aside for this reason, such as unknown-type."),
    ):
        command = option(command)
    return command


@click.group(name="dead-letters")
def dead_letters() -> None:
    """List, show, replay and discard."""


@dead_letters.command("list")
@_filters
@click.option("--status", type=_STATES, default=OPEN, show_default=True)
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")
@home_option
def list_letters(home: str | None, as_json: bool, limit: int, status: str, **filters: str) -> None:
    """List what could not be processed, oldest first."""
    with _desk(home) as desk:
        wanted = Wanted(status="" if status == "any" else status, **filters)
        found = [summary(document) for document in desk.found(wanted, limit)]
    if as_json:
        print_json(found)
        return
    for letter in found:
        click.echo(
            f"{letter['id']}  {letter['recorded_at'][:19]}  {letter['service']:<12} "
            f"{letter['reason']:<18} {letter['key'] or '-':<14} {letter['detail']}"
        )
    click.echo(f"{len(found)} dead letters" if found else "no dead letters", err=True)


@dead_letters.command("show")
@click.argument("identity", metavar="ID")
@click.option("--reveal", is_flag=True, help="Show personal fields too.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")
@home_option
def show_letter(home: str | None, as_json: bool, reveal: bool, identity: str) -> None:
    """Show one letter with headers and value; personal fields are hidden."""
    with _desk(home) as desk:
        shown = full(desk.letters.get(identity).document, desk.catalogue(), reveal=reveal)
    if as_json:
        print_json(shown)
        return
    for name, value in shown.items():
        text = (
            value
            if isinstance(value, (str, int))
            else orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()
        )
        click.echo(f"{name:<18} {text}")


@dead_letters.command("replay")
@click.argument("identities", metavar="[ID]...", nargs=-1)
@_filters
@click.option("--all", "take_all", is_flag=True, help="Every open letter.")
@home_option
def replay_letters(home: str | None, take_all: bool, identities: Sequence[str], **filters: str) -> None:
    """Send letters again to where they came from: by id, by filter, or all. Twice is once."""
    _require_choice(identities, filters, take_all)
    with _desk(home) as desk:
        producer = desk.opened.bus.producer()
        try:
            chosen = _chosen(desk, identities, filters)
            sent = sum(desk.letters.replay(identity, producer) for identity in chosen)
        finally:
            producer.close()
    click.echo(f"{sent} sent again, {len(chosen) - sent} had been dealt with before")


@dead_letters.command("discard")
@click.argument("identities", metavar="[ID]...", nargs=-1)
@_filters
@click.option("--because", required=True, help="Why nothing is lost by this.")
@click.option("--all", "take_all", is_flag=True, help="Every open letter.")
@home_option
def discard_letters(
    home: str | None, take_all: bool, because: str, identities: Sequence[str], **filters: str
) -> None:
    """Close letters without sending them."""
    _require_choice(identities, filters, take_all)
    with _desk(home) as desk:
        chosen = _chosen(desk, identities, filters)
        closed = sum(desk.letters.discard(identity, because) for identity in chosen)
    click.echo(f"{closed} discarded, {len(chosen) - closed} had been dealt with before")


def _require_choice(identities: Sequence[str], filters: dict[str, str], take_all: bool) -> None:
    if not (identities or take_all or any(filters.values())):
        raise click.UsageError("name letters by id, by a filter, or say --all")


def _chosen(desk: _Desk, identities: Sequence[str], filters: dict[str, str]) -> Sequence[str]:
    if identities:
        return identities
    wanted = Wanted(status=OPEN, **filters)
    return [document["_id"] for document in desk.found(wanted, limit=1_000_000)]
