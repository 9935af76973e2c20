"""A process's wall clock goes where it is moved to, while it runs, and its monotonic clock does not."""

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.faults.wall_clock import WallClock

TELLER = """
import sys, time
from datetime import datetime, timezone
for _ in sys.stdin:
    begun = time.monotonic()
    time.sleep(0.01)
    waited = time.monotonic() - begun
    print(time.time(), datetime.now(timezone.utc).timestamp(), time.monotonic(), waited, flush=True)
"""


def test_the_wall_clock_of_a_running_process_is_moved_and_nothing_else(tmp_path: Path) -> None:
    wall = WallClock(tmp_path)
    with subprocess.Popen(
        [sys.executable, "-c", TELLER],
        env={**os.environ, **wall.environment},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for shift in (0, 3_600, -3_600, 0):
            wall.shift(shift)
            before, steady = time.time(), time.monotonic()
            process.stdin.write("\n")
            process.stdin.flush()
            told, dated, monotonic, waited = map(float, process.stdout.readline().split())
            after, steady_after = time.time(), time.monotonic()
            assert before <= told - shift <= after
            assert before <= dated - shift <= after
            assert steady <= monotonic <= steady_after
            assert 0.01 <= waited <= steady_after - steady
        process.stdin.close()
