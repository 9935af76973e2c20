"""`guanxi subscriptions`: who gets notifications pushed. Works on the store, with or without services.

Adding files and permitting private networks is possible only here: whoever may run this administers
the machine already.
"""

import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass

import click
import orjson

from services.cli.options import config_from, home_option, json_option, language_option
from services.notification.cancelling import cancel_owed
from services.notification.channels.email import NO_SERVER
from services.notification.channels.open import open_channels
from services.notification.channels.port import Channel
from services.notification.deliveries import payload_of
from services.notification.retry import Result
from services.notification.route_names import check_routes
from services.notification.sealing import SecretBox
from services.notification.subscribers import OLD_SECRET_LIVES, Subscribers
from services.notification.subscriptions import Subscription
from shared.clock import SystemClock, to_rfc3339
from shared.releases.reader import ReleaseReader
from shared.store.collections import DELIVERIES, RELEASES, SUBSCRIPTIONS
from shared.store.open import open_store
from shared.store.port import Collection

TEST_TYPE = "guanxi.test"


@dataclass(frozen=True, slots=True)
class _Opened:
    subscribers: Subscribers
    deliveries: Collection
    releases: ReleaseReader
    channels: Mapping[str, Channel]
    clock: SystemClock
    has_mail: bool


@contextmanager
def _opened(home: str | None) -> Iterator[_Opened]:
    config, clock = config_from(home=home), SystemClock()
    store = open_store(config.store_url)
    box = SecretBox(config.secret)
    try:
        yield _Opened(
            Subscribers(store.collection(SUBSCRIPTIONS), box, clock),
            store.collection(DELIVERIES),
            ReleaseReader(store.collection(RELEASES)),
            open_channels(config, box, clock),
            clock,
            bool(config.smtp_url),
        )
    finally:
        store.close()


_routes = click.option(
    "--route", "routes", multiple=True, help="Only notifications of this route; may be repeated."
)


@click.group()
def subscriptions() -> None:
    """Who gets notifications pushed: webhooks, files and people by e-mail."""


@subscriptions.group()
def add() -> None:
    """Add a webhook, a file or a person's address."""


@add.command()
@click.argument("url")
@_routes
@click.option(
    "--allow-network",
    "networks",
    multiple=True,
    metavar="CIDR",
    help="Non-public network the webhook may reach, such as 10.1.0.0/16; allows plain http there.",
)
@home_option
def webhook(url: str, routes: tuple[str, ...], networks: tuple[str, ...], home: str | None) -> None:
    """Send signed notifications to URL. Prints the signing secret, once."""
    with _opened(home) as opened:
        check_routes(opened.releases, routes)
        subscription, secret = opened.subscribers.add_webhook(url, routes, networks)
    click.echo(f"{subscription.id} sends to {subscription.target}")
    click.echo(f"signing secret, shown only now: {secret}")


@add.command()
@click.argument("path")
@_routes
@home_option
def file(path: str, routes: tuple[str, ...], home: str | None) -> None:
    """Append notifications to the JSON-lines file PATH."""
    with _opened(home) as opened:
        check_routes(opened.releases, routes)
        subscription = opened.subscribers.add_file(path, routes)
    click.echo(f"{subscription.id} appends to {subscription.target}")


@add.command()
@click.argument("address")
@_routes
@language_option
@home_option
def email(address: str, routes: tuple[str, ...], language: str, home: str | None) -> None:
    """Send notifications to ADDRESS by e-mail, in the given language."""
    with _opened(home) as opened:
        check_routes(opened.releases, routes)
        subscription = opened.subscribers.add_email(address, routes, language)
    click.echo(f"{subscription.id} writes to {subscription.target}")
    if not opened.has_mail:
        click.echo(f"{NO_SERVER}; until then what is owed waits", err=True)


@subscriptions.command("list")
@json_option
@home_option
def list_all(as_json: bool, home: str | None) -> None:
    """List every subscriber."""
    with _opened(home) as opened:
        found = opened.subscribers.all()
    if as_json:
        told = [{**asdict(subscription), "secrets": len(subscription.secrets)} for subscription in found]
        click.echo(orjson.dumps(told, option=orjson.OPT_INDENT_2))
        return
    for subscription in found:
        click.echo(_line(subscription))
    if not found:
        click.echo(
            "nobody yet; `guanxi subscriptions add webhook URL`, `add file PATH` or `add email ADDRESS`"
        )


@subscriptions.command()
@click.argument("identity", metavar="ID")
@home_option
def remove(identity: str, home: str | None) -> None:
    """Remove a subscriber; what was still owed to it is cancelled."""
    with _opened(home) as opened:
        removed = opened.subscribers.remove(identity)
        cancelled = cancel_owed(opened.deliveries, identity)
    click.echo(f"removed {removed.target}; {cancelled} deliveries cancelled")


@subscriptions.command()
@click.argument("identity", metavar="ID")
@home_option
def enable(identity: str, home: str | None) -> None:
    """Send to a disabled subscriber again."""
    with _opened(home) as opened:
        enabled = opened.subscribers.enable(identity)
    click.echo(f"{enabled.id} is active again; what waited for it is sent now")


@subscriptions.command()
@click.argument("identity", metavar="ID")
@home_option
def rotate(identity: str, home: str | None) -> None:
    """Make a new signing secret; the old one goes on signing for a day."""
    with _opened(home) as opened:
        secret = opened.subscribers.rotate(identity)
    hours = OLD_SECRET_LIVES.total_seconds() / 3600
    click.echo(f"new signing secret, shown only now: {secret}")
    click.echo(f"for {hours:g} hours both secrets sign, so the receiver can change over meanwhile")


@subscriptions.command()
@click.argument("identity", metavar="ID")
@home_option
def test(identity: str, home: str | None) -> None:
    """Send one test message now and tell how it went."""
    with _opened(home) as opened:
        result = _send_test(opened, opened.subscribers.get(identity))
    answered = f", status {result.status}" if result.status else ""
    click.echo(f"{result.outcome}{answered}" + (f": {result.detail}" if result.detail else ""))
    if result.excerpt:
        click.echo(result.excerpt)
    sys.exit(0 if result.outcome == "delivered" else 1)


def _send_test(opened: _Opened, subscription: Subscription) -> Result:
    now = to_rfc3339(opened.clock.now().replace(microsecond=0))
    data = {"text": {"en": "A test message from Guanxi.", "zh": "来自关系系统的测试消息。"}}
    delivery = {"_id": f"msg_{secrets.token_hex(16)}", "payload": payload_of(TEST_TYPE, now, data)}
    return opened.channels[subscription.kind].send(subscription, [delivery])[0]


def _line(subscription: Subscription) -> str:
    parts = [subscription.id, subscription.kind, subscription.status, subscription.target]
    if subscription.routes:
        parts.append(f"routes {','.join(subscription.routes)}")
    if subscription.disabled_because:
        parts.append(f"({subscription.disabled_because})")
    elif subscription.failing_since:
        parts.append(f"(failing since {subscription.failing_since})")
    return "  ".join(parts)
