"""R11: the disk of a running installation is full, and then it is not: a small file system of its own.

Only the embedded bus and store keep files; how each meets a full disk is in `test_sqlite_bus_faults`
and `test_sqlite_store_faults`.
"""

import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.backend import SqliteBackend
from tests.faults.conftest import Figures
from tests.faults.installation import PATIENCE_S, Installation, until
from tests.faults.invariants import check
from tests.faults.selling import sales

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SEED = 11
SIZE_MB = 48


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of a few megabytes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", str(disk)]
    try:
        done = subprocess.run(mounting, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("no small file system without the command mount")
    if done.returncode:
        pytest.skip(f"no small file system here: {done.stderr.decode().strip()}")
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def fill(disk: Path) -> Path:
    """Take all space that is left, to the last byte; whoever removes the file gives it back."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 20, 4096, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    return ballast


def test_on_a_full_disk_publishers_are_told_and_all_goes_on_by_itself_when_there_is_room(
    small_disk: Path, tmp_path: Path, figures: Figures
) -> None:
    installation = Installation(tmp_path / "home", SqliteBackend(small_disk))
    sold = sales(3_000, 50, SEED)
    try:
        installation.serve_all()
        publisher = installation.publisher(batch=10, give_up_after_s=500.0)
        publisher.start(sold)
        until(lambda: len(publisher.acknowledged) >= 200, PATIENCE_S)
        ballast = fill(small_disk)
        until(lambda: len(publisher.refusals) >= 5, PATIENCE_S)
        assert len(publisher.acknowledged) < len(sold), "or the disk was full too late to prove anything"
        assert installation.get("ingest", "/healthz")[0] == 200, "a full disk is no reason to restart"
        ballast.unlink()
        publisher.join()
        installation.wait_until_idle()
        findings = check(installation, publisher.acknowledged, sold)
        figures(fault="R11 disk full", backend="sqlite", events=len(sold), seed=SEED, **findings.counts())
        assert not findings, findings
        assert {status for status, _ in publisher.refusals} <= {503, 507}
        assert publisher.without_retry_after == 0
        assert all(process.poll() is None for process in installation.alone.values()), "nobody restarted"
        for member in tuple(installation.alone):
            assert installation.end(member) == 0
        for path in (*small_disk.glob("*.db"), *small_disk.glob("bus.db.d/*.db")):
            with sqlite3.connect(path) as database:
                assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",), path
            database.close()
    finally:
        installation.close()
