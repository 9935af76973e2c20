"""Installations on each backend, and the figures that a fault's test leaves behind."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.servers.mongo_server import MongoServer
from tests.faults.backend import Backend, ClusterBackend, SqliteBackend
from tests.faults.installation import Installation
from tests.faults.telling import rules_that_tell
from tests.flow.notification.conftest import Receiver, receiving
from tests.servers.requiring import using

NewInstallation = Callable[..., Installation]
Figures = Callable[..., None]


BACKENDS = ("sqlite", "cluster")

QUICK_ON_CLUSTER = (
    "test_killed_at_random_nothing_is_lost",
    "test_while_the_bus_is_away_publishers",
    "test_poison_is_kept_byte_for_byte",
    "test_the_day_closes_for_all_others",
    "test_once_the_program_is_mended",
    "test_delivered_again_shuffled",
    "[cluster-ingest:after-append]",
    "[cluster-scoring:after-documents]",
    "[cluster-notification:after-send]",
)
"""What `make test` does on servers, too; the rest needs minutes there, and runs in `make faults`."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave most of the cluster's tests to the full form."""
    here = str(Path(__file__).parent)
    for item in items:
        on_cluster = str(item.path).startswith(here) and "[cluster" in item.name
        if on_cluster and not any(name in item.name for name in QUICK_ON_CLUSTER):
            item.add_marker(pytest.mark.long)


@pytest.fixture(scope="session")
def documents_server(
    _mongo_server_files: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MongoServer]:
    """A server of MongoDB's protocol that the tests of faults may stop; whoever does starts it again."""
    server = MongoServer(tmp_path_factory.mktemp("documents"))
    server.start()
    using("mongo", server.name)
    yield server
    server.stop()


def backend_named(name: str, home: Path, request: pytest.FixtureRequest) -> Backend:
    """The backend of an installation in *home*; the cluster's servers are started when first asked for."""
    if name == SqliteBackend.name:
        return SqliteBackend(home)
    return ClusterBackend(
        request.getfixturevalue("kafka_broker"), request.getfixturevalue("documents_server")
    )


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Backend:
    """Where the installation under test keeps everything."""
    return backend_named(request.param, tmp_path / "home", request)


@pytest.fixture(scope="module", params=BACKENDS)
def living(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Installation]:
    """An installation that lives through all tests of a module, under rules that tell of alerts."""
    directory = tmp_path_factory.mktemp("living")
    rules = rules_that_tell(directory / "rules")
    made = Installation(directory / "home", backend_named(request.param, directory / "home", request), rules)
    yield made
    made.close()


@pytest.fixture(scope="module")
def module_receiver() -> Iterator[Receiver]:
    """A receiver of webhooks for all tests of a module."""
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def installation(backend: Backend, tmp_path: Path) -> Iterator[Installation]:
    """An installation that is not started yet."""
    made = Installation(tmp_path / "home", backend)
    yield made
    made.close()


@pytest.fixture
def figures(record_property: Callable[[str, object], None]) -> Figures:
    """Leave a row for the table of `make faults`."""

    def leave(**row: Any) -> None:
        record_property("fault", row)

    return leave
