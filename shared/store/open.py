"""Open the store that a URL names: the one place that knows which adapters there are."""

from shared.sqlite.url import sqlite_path
from shared.store.port import Store
from shared.store.sqlite import SqliteStore

_SUPPORTED = "sqlite:///path/to/directory/"


def open_store(url: str) -> Store:
    """Return a connection to the store at *url*, creating an embedded one if absent.

    Raises `ConfigError` for a URL that no adapter knows and `StoreUnavailableError` when it cannot be opened.
    """
    return SqliteStore(sqlite_path(url, "store", _SUPPORTED))
