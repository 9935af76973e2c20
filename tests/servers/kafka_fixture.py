"""The `kafka_server` and `kafka_url` fixtures: one real Kafka for the whole test session.

`GUANXI_TEST_KAFKA` names a cluster to use instead. Without Java and Maven the tests that need Kafka are
skipped, and the summary says so; `GUANXI_TEST_REQUIRE=kafka` makes that a failure.
"""

import gc
import os
import shutil
from collections.abc import Iterator

import pytest

from deploy.servers.kafka_broker import KafkaBroker
from tests.servers.requiring import missing, using

LEFT_OPEN = "ignore:Exception ignored in. <(socket|ssl):pytest.PytestUnraisableExceptionWarning"
"""Kafka's client leaves the sockets of failed connections to the garbage collector."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Do not blame a test that stops its broker for sockets that the client leaves open."""
    for item in items:
        if "kafka_server" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.filterwarnings(LEFT_OPEN))


@pytest.fixture
def kafka_server(kafka_broker: KafkaBroker) -> Iterator[KafkaBroker]:
    """The session's broker, which a test may stop, kill and freeze; whoever does starts it again."""
    yield kafka_broker
    gc.collect()


@pytest.fixture(scope="session")
def kafka_broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaBroker]:
    """A broker of our own."""
    make_sure_of_kafka()
    broker = KafkaBroker(tmp_path_factory.mktemp("kafka"))
    try:
        broker.start()
        using("kafka", "Apache Kafka, a broker of our own")
        yield broker
    finally:
        broker.stop()


def make_sure_of_kafka() -> None:
    """Skip or fail the test where no broker can be started."""
    if absent := [tool for tool in ("java", "mvn") if shutil.which(tool) is None]:
        missing("kafka", f"Apache Kafka needs {' and '.join(absent)}, or set GUANXI_TEST_KAFKA")


@pytest.fixture(scope="session")
def kafka_url(request: pytest.FixtureRequest) -> str:
    """The bus URL of a running Kafka."""
    given = os.environ.get("GUANXI_TEST_KAFKA")
    return given or request.getfixturevalue("kafka_broker").url
