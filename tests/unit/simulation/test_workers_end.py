"""Workers of a simulation end with it, however it ends."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.clock import SystemClock

ROOT = Path(__file__).parents[3]
PATIENCE_S = 100.0

pytestmark = [
    pytest.mark.slow,
    pytest.mark.timeout(300),
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are read from /proc"),
]


def children(pid: int) -> set[int]:
    return {int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def is_alive(pid: int) -> bool:
    """What nobody has buried yet is dead all the same."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def until(holds: Callable[[], object]) -> None:
    clock = SystemClock()
    end = clock.monotonic() + PATIENCE_S
    while not holds():
        assert clock.monotonic() < end, "waited in vain"
        clock.sleep(0.05)


def test_workers_of_a_simulation_that_is_killed_end_too(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "services", "simulate", "--customers", "1000000", "--processes", "2"]
    with subprocess.Popen(
        [*command, "--output", str(tmp_path / "company.jsonl")], cwd=ROOT, stderr=subprocess.DEVNULL,
        env={"TMPDIR": str(tmp_path)},
    ) as parent:  # fmt: skip
        until(lambda: len(children(parent.pid)) >= 3)  # two workers, and what cleans up after them
        started = children(parent.pid)
        parent.kill()

    until(lambda: not any(is_alive(pid) for pid in started))
