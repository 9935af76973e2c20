"""A server that we started ends when told, frozen or not, and never outlives us."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.servers.child import Child

ROOT = Path(__file__).parents[3]
SLEEPER = [sys.executable, "-c", "import time; print('here', flush=True); time.sleep(600)"]
PARENT = """
import sys, time
from pathlib import Path
from deploy.servers.child import Child
child = Child(Path(sys.argv[1]))
child.start(sys.argv[2:])
print(child.pid, flush=True)
time.sleep(600)
"""
PATIENCE_S = 60


def until(held: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + PATIENCE_S
    while not held():
        assert time.monotonic() < give_up_at
        time.sleep(0.02)


def started(directory: Path) -> Child:
    child = Child(directory / "log")
    child.start(SLEEPER)
    until(lambda: child.last_lines() == "here")
    return child


def is_there(pid: int) -> bool:
    """Whether *pid* runs; one that ended and that nobody waited for does not."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def test_a_frozen_child_is_ended_too(tmp_path: Path) -> None:
    child = started(tmp_path)
    pid = child.pid
    child.pause()

    child.end(signal.SIGTERM)

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_ending_twice_is_ending_once(tmp_path: Path) -> None:
    child = started(tmp_path)
    child.end(signal.SIGTERM)

    child.end(signal.SIGTERM)


def test_a_child_that_ended_by_itself_tells_its_code_and_last_words(tmp_path: Path) -> None:
    child = Child(tmp_path / "log")
    child.start([sys.executable, "-c", "import sys; sys.exit('no more')"])
    until(lambda: child.ended() is not None)

    assert (child.ended(), child.last_lines()) == (1, "no more")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can promise it")
def test_a_child_does_not_outlive_a_parent_that_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", PARENT, str(tmp_path / "log"), *SLEEPER]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert is_there(pid)

        parent.kill()

    until(lambda: not is_there(pid))
