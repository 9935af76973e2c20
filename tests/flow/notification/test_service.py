import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest

from .conftest import wait_until

ROOT = Path(__file__).parents[3]


@pytest.fixture
def service(tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    environment = {
        **os.environ,
        "GUANXI_HOME": str(tmp_path),
        "GUANXI_NOTIFICATION_PORT": "0",
        "PYTHONPATH": str(ROOT),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "services", "serve", "notification"], cwd=ROOT, env=environment
    )
    yield process
    process.kill()
    process.wait()


@pytest.mark.slow
def test_the_service_says_where_it_is_and_stops_in_order(
    tmp_path: Path, service: "subprocess.Popen[bytes]"
) -> None:
    run_file = tmp_path / "run" / "notification.json"
    wait_until(run_file.exists, within_s=20)
    told = orjson.loads(run_file.read_bytes())
    assert told["pid"] == service.pid
    base = f"http://{told['host']}:{told['port']}"
    wait_until(lambda: _status(f"{base}/readyz") == 200)
    assert _status(f"{base}/healthz") == _status(f"{base}/v1/status") == 200
    assert _status(f"{base}/v1/tasks") == 401

    service.send_signal(signal.SIGTERM)
    begun = time.monotonic()

    assert service.wait(10) == 0
    assert time.monotonic() - begun < 10
    assert not run_file.exists()


def _status(url: str) -> int:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
