"""`guanxi migrate --from URL --to URL`: move all documents into another store, and prove it.

For an installation at rest. Safe to cut off and run again: it goes on where it was.
"""

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import click
import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from services.cli.errors import FAILED
from services.cli.options import config_from, home_option, json_option
from services.cli.quiet import require_drained, require_stopped
from services.cli.showing import console, show_sheets
from services.cli.up import only_one
from shared.config import Config
from shared.reports.sheet import Sheet
from shared.store.collections import ALL
from shared.store.moving import Compared, Move, NotMovableError
from shared.store.open import open_store
from shared.store.port import Store
from shared.store.url import without_password


@click.command()
@click.option("--from", "source", metavar="URL", required=True, help="The store that holds the documents.")
@click.option("--to", "target", metavar="URL", help="The empty store to move them to (GUANXI_STORE).")
@click.option("--dry-run", is_flag=True, help="Check everything and count, but copy nothing.")
@home_option
@json_option
def migrate(*, source: str, target: str | None, dry_run: bool, home: str | None, as_json: bool) -> None:
    """Move all documents into another store, MongoDB or SQLite, and compare both."""
    config = config_from(home=home, store=target)
    if source == config.store_url:
        raise click.UsageError("--from and --to (or GUANXI_STORE) name the same store")
    require_stopped(config)
    with only_one(config), _both(source, config) as (old, new):
        require_drained(config)
        new.check()
        counts = {spec.name: old.collection(spec).count_by(())[()] for spec in ALL}
        if not any(counts.values()):
            raise NotMovableError(f"{without_password(source)} holds no documents")
        compared = [] if dry_run else _moved(Move(old, new, ALL, without_password(source)), counts)
    told = _told(source, config, counts, compared)
    if as_json:
        click.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2).decode())
    else:
        _show(told, compared, counts)
    if not all(each.same for each in compared):
        sys.exit(FAILED)


@contextmanager
def _both(source: str, config: Config) -> Iterator[tuple[Store, Store]]:
    old = open_store(source)
    try:
        new = open_store(config.store_url)
        try:
            yield old, new
        finally:
            new.close()
    finally:
        old.close()


def _moved(move: Move, counts: Mapping[str, int]) -> list[Compared]:
    """Copy, then compare; both show how far they are on standard error."""
    move.begin()
    with _Bars(counts) as bars:
        for spec in ALL:
            move.copy(spec, bars.step("copying"))
        compared = [move.compare(spec, bars.step("comparing")) for spec in ALL]
    if all(each.same for each in compared):
        move.finish()
    return compared


class _Bars:
    """One bar for copying and one for comparing, over the documents of all collections."""

    def __init__(self, counts: Mapping[str, int]) -> None:
        self._total = sum(counts.values())
        self._tasks: dict[str, TaskID] = {}
        columns = (TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn())
        self._progress = Progress(*columns, TimeElapsedColumn(), console=Console(stderr=True))

    def __enter__(self) -> "_Bars":
        self._progress.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._progress.stop()

    def step(self, doing: str) -> Any:
        """Return what notes progress of *doing*."""
        if doing not in self._tasks:
            self._tasks[doing] = self._progress.add_task(doing, total=self._total)
        task = self._tasks[doing]
        return lambda name, number: self._progress.update(task, advance=number, description=f"{doing} {name}")


def _told(
    source: str, config: Config, counts: Mapping[str, int], compared: Sequence[Compared]
) -> dict[str, Any]:
    return {
        "from": without_password(source),
        "to": without_password(config.store_url),
        "moved": bool(compared) and all(each.same for each in compared),
        "documents": sum(counts.values()),
        "collections": [
            {
                "name": each.name,
                "same": each.same,
                "documents": {"from": each.source.documents, "to": each.target.documents},
                "digest": {"from": each.source.digest, "to": each.target.digest},
            }
            for each in compared
        ]
        or [{"name": name, "documents": {"from": number}} for name, number in counts.items()],
    }


def _show(told: Mapping[str, Any], compared: Sequence[Compared], counts: Mapping[str, int]) -> None:
    title = f"From {told['from']} to {told['to']}"
    if compared:
        note = (
            "moved; start the services with GUANXI_STORE naming the new store"
            if told["moved"]
            else "not the same: something wrote meanwhile; empty the new store and move again"
        )
        headers = ("collection", "before", "after", "digest", "compared")
        sheet = Sheet(title, [_row(each) for each in compared], headers, note)
    else:
        rows = [(name, f"{number:,}") for name, number in counts.items()]
        sheet = Sheet(title, rows, ("collection", "documents"), "nothing was copied (--dry-run)")
    show_sheets([sheet], console())


def _row(each: Compared) -> tuple[str, ...]:
    counts = (f"{content.documents:,}" for content in (each.source, each.target))
    return (each.name, *counts, each.target.digest[:16], "same" if each.same else "DIFFERENT")
