"""The image: what it is built from is there, what it runs as is not root, what it holds is what is locked."""

import re
import subprocess
import sys
from pathlib import Path
from threading import Thread
from wsgiref.simple_server import make_server

import pytest

from tests.unit.deploy.manifests import ROOT

DOCKERFILE = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
FINAL = DOCKERFILE.split("\nFROM ")[-1]
READY = ROOT / "deploy" / "ready"


def copied() -> list[str]:
    lines = re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE)
    return [source for line in lines for source in line.split()[:-1]]


def test_what_is_copied_exists_and_reaches_the_builder() -> None:
    allowed = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}

    assert copied()
    assert set(copied()) == allowed
    assert all((ROOT / source).exists() for source in copied())


def test_the_base_is_pinned_and_one_that_the_project_supports() -> None:
    (base,) = re.findall(r"^ARG PYTHON=python:(\S+)", DOCKERFILE, re.MULTILINE)

    assert re.fullmatch(r"3\.1[012]-slim-\w+", base)


def test_it_runs_by_number_and_not_as_root() -> None:
    (user,) = re.findall(r"^USER (\d+):\d+$", FINAL, re.MULTILINE)

    assert int(user) > 1000


def test_no_compiler_and_no_installer_is_in_the_last_stage() -> None:
    assert not re.search(r"apt-get|gcc|pip install", FINAL)


def test_the_packages_of_the_image_are_those_of_the_lock_without_the_tools() -> None:
    running = pinned("deploy/runtime.lock")

    assert running < pinned("requirements.lock")
    names = {name for name, _ in running}
    assert {"flask", "kafka-python", "pymongo", "durable-rules"} <= names
    assert not {"pytest", "mypy", "ruff", "hypothesis"} & names


def pinned(lock: str) -> set[tuple[str, str]]:
    return set(re.findall(r"^([\w.-]+)(?:\[.*?\])?==(\S+)", (ROOT / lock).read_text(), re.MULTILINE))


@pytest.mark.parametrize(("status", "code"), [("200 OK", 0), ("503 Service Unavailable", 1)])
def test_the_health_check_tells_ready_from_not_ready_and_why(status: str, code: int) -> None:
    def answer(_environ, start_response):  # type: ignore[no-untyped-def]
        start_response(status, [])
        return [b"scoring waits for its first partitions"]

    with make_server("127.0.0.1", 0, answer) as server:
        asked = Thread(target=server.handle_request)
        asked.start()
        told = probe(f"http://127.0.0.1:{server.server_port}/readyz")
        asked.join()

    assert told.returncode == code
    assert ("first partitions" in told.stdout) == bool(code)


def test_the_health_check_of_a_service_that_is_not_there_fails(tmp_path: Path) -> None:
    with make_server("127.0.0.1", 0, lambda *_: []) as server:
        port = server.server_port

    assert probe(f"http://127.0.0.1:{port}/readyz").returncode == 1


def probe(url: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(READY), url], capture_output=True, text=True, check=False)
