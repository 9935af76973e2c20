"""`guanxi keys`: create, rotate, list and revoke publishers' API keys.

Works on the installation's store directly; the running service notices within seconds.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import click

from services.cli.json_output import print_json
from services.ingest.keys import ApiKeys, IssuedKey, without_hash
from services.ingest.opening import home_option, opened_for
from shared.http.keys import PURPOSES, Scope
from shared.store.collections import API_KEYS

_UNITS = {"h": "hours", "d": "days", "w": "weeks"}


class Duration(click.ParamType[timedelta]):
    """A time span such as 12h, 30d or 8w."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """Parse *value*."""
        found = re.fullmatch(r"([0-9]{1,5})([hdw])", str(value))
        if found is None:
            self.fail(f"{value!r}: expected a number with h, d or w, such as 30d", param, ctx)
        return timedelta(**{_UNITS[found[2]]: int(found[1])})


@contextmanager
def _keys(home: str | None) -> Iterator[ApiKeys]:
    with opened_for(home) as opened:
        yield ApiKeys(opened.store.collection(API_KEYS), opened.config.secret, opened.clock)


@click.group()
def keys() -> None:
    """Create, list and revoke publishers' API keys."""


_CREATE_HELP = "Make a key and show it, once.\n\n\b\nScopes, none of which includes another:\n" + "\n".join(
    f"  {scope.value:<13} {purpose}" for scope, purpose in PURPOSES.items()
)


@keys.command(help=_CREATE_HELP)
@click.argument("name", default="publisher")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice([scope.value for scope in Scope]),
    default=[Scope.EVENTS_WRITE.value],
    show_default=True,
    help="What the key may do; give it several times for several.",
)
@click.option("--expires-in", type=Duration(), help="Such as 90d. Without it the key does not expire.")
@click.option("--rotate", metavar="ID", help="Replace this key: same name and scopes.")
@click.option(
    "--overlap", type=Duration(), default="7d", show_default=True, help="How long the old one works."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")
@home_option
def create(
    *,
    home: str | None,
    as_json: bool,
    overlap: timedelta,
    rotate: str | None,
    expires_in: timedelta | None,
    scopes: Sequence[str],
    name: str,
) -> None:
    """Make a key and show it, once."""
    with _keys(home) as api_keys:
        if rotate:
            issued = api_keys.rotate(rotate, overlap=overlap)
        else:
            issued = api_keys.create(name, [Scope(scope) for scope in scopes], expires_in=expires_in)
    _show_issued(issued, as_json)


@keys.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")
@home_option
def list_keys(home: str | None, as_json: bool) -> None:
    """List keys; their secrets are kept nowhere."""
    with _keys(home) as api_keys:
        found = api_keys.all()
    if as_json:
        print_json([_told(document) for document in found])
        return
    for document in found:
        ends = document["expires_at"] or "never"
        click.echo(
            f"{document['_id']}  {document['status']:<8} {document['name']:<16} "
            f"{','.join(document['scopes']):<32} expires {ends:<20}  used {document['last_used'] or 'never'}"
        )
    if not found:
        click.echo("no keys; `guanxi keys create NAME` makes one", err=True)


@keys.command()
@click.argument("identity", metavar="ID")
@click.option("--json", "as_json", is_flag=True, help="Print JSON for scripts.")
@home_option
def revoke(home: str | None, as_json: bool, identity: str) -> None:
    """End a key for good."""
    with _keys(home) as api_keys:
        document = api_keys.revoke(identity)
    if as_json:
        print_json(_told(document))
    else:
        click.echo(f"{identity} ({document['name']}) is revoked; it stops working within seconds")


def _show_issued(issued: IssuedKey, as_json: bool) -> None:
    if as_json:
        print_json({**_told(without_hash(issued.document)), "key": issued.token})
        return
    click.echo(issued.token)
    scopes = ", ".join(issued.document["scopes"])
    click.echo(f"key {issued.id} for {issued.document['name']}: {scopes}. Shown once, keep it now.", err=True)


def _told(document: dict[str, Any]) -> dict[str, Any]:
    return {"id": document["_id"], **{name: value for name, value in document.items() if name != "_id"}}
