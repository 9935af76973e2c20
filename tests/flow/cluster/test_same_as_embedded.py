"""Whatever carries the events: the same sales under the same rules become the same decisions."""

from collections.abc import Callable

import pytest

from services.cli.running import running_services
from tests.flow.cli.conftest import Home, kill

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

WORKERS = ("--workers", "scoring=2", "--workers", "rules=2")


def test_on_kafka_two_workers_of_each_decide_byte_for_byte_what_one_decides_embedded(
    installed: Callable[..., Home], own_bus: str, sales: list[bytes]
) -> None:
    embedded, clustered = installed("embedded"), installed("clustered", GUANXI_BUS=own_bus)
    embedded.start()
    embedded.replay(*sales)
    assert embedded.stop() == 0

    clustered.start(*WORKERS)
    told = clustered.replay(*sales)

    assert told["accepted"] == len(sales)
    assert not (clustered.path / "bus.db").exists()
    assert b"none>core" in clustered.exported()["decisions"]
    assert clustered.exported() == embedded.exported()
    assert clustered.guanxi("status").returncode == 0
    assert clustered.stop() == 0


def test_on_kafka_killed_workers_come_back_and_nothing_is_lost_or_doubled(
    installed: Callable[..., Home], own_bus: str, sales: list[bytes]
) -> None:
    embedded, clustered = installed("embedded"), installed("clustered", GUANXI_BUS=own_bus)
    embedded.start()
    embedded.replay(*sales)
    assert embedded.stop() == 0

    clustered.start(*WORKERS)
    clustered.replay(*sales[: len(sales) // 2])
    for service in running_services(clustered.path / "run"):
        if service.member in {"scoring", "rules-2"}:
            kill(service.pid)
    clustered.replay(*sales[len(sales) // 2 :])

    assert clustered.exported() == embedded.exported()
    assert clustered.stop() == 0
