"""Open the bus that a URL names: the one place that knows which adapters there are."""

from importlib import import_module
from pathlib import Path

from shared.bus.port import Bus
from shared.bus.sqlite import SqliteBus
from shared.clock import Clock
from shared.sqlite.url import sqlite_path

_SUPPORTED = "sqlite:///path/to/bus.db or kafka://host:9092"


def open_bus(url: str, clock: Clock | None = None) -> Bus:
    """Return a connection to the bus at *url*, creating an embedded one if absent.

    Raises `ConfigError` for a URL that no adapter knows and `BusUnavailableError` when it cannot be opened.
    """
    if url.startswith("kafka:"):
        # Imported only where it is used: it takes as long to load as the rest of a command together.
        bus: Bus = import_module("shared.bus.kafka").KafkaBus(url, clock=clock)
        return bus
    return SqliteBus(sqlite_path(url, "bus", _SUPPORTED), clock=clock)


def embedded_bus_file(url: str) -> Path | None:
    """The file of an embedded bus, which may not exist yet; None for a bus on servers."""
    return None if url.startswith("kafka:") else sqlite_path(url, "bus", _SUPPORTED)
