"""The demo on a few events: what it shows, and what it must leave alone."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.flow.cli.conftest import ROOT

pytestmark = pytest.mark.slow


def test_a_demo_tells_its_story_and_never_touches_the_bus_and_store_of_the_environment(
    tmp_path: Path, sales: list[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    events, outside = tmp_path / "events.jsonl", tmp_path / "a-company's-own"
    events.write_bytes(b"".join(sales))
    monkeypatch.setenv("GUANXI_BUS", f"sqlite:///{outside}/bus.db")
    monkeypatch.setenv("GUANXI_STORE", f"sqlite:///{outside}/")
    command = [
        sys.executable,
        "-m",
        "services",
        "demo",
        "--home",
        str(tmp_path / "demo"),
        "--file",
        str(events),
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=100, check=False)
    assert done.returncode == 0, done.stderr
    for told in ("Circle", "Becomes a core customer", f"{len(sales):,}", "Throughput", "Try next"):
        assert told in done.stdout
    assert not outside.exists()
