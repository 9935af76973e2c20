"""The supervisor keeps real child processes: restarts, order of stopping, and what it never touches."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

import pytest

from services.cli.running import process_exists, running_services
from services.supervisor import ChildSpec, Supervisor, pause_before
from shared.clock import SystemClock

SERVICE = """
import json, os, signal, socket, sys
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
listener = socket.create_server(("127.0.0.1", 0))
run_file = sys.argv[1]
with open(run_file + ".new", "w") as file:
    json.dump({"pid": os.getpid(), "host": "127.0.0.1", "port": listener.getsockname()[1]}, file)
os.replace(run_file + ".new", run_file)
print("serving", flush=True)
signal.sigwait({signal.SIGTERM})
os.unlink(run_file)
"""


@dataclass
class Running:
    """A supervisor at work in a thread, and every line it said."""

    run_dir: Path
    lines: list[tuple[str, str]] = field(default_factory=list)
    codes: list[int] = field(default_factory=list)

    def start(self, *specs: ChildSpec) -> None:
        self.supervisor = Supervisor(
            specs,
            SystemClock(),
            lambda member, line: self.lines.append((member, line)),
            lambda: running_services(self.run_dir),
            interval_s=0.02,
        )
        self.thread = Thread(target=lambda: self.codes.append(self.supervisor.run()))
        self.thread.start()

    def finish(self) -> int:
        self.supervisor.stop.set()
        self.thread.join(timeout=30)
        return self.codes[0]

    def pid(self, member: str) -> int | None:
        return next((s.pid for s in running_services(self.run_dir) if s.member == member), None)

    def said(self, part: str) -> bool:
        return any(part in line for _, line in self.lines)


def until(holds: Callable[[], object], within_s: float = 20.0) -> None:
    clock = SystemClock()
    end = clock.monotonic() + within_s
    while not holds():
        assert clock.monotonic() < end, "waited in vain"
        clock.sleep(0.02)


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    work = Running(tmp_path)
    yield work
    work.supervisor.stop.set()
    work.thread.join(timeout=30)


def service(running: Running, name: str, script: str = SERVICE) -> ChildSpec:
    command = [sys.executable, "-c", script, str(running.run_dir / f"{name}.json")]
    return ChildSpec(name.partition("-")[0], name, command, dict(os.environ))


def test_a_killed_child_is_started_again(running: Running) -> None:
    running.start(service(running, "ingest"), service(running, "scoring"))
    until(lambda: running.said("all services are ready"))
    first, untouched = running.pid("scoring"), running.pid("ingest")
    assert first is not None

    os.kill(first, signal.SIGKILL)
    until(lambda: running.pid("scoring") not in (None, first))

    assert running.said("scoring ended (signal 9)")
    assert running.pid("ingest") == untouched
    assert running.finish() == 0


def test_services_stop_one_after_the_other_along_the_way_of_the_data(running: Running) -> None:
    names = ("ingest", "scoring", "scoring-2", "rules", "notification")
    running.start(*(service(running, name) for name in names))
    until(lambda: running.said("all services are ready"))

    assert running.finish() == 0

    stopped = [line.split()[0] for _, line in running.lines if "stopped (exit code 0)" in line]
    assert stopped == list(names)
    assert not running_services(running.run_dir)


def test_every_line_of_every_child_comes_out_under_its_name(running: Running) -> None:
    running.start(service(running, "ingest"), service(running, "scoring-2"))
    until(lambda: running.said("all services are ready"))
    running.finish()

    assert ("ingest", "serving") in running.lines
    assert ("scoring-2", "serving") in running.lines


def test_wrong_settings_end_everything_instead_of_starting_again_and_again(running: Running) -> None:
    running.start(service(running, "ingest"), service(running, "rules", "raise SystemExit(2)"))
    running.thread.join(timeout=30)

    assert running.codes == [2]
    assert running.said("rules cannot start (exit code 2)")


def test_a_service_that_stopped_for_good_stays_down_and_the_others_go_on(running: Running) -> None:
    gone = SERVICE.replace("os.unlink(run_file)", "os.unlink(run_file); raise SystemExit(3)")
    running.start(service(running, "ingest"), service(running, "scoring", gone))
    until(lambda: running.said("all services are ready"))
    stopping = running.pid("scoring")
    assert stopping is not None

    os.kill(stopping, signal.SIGTERM)
    until(lambda: running.said("scoring stopped for good (exit code 3)"))

    assert not running.said("starting it again")
    assert running.pid("ingest") is not None
    assert running.finish() == 0


def test_a_child_that_does_not_stop_is_killed_and_that_is_told(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.supervisor.STOP_WITHIN_S", 0.3)
    deaf = SERVICE.replace("signal.sigwait({signal.SIGTERM})", "signal.sigwait({signal.SIGUSR1})")
    running.start(service(running, "ingest", deaf))
    until(lambda: running.said("all services are ready"))

    assert running.finish() == 1
    assert running.said("did not stop within")


def test_only_own_children_are_ended(running: Running) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE
    ) as other:
        running.start(service(running, "ingest"))
        until(lambda: running.said("all services are ready"))
        running.finish()

        assert other.poll() is None
        assert process_exists(other.pid)
        other.communicate()


def test_pauses_double_up_to_half_a_minute() -> None:
    assert [pause_before(failures) for failures in (1, 2, 3, 10)] == [0.5, 1.0, 2.0, 30.0]
