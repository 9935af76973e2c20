"""Open the store that a URL names: the one place that knows which adapters there are."""

from importlib import import_module

from shared.sqlite.url import sqlite_path
from shared.store.port import Store
from shared.store.sqlite import SqliteStore

_MONGO = ("mongodb", "mongodb+srv")
_SUPPORTED = "sqlite:///path/to/directory/ or mongodb://host:27017/database"


def open_store(url: str) -> Store:
    """Return a connection to the store at *url*, creating an embedded one if absent.

    Raises `ConfigError` for a URL that no adapter knows and `StoreUnavailableError` when it cannot be opened.
    """
    if url.partition(":")[0] in _MONGO:
        # Imported only where it is used: it takes as long to load as the rest of a command together.
        store: Store = import_module("shared.store.mongo").MongoStore(url)
        return store
    return SqliteStore(sqlite_path(url, "store", _SUPPORTED))
