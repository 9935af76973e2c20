"""`guanxi topics`: what an administrator sees of the bus's topics, embedded and on Kafka."""

from collections.abc import Callable

import orjson
import pytest
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from shared.contracts.topics import ALL
from tests.flow.cli.conftest import Home

pytestmark = pytest.mark.slow


@pytest.fixture(params=["embedded", "kafka"])
def home(request: pytest.FixtureRequest, installed: Callable[..., Home]) -> Home:
    if request.param == "embedded":
        return installed("home")
    return installed("home", GUANXI_BUS=request.getfixturevalue("own_bus"))


def test_missing_topics_are_told_then_created_then_as_expected(home: Home) -> None:
    before = home.guanxi("topics", "check")
    created = home.guanxi("topics", "create")
    after = home.guanxi("topics", "check", "--json")

    assert before.returncode == 1
    assert before.stdout.decode().splitlines() == [f"{topic.name}: it does not exist" for topic in ALL]
    assert (created.returncode, after.returncode) == (0, 0)
    assert orjson.loads(after.stdout) == {topic.name: [] for topic in ALL}


def test_another_number_of_partitions_is_told(home: Home) -> None:
    home.guanxi("topics", "create")
    home.environment = {**home.environment, "GUANXI_PARTITIONS": "8"}

    told = home.guanxi("topics", "check")

    assert told.returncode == 1
    assert b"guanxi.events: it has 4 partitions, expected 8" in told.stdout


def test_a_setting_that_would_lose_events_is_told(
    installed: Callable[..., Home], own_bus: str, kafka_url: str
) -> None:
    home = installed("home", GUANXI_BUS=own_bus)
    home.guanxi("topics", "create")
    prefix = own_bus.rpartition("prefix=")[2]
    admin = KafkaAdminClient(bootstrap_servers=kafka_url.removeprefix("kafka://"))
    events = ConfigResource(ConfigResourceType.TOPIC, f"{prefix}guanxi.events", {"cleanup.policy": "compact"})
    admin.alter_configs([events])
    admin.close()

    told = home.guanxi("topics", "check")

    assert told.returncode == 1
    assert b"guanxi.events: cleanup.policy is compact, expected delete" in told.stdout


def test_a_cluster_that_is_away_is_one_clear_line(installed: Callable[..., Home]) -> None:
    told = installed("home", GUANXI_BUS="kafka://me:hunter2@127.0.0.1:1").guanxi("topics", "check")

    assert told.returncode == 1
    (problem, advice) = told.stderr.decode().splitlines()
    assert problem == "error [bus-unavailable] kafka://127.0.0.1:1: 111 ECONNREFUSED"
    assert "try again" in advice
    assert b"hunter2" not in told.stdout + told.stderr
