"""The store on MongoDB, for when one machine is not enough: a standalone, a replica set or a cluster.

Every write waits until a majority of the servers has it in its journal, every read is from the primary
and of what a majority has; a URL cannot weaken this. Nothing here needs transactions.
"""

from typing import Any

from pymongo import MongoClient, ReadPreference
from pymongo.driver_info import DriverInfo
from pymongo.errors import ConfigurationError
from pymongo.read_concern import ReadConcern
from pymongo.synchronous.database import Database
from pymongo.write_concern import WriteConcern

from shared.errors import ConfigError, GuanxiError, StoreUnavailableError
from shared.store.mongo_collection import MongoCollection
from shared.store.mongo_errors import translating
from shared.store.mongo_indexes import prepare
from shared.store.mongo_url import MongoUrl, read_url
from shared.store.port import Collection, CollectionSpec

_WRITE_TIMEOUT_MS = 10_000
_DEFAULTS = {
    "serverselectiontimeoutms": 5_000,
    "connecttimeoutms": 5_000,
    "sockettimeoutms": 20_000,
    "waitqueuetimeoutms": 20_000,
}
"""Patience, unless the URL sets its own: workers wait outages out by trying again, not by hanging."""

_Client = MongoClient[dict[str, Any]]


class MongoStore:
    """A `Store` on MongoDB; may be used by any number of threads."""

    def __init__(self, url: str) -> None:
        self._url = read_url(url)
        self._client = _connect(self._url)
        self._database = _careful(self._client, self._url.database)
        try:
            with translating(self._url.shown):
                self._client.admin.command("ping")
        except GuanxiError:
            self._client.close()
            raise

    def collection(self, spec: CollectionSpec) -> Collection:
        """Open a collection, creating it and its indexes if needed."""
        with translating(self._url.shown):
            kept = self._database[spec.name]
            return MongoCollection(spec, kept, prepare(kept, spec), self._url.shown)

    def check(self) -> None:
        """Raise `StoreUnavailableError` unless a write would be possible now."""
        try:
            with translating(self._url.shown):
                self._database["probe"].replace_one({"_id": "probe"}, {"_id": "probe"}, upsert=True)
        except StoreUnavailableError:
            raise
        except GuanxiError as error:
            raise StoreUnavailableError(str(error)) from error

    def close(self) -> None:
        """Release resources."""
        self._client.close()


def _connect(url: MongoUrl) -> _Client:
    patience: dict[str, Any] = {name: value for name, value in _DEFAULTS.items() if name not in url.options}
    try:
        return MongoClient(url.text, tz_aware=True, connect=False, driver=DriverInfo("guanxi"), **patience)
    except (ConfigurationError, ValueError, OSError) as error:
        raise ConfigError(
            [f"GUANXI_STORE: {url.shown}: an option of the URL cannot be used ({type(error).__name__})"]
        ) from error


def _careful(client: _Client, name: str) -> Database[dict[str, Any]]:
    return client.get_database(
        name,
        read_preference=ReadPreference.PRIMARY,
        read_concern=ReadConcern("majority"),
        write_concern=WriteConcern(w="majority", j=True, wtimeout=_WRITE_TIMEOUT_MS),
    )
