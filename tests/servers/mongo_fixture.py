"""Fixtures for tests against MongoDB: a server shared by all, a database for each, a server to torment.

`GUANXI_TEST_MONGO` names a server to use; else one is started: mongod, or the double. Without any, the
tests are skipped, loudly.
"""

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pymongo
import pytest

from deploy.servers.mongo_server import MongoServer, NoServerError, fetch_double
from tests.servers.requiring import missing, using

GIVEN = "GUANXI_TEST_MONGO"

_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def _mongo_server_files() -> None:
    try:
        fetch_double()
    except NoServerError as error:
        missing("mongo", str(error))


@pytest.fixture(scope="session")
def mongo_url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL, without a database, of a server that all tests share; nobody stops it."""
    if given := os.environ.get(GIVEN):
        using("mongo", f"the server that {GIVEN} names")
        yield given
        return
    request.getfixturevalue("_mongo_server_files")
    server = _started(tmp_path_factory.mktemp("mongo"))
    yield server.url("")
    server.stop()


@pytest.fixture
def new_mongo_database(mongo_url: str) -> Iterator[Callable[[], str]]:
    """Makes URLs of databases that no other test uses; they are gone afterwards."""
    names: list[str] = []

    def new() -> str:
        names.append(f"guanxi-test-{os.getpid()}-{next(_numbers)}")
        return with_database(mongo_url, names[-1])

    yield new
    client: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(mongo_url)
    for name in names:
        client.drop_database(name)
    client.close()


@pytest.fixture
def mongo_database(new_mongo_database: Callable[[], str]) -> str:
    """URL of a database that no other test uses."""
    return new_mongo_database()


@pytest.fixture
def mongo_server(
    _mongo_server_files: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MongoServer]:
    """A server of the test's own, to stop, start, pause and resume; it keeps port and data."""
    server = _started(tmp_path_factory.mktemp("mongo-server"))
    yield server
    server.stop()


def with_database(url: str, name: str) -> str:
    """*url* with *name* as its database, options kept."""
    before, question, options = url.partition("?")
    scheme, _, rest = before.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}/{name}{question}{options}"


def _started(directory: Path) -> MongoServer:
    server = MongoServer(directory)
    try:
        server.start()
    except NoServerError as error:
        missing("mongo", str(error))
    using("mongo", server.name)
    return server
