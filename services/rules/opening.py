"""What the commands `guanxi release` and `guanxi rule` open, and who is at the keyboard."""

import getpass
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from services.cli.options import config_from
from services.rules.backtest_evidence import BacktestMaker
from services.rules.composing import release_office, switch_desk
from services.rules.evidence import EvidenceMaker
from services.rules.office import ReleaseOffice
from services.rules.releases import Releases
from services.rules.switch_desk import SwitchDesk
from services.rules.testing_evidence import TestMaker
from shared.bus.open import open_bus
from shared.bus.port import Bus, Producer
from shared.clock import Clock, SystemClock, from_rfc3339
from shared.config import Config
from shared.contracts.topics import EVENTS
from shared.flow.crash_points import crash_points
from shared.http.keys import KeyRing, secret_of
from shared.model.governance import EvidenceKind
from shared.releases.errors import ReleaseError
from shared.releases.people import Person, operator
from shared.releases.reader import ReleaseReader
from shared.store.collections import API_KEYS, RELEASES
from shared.store.open import open_store
from shared.store.port import Store

F = TypeVar("F", bound=Callable[..., Any])


class UnknownHolderError(ReleaseError):
    """The API key that was given is not known, expired or revoked."""

    code = "unauthenticated"


class Instant(click.ParamType[datetime]):
    """A point in time with its offset, such as 2026-12-01T06:00:00+01:00."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Parse *value*."""
        try:
            return from_rfc3339(str(value))
        except ValueError as error:
            self.fail(f"{error}; write it as 2026-12-01T06:00:00Z", param, ctx)


@dataclass
class Opened:
    """An installation, and the person who gives commands."""

    config: Config
    store: Store
    clock: Clock
    person: Person

    @cached_property
    def bus(self) -> Bus:
        """The bus, opened only when something is announced."""
        bus = open_bus(self.config.bus_url)
        bus.ensure_topic(EVENTS.name, self.config.partitions, EVENTS.kept_days)
        return bus

    @cached_property
    def producer(self) -> Producer:
        """What appends to it."""
        return self.bus.producer()

    @cached_property
    def office(self) -> ReleaseOffice:
        """The use cases."""
        releases = Releases(
            self.store.collection(RELEASES),
            self.producer,
            self.config.partitions,
            self.clock,
            crash_points("rules", self.config.crash_at),
        )
        reader = ReleaseReader(releases.collection)
        more: dict[EvidenceKind, EvidenceMaker] = {
            EvidenceKind.TEST: TestMaker(reader, self.config.rules_dir),
            EvidenceKind.BACKTEST: BacktestMaker(self.bus, self.store, reader),
        }
        return release_office(self.store, releases, more)

    @cached_property
    def desk(self) -> SwitchDesk:
        """The use cases of stopping rules."""
        return switch_desk(self.store, self.clock)

    def close(self) -> None:
        """Release what was opened."""
        for name in ("producer", "bus"):
            if name in self.__dict__:
                self.__dict__[name].close()
        self.store.close()


@contextmanager
def opened_for(home: str | None, key_file: Path | None = None) -> Iterator[Opened]:
    """Open the installation that *home*, or the environment, names."""
    config = config_from(home=home)
    store, clock = open_store(config.store_url), SystemClock()
    opened = None
    try:
        opened = Opened(config, store, clock, _person(config, store, clock, key_file))
        yield opened
    finally:
        if opened is None:
            store.close()
        else:
            opened.close()


def _person(config: Config, store: Store, clock: Clock, key_file: Path | None) -> Person:
    """The holder of the key in *key_file* or GUANXI_KEY; without one, whoever operates the machine."""
    token = key_file.read_text().strip() if key_file else os.environ.get("GUANXI_KEY", "").strip()
    if not token:
        return operator(_account())
    found = KeyRing(store.collection(API_KEYS), config.secret, clock).authenticate(token)
    if found is None:
        raise UnknownHolderError("the API key is not known, expired or revoked")
    return Person(found.name, found.scopes, found.key_id, secret_of(token))


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # an account without a name, as containers have
        return str(os.getuid())


def acting(command: Callable[..., None]) -> Callable[..., None]:
    """Open the installation for *command*, with ``--home DIR`` and ``--key-file FILE``."""

    @wraps(command)
    def run(*, home: str | None, key_file: Path | None, **given: Any) -> None:
        with opened_for(home, key_file) as opened:
            command(opened, **given)

    key = click.option(
        "--key-file",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        help="File with your API key (else GUANXI_KEY); it says who you are and signs for you.",
    )
    home = click.option("--home", metavar="DIR", help="Data directory (GUANXI_HOME, default ./var).")
    return home(key(run))
