"""What commands of ingest open: settings, store, bus and the rules in use. Closed when they are done."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import click

from services.ingest.release_source import BundleSource
from shared.bus.open import open_bus
from shared.bus.port import Bus
from shared.clock import Clock, SystemClock
from shared.config import Config, load_config
from shared.errors import RetryLaterError
from shared.model.rules import Bundle
from shared.policy.release import build, load_directory
from shared.releases.reader import NoReleaseError, ReleaseReader
from shared.store.collections import RELEASES
from shared.store.open import open_store
from shared.store.port import Collection, Store

F = TypeVar("F", bound=Callable[..., Any])


class UnusableRulesError(RetryLaterError):
    """The rule files do not pass their checks; once they are mended all is well."""

    code = "unusable-rules"


@dataclass
class Opened:
    """An installation as a command sees it; the bus is opened only when asked for."""

    config: Config
    store: Store
    clock: Clock

    @cached_property
    def bus(self) -> Bus:
        """The bus."""
        return open_bus(self.config.bus_url)

    def bundle(self) -> Bundle:
        """The rules in use."""
        return bundle_source(self.store.collection(RELEASES), self.config.rules_dir)()

    def close(self) -> None:
        """Release what was opened."""
        if "bus" in self.__dict__:
            self.bus.close()
        self.store.close()


def home_option(command: F) -> F:
    """``--home DIR``."""
    return click.option("--home", metavar="DIR", help="Data directory (GUANXI_HOME, default ./var).")(command)


@contextmanager
def opened_for(home: str | None) -> Iterator[Opened]:
    """Open the installation that *home*, or the environment, names."""
    config = load_config({**os.environ, **({"GUANXI_HOME": home} if home else {})})
    opened = Opened(config, open_store(config.store_url), SystemClock())
    try:
        yield opened
    finally:
        opened.close()


def bundle_source(releases: Collection, rules_dir: Path) -> BundleSource:
    """The active release, or, before the first was activated, what lies in *rules_dir*."""
    reader = ReleaseReader(releases)

    def read() -> Bundle:
        try:
            return reader.bundle(reader.active().digest)
        except NoReleaseError:
            return _bundle_in(rules_dir)

    return read


def _bundle_in(path: Path) -> Bundle:
    """The bundle of the files that lie in *path* now; raises `UnusableRulesError`."""
    bundle = build(load_directory(path)).bundle
    if bundle is None:
        raise UnusableRulesError(f"the rule files in {path} have problems; `guanxi rules check` lists them")
    return bundle
