"""The processes of docker-compose.yml, as real processes under the names, and with the probe, that it gives.

On the embedded bus and on a real Kafka; the store is embedded and ports are picked by the system, for what is
tried here is the layout.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson
import pytest

from shared.clock import SystemClock
from shared.config import SERVICES, port_setting
from tests.unit.deploy.manifests import ROOT
from tests.unit.deploy.test_compose import FULL, serving
from tests.unit.deploy.test_image import probe

PATIENCE_S = 90.0
PARTITIONS = 12


@dataclass
class Composed:
    """The started processes by their names in the compose file."""

    home: Path
    bus: str
    specs: Mapping[str, Mapping[str, Any]]
    running: "dict[str, subprocess.Popen[bytes]]" = field(default_factory=dict)

    def start(self, name: str) -> None:
        given = {
            "GUANXI_HOME": str(self.home),
            "GUANXI_BUS": self.bus,
            "GUANXI_RULES": str(ROOT / "rules"),
            "GUANXI_PARTITIONS": str(PARTITIONS),
            "GUANXI_MEMBER": self.specs[name]["environment"]["GUANXI_MEMBER"],
            **{port_setting(service): "0" for service in SERVICES},
        }
        command = [sys.executable, "-m", "services", *self.specs[name]["command"]]
        with (self.home / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                command, cwd=ROOT, env={**os.environ, **given}, stdout=log, stderr=log
            )

    def told(self, name: str) -> dict[str, Any]:
        return dict(orjson.loads((self.home / "run" / f"{name}.json").read_bytes()))

    def is_ready(self, name: str) -> bool:
        """Whether this very process says so, asked as its container's health check asks."""
        try:
            told = self.told(name)
        except (OSError, ValueError):
            return False
        mine = told["pid"] == self.running[name].pid
        return mine and probe(f"http://{told['host']}:{told['port']}/readyz").returncode == 0

    def status(self) -> dict[str, Any]:
        command = [sys.executable, "-m", "services", "status", "--json", "--home", str(self.home)]
        environment = {**os.environ, "GUANXI_BUS": self.bus, "GUANXI_PARTITIONS": str(PARTITIONS)}
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
        return dict(orjson.loads(done.stdout))

    def partitions(self, service: str) -> list[list[int]]:
        told = [each["told"] for each in self.status()["services"] if each["service"] == service]
        return [each["partitions"] for each in told]

    def is_shared_out(self, service: str) -> bool:
        """Whether every partition is held, by all of the service's workers in equal parts."""
        shares = self.partitions(service)
        held = sorted(partition for share in shares for partition in share)
        return held == list(range(PARTITIONS)) and len({len(share) for share in shares}) == 1


@pytest.fixture(params=["kafka", "sqlite"])
def composed(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Composed]:
    bus = own_kafka(request) if request.param == "kafka" else f"sqlite:///{tmp_path}/bus.db"
    layout = Composed(tmp_path, bus, serving(FULL))
    for name in layout.specs:
        layout.start(name)
    yield layout
    for process in layout.running.values():
        process.kill()
        process.wait()


def own_kafka(request: pytest.FixtureRequest) -> str:
    """Topics and groups of our own on the Kafka that all suites share."""
    url = request.getfixturevalue("kafka_url")
    return f"{url}{'&' if '?' in url else '?'}prefix=t{uuid4().hex[:8]}."


def until(holds: Callable[[], object]) -> None:
    clock = SystemClock()
    end = clock.monotonic() + PATIENCE_S
    while not holds():
        assert clock.monotonic() < end, "waited in vain"
        clock.sleep(0.1)


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_the_processes_of_compose_share_the_work_and_keep_their_names(composed: Composed) -> None:
    until(lambda: all(composed.is_ready(name) for name in composed.specs))

    assert composed.status()["ready"] is True
    assert {each["member"] for each in composed.status()["services"]} == set(composed.specs)
    for service in ("scoring", "rules"):
        until(lambda service=service: composed.is_shared_out(service))

    composed.running["scoring-2"].kill()
    composed.running["scoring-2"].wait()
    composed.start("scoring-2")
    until(lambda: composed.is_ready("scoring-2") and composed.is_shared_out("scoring"))

    for process in composed.running.values():
        process.send_signal(signal.SIGTERM)
    assert {name: process.wait(60) for name, process in composed.running.items()} == dict.fromkeys(
        composed.specs, 0
    )
    assert not list((composed.home / "run").glob("*.json"))
