"""Open the bus that a URL names: the one place that knows which adapters there are."""

from shared.bus.port import Bus
from shared.bus.sqlite import SqliteBus
from shared.clock import Clock
from shared.sqlite.url import sqlite_path

_SUPPORTED = "sqlite:///path/to/bus.db"


def open_bus(url: str, clock: Clock | None = None) -> Bus:
    """Return a connection to the bus at *url*, creating an embedded one if absent.

    Raises `ConfigError` for a URL that no adapter knows and `BusUnavailableError` when it cannot be opened.
    """
    return SqliteBus(sqlite_path(url, "bus", _SUPPORTED), clock=clock)
