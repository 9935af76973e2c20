"""Who runs: services say so themselves, and what a killed one left behind does not count."""

import os
import socket
from pathlib import Path

import orjson
import pytest

from services.cli.running import NotRunningError, is_supervised, require, running_services


def announce(run_dir: Path, member: str, pid: int, port: int) -> None:
    told = {"pid": pid, "host": "127.0.0.1", "port": port, "started_at": "2026-01-01T00:00:00Z"}
    (run_dir / f"{member}.json").write_bytes(orjson.dumps(told))


def test_a_service_that_listens_is_running(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        announce(tmp_path, "scoring-2", os.getpid(), listener.getsockname()[1])

        (found,) = running_services(tmp_path)

    assert (found.service, found.member) == ("scoring", "scoring-2")


def test_what_a_killed_service_left_behind_does_not_count(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    announce(tmp_path, "rules", os.getpid(), port)
    (tmp_path / "ingest.json").write_text("{half writ")

    assert not running_services(tmp_path)


def test_a_service_that_is_needed_and_away_is_told_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NotRunningError, match="start it with `guanxi up`"):
        require(tmp_path, "ingest")


def test_whether_up_runs_is_read_from_its_lock(tmp_path: Path) -> None:
    assert not is_supervised(tmp_path)
    (tmp_path / "up.lock").write_text(f"{os.getpid()}\n")

    assert is_supervised(tmp_path)


def test_workers_of_one_service_stand_together_in_order(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        for member in ("rules-2", "rules"):
            announce(tmp_path, member, os.getpid(), listener.getsockname()[1])

        found = running_services(tmp_path)

    assert [each.member for each in found] == ["rules", "rules-2"]
