"""Open the store that a URL names: the one place that knows which adapters there are."""

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
        from shared.store.mongo import MongoStore  # noqa: PLC0415 - a client that an embedded store needs not

        return MongoStore(url)
    return SqliteStore(sqlite_path(url, "store", _SUPPORTED))
