"""The stored data of one installation, opened for looking; commands of the command line never write it."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from services.cli.options import NothingHereError
from shared.asking.records import Records
from shared.bus.open import embedded_bus_file, open_bus
from shared.bus.port import Bus
from shared.config import Config
from shared.model.rules import Bundle
from shared.store.open import open_store
from shared.store.port import Store


class Opened(Records):
    """Bus and store of one installation, and its settings."""

    def __init__(self, config: Config, bus: Bus, store: Store) -> None:
        super().__init__(store, config.partitions)
        self.config = config
        self.bus = bus

    @cached_property
    def bundle(self) -> Bundle:
        """The release that was active when it was first asked for; raises NoReleaseError before any."""
        return super().bundle


@contextmanager
def opened(config: Config) -> Iterator[Opened]:
    """Open bus and store, and release them at the end; raises `NothingHereError` for a home without data."""
    require_data(config)
    bus, store = open_bus(config.bus_url), open_store(config.store_url)
    try:
        yield Opened(config, bus, store)
    finally:
        store.close()
        bus.close()


def require_data(config: Config) -> None:
    """Raise `NothingHereError` for a home without data."""
    file = embedded_bus_file(config.bus_url)
    if file is not None and not file.exists():
        raise NothingHereError(f"there is no data in {config.home} yet; start the services with `guanxi up`")
