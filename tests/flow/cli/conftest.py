"""Real services on a scratch home directory, driven as a person would: through the command line."""

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from pathlib import Path

import orjson
import pytest

from services.cli.running import running_services
from shared.clock import SystemClock, to_rfc3339
from shared.config import SERVICES

RULES = Path(__file__).parent / "rules"
ROOT = Path(__file__).parents[3]


@dataclass
class Home:
    """One installation; *environment* says where bus and store are when they are not in it."""

    path: Path
    rules: Path = RULES
    up: "subprocess.Popen[bytes] | None" = None
    environment: Mapping[str, str] = field(default_factory=dict)

    def guanxi(self, *arguments: str, given: bytes | None = None) -> subprocess.CompletedProcess[bytes]:
        """Run a command and return what it did."""
        command = [sys.executable, "-m", "services", *arguments, "--home", str(self.path)]
        return subprocess.run(
            command, input=given, capture_output=True, cwd=ROOT, env=self._env(), timeout=900, check=False
        )

    def start(self, *options: str) -> None:
        """`guanxi up` on ports that the system picks; returns when all services are ready."""
        command = [
            *(sys.executable, "-m", "services", "up", "--home", str(self.path), "--rules", str(self.rules)),
            *("--clock", "event", "--any-ports", *options),
        ]
        with (self.path / "up.log").open("ab") as log:
            self.up = subprocess.Popen(command, stdout=log, stderr=log, cwd=ROOT, env=self._env())
        until(lambda: {each.service for each in running_services(self.path / "run")} == set(SERVICES))

    def stop(self) -> int:
        """Ask `guanxi up` to stop and return its exit code."""
        assert self.up is not None
        self.up.send_signal(signal.SIGTERM)
        code = self.up.wait(timeout=60)
        self.up = None
        return code

    def new_key(self) -> str:
        made = self.guanxi("keys", "create", "t", "--scope", "events:write", "--scope", "clock")
        assert made.returncode == 0, made.stderr
        return made.stdout.decode().strip()

    def replay(self, *lines: bytes) -> dict[str, object]:
        """Send *lines* and wait until all services have caught up."""
        done = self.guanxi("replay", "-", "--json", "--key", self.new_key(), given=b"".join(lines))
        assert done.returncode == 0, done.stderr
        return dict(orjson.loads(done.stdout))

    def exported(self) -> dict[str, bytes]:
        """The business projections of everything."""
        names = ("customers", "relationships", "decisions")
        return {name: self.guanxi("export", name, "--projection").stdout for name in names}

    def log(self) -> str:
        return (self.path / "up.log").read_text(errors="replace")

    def _env(self) -> dict[str, str]:
        return {**os.environ, **self.environment}


def until(holds: Callable[[], object], within_s: float = 60.0) -> None:
    clock = SystemClock()
    end = clock.monotonic() + within_s
    while not holds():
        assert clock.monotonic() < end, "waited in vain"
        clock.sleep(0.05)


@pytest.fixture
def new_home(tmp_path: Path) -> Iterator[Callable[[str], Home]]:
    homes: list[Home] = []

    def make(name: str) -> Home:
        (tmp_path / name).mkdir()
        homes.append(Home(tmp_path / name))
        return homes[-1]

    yield make
    for home in homes:
        if home.up is not None and home.up.poll() is None:
            home.stop()


@pytest.fixture(scope="session")
def sales() -> list[bytes]:
    """Ten months of purchases and returns of forty customers, sorted by time; always the same."""
    chance, lines = random.Random(20100101), []
    start = datetime(2010, 1, 1, 9, tzinfo=timezone.utc)
    for customer in range(40):
        at, last = start, start + timedelta(days=chance.choice([60, 180, 300]))
        while (at := at + timedelta(minutes=chance.randrange(1, 60 * 24 * 25))) < last:
            kind = "return" if chance.random() < 0.1 else "purchase"
            lines.append((at, f"c{customer}", kind, chance.randrange(100, 90000) / 100))
    return [
        orjson.dumps({
            "id": f"s{number}", "source": "shop", "type": kind, "customer_id": customer,
            "time": to_rfc3339(at), "data": {"amount": amount},
        }) + b"\n"
        for number, (at, customer, kind, amount) in enumerate(sorted(lines))
    ]  # fmt: skip


def kill(pid: int) -> None:
    """End one of our own processes at once."""
    os.kill(pid, signal.SIGKILL)
