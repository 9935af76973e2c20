"""How much memory a simulation takes does not depend on how many customers it has."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ROOM_BYTES = 12 << 20
"""What the larger company may take more, for fuller buffers; its events alone are more than twice that."""


def peak_bytes(customers: int, output: Path) -> int:
    """The most memory that `guanxi simulate` held at once."""
    command = [sys.executable, "-m", "services", "simulate", "--days", "60", "--customers", str(customers)]
    child = subprocess.Popen([*command, "--output", str(output)], cwd=ROOT, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0
    return used.ru_maxrss * 1_024


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_ten_times_the_customers_take_no_more_memory(tmp_path: Path) -> None:
    few = peak_bytes(2_000, tmp_path / "few.jsonl")
    many = peak_bytes(20_000, tmp_path / "many.jsonl")

    assert (tmp_path / "many.jsonl").stat().st_size > 2 * ROOM_BYTES
    assert many < few + ROOM_BYTES
