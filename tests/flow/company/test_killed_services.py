"""Services are killed while a company lives: the same care is ordered, given and told, byte for byte."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from services.cli.opened import opened
from services.cli.options import config_to_look
from services.cli.running import running_services
from shared.clock import SystemClock
from shared.config import SERVICES
from shared.store.collections import TASKS
from tests.flow.company.conftest import Run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]

COMPANY = {"customers": 60, "days": 110, "every": 7, "care_effect": 4.0, "seed": 5}
PATIENCE_S = 300.0


def kill_each_once_tasks_are_worked(home: Path) -> None:
    """SIGKILL every service, one after the other, each time when more tasks have been closed."""
    wait_for(lambda: len(running_services(home / "run")) == len(SERVICES))
    for number, service in enumerate(SERVICES, start=1):
        wait_for(lambda closed=number * 3: closed_tasks(home) >= closed)
        wait_for(lambda name=service: pid_of(home, name))
        os.kill(pid_of(home, service), signal.SIGKILL)


def closed_tasks(home: Path) -> int:
    with opened(config_to_look(str(home))) as installation:
        return installation.count(TASKS, {"status": {"$in": ["done", "skipped"]}})


def pid_of(home: Path, service: str) -> int:
    return next((each.pid for each in running_services(home / "run") if each.service == service), 0)


def wait_for(holds: Callable[[], object]) -> None:
    clock = SystemClock()
    end = clock.monotonic() + PATIENCE_S
    while not holds():
        assert clock.monotonic() < end, "waited in vain"
        clock.sleep(0.1)


def test_a_company_whose_services_are_killed_lives_as_one_whose_are_not(run_company: Run) -> None:
    calm = run_company(**COMPANY)
    shaken = run_company(kill_each_once_tasks_are_worked, **COMPANY)
    log = (shaken.home / "services.log").read_text(errors="replace")

    assert all(f"{service} ended (signal 9)" in log for service in SERVICES)
    for name in ("company.jsonl.gz", "company.care.jsonl", "company.truth.jsonl"):
        assert (shaken.home / name).read_bytes() == (calm.home / name).read_bytes()
    for name in ("decisions", "relationships", "tasks"):
        exported = (each.guanxi("export", name, "--projection") for each in (shaken, calm))
        assert len(set(exported)) == 1
