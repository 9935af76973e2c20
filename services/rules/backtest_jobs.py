"""Backtests that are asked for over HTTP: each runs as `guanxi backtest` in a process of its own.

So the service goes on deciding meanwhile. One at a time and at low priority; what it was asked, how far it is
and its report lie in HOME/backtests, where every worker finds them.
"""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Lock
from typing import Any

import orjson

from services.cli.running import process_exists
from services.rules.backtest_request import FILES, PROGRESS, REPORT, check, kept, lay_out, options
from shared.config import Config
from shared.errors import RefusedError, RetryLaterError

KEPT = 20
NICE = 10
STOP_WITHIN_S = 5
REQUEST, TOLD, PID = "request.json", "told", "pid"
RUNNING, DONE, FAILED = "running", "done", "failed"


class BusyError(RetryLaterError):
    """A backtest runs already."""

    code = "backtest-running"


class UnknownBacktestError(RefusedError):
    """There is no backtest of that id, any more or yet."""

    code = "unknown-backtest"


@dataclass(slots=True)
class BacktestJobs:
    """Starts backtests and tells of them. Safe to use from several threads."""

    config: Config
    _running: "tuple[str, subprocess.Popen[bytes]] | None" = None
    _lock: Lock = field(default_factory=Lock)

    @property
    def _directory(self) -> Path:
        return self.config.home / "backtests"

    def start(self, request: Mapping[str, Any]) -> str:
        """Begin a backtest and return its id; raises BusyError, and RefusedError for files that are none."""
        with self._lock:
            if self._is_busy():
                raise BusyError("a backtest is running; one runs at a time", retry_after_s=5)
            self._forget_oldest()
            identity = secrets.token_hex(8)
            directory = self._directory / identity
            check(request["files"])
            directory.mkdir(parents=True)
            lay_out(request["files"], directory / FILES)
            (directory / REQUEST).write_bytes(kept(request))
            self._running = identity, self._spawn(request, directory)
        return identity

    def _spawn(self, request: Mapping[str, Any], directory: Path) -> "subprocess.Popen[bytes]":
        with (directory / TOLD).open("wb") as told:
            process = subprocess.Popen(  # noqa: S603 - our own command line
                [sys.executable, "-m", "services", "backtest", *options(request, directory)],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=told,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, process.pid, NICE)
        (directory / PID).write_text(str(process.pid))
        return process

    def _environment(self) -> dict[str, str]:
        config = self.config
        chosen = {
            "GUANXI_HOME": str(config.home),
            "GUANXI_BUS": config.bus_url,
            "GUANXI_STORE": config.store_url,
            "GUANXI_RULES": str(config.rules_dir),
        }
        return {**os.environ, **chosen}

    def _is_busy(self) -> bool:
        return any(self._state(directory) == RUNNING for directory in self._all())

    def _all(self) -> list[Path]:
        """Every backtest's directory, the oldest first."""
        found = [path for path in self._directory.glob("*") if (path / REQUEST).exists()]
        return sorted(found, key=lambda path: (path / REQUEST).stat().st_mtime_ns)

    def _forget_oldest(self) -> None:
        for directory in self._all()[: -KEPT + 1]:
            shutil.rmtree(directory, ignore_errors=True)

    def _state(self, directory: Path) -> str:
        if self._running is not None and self._running[0] == directory.name:
            is_alive = self._running[1].poll() is None
        else:
            is_alive = _process_in(directory)
        if is_alive:
            return RUNNING
        return DONE if (directory / REPORT).exists() else FAILED

    def told(self, identity: str) -> dict[str, Any]:
        """How far a backtest is, and what came out; raises UnknownBacktestError."""
        directory = self._known(identity)
        state = self._state(directory)
        found = {"id": identity, "state": state, "request": orjson.loads((directory / REQUEST).read_bytes())}
        if state == FAILED:
            return {**found, "problem": (directory / TOLD).read_text(errors="replace").strip()}
        if state == DONE:
            report = orjson.loads((directory / REPORT).read_bytes())
            summary = {name: report[name] for name in ("passed", "moved", "impact_percent", "digest")}
            return {**found, "percent": 100, **summary}
        return {**found, "percent": _percent(directory)}

    def report(self, identity: str) -> bytes | None:
        """The finished report, or None while there is none."""
        directory = self._known(identity)
        return (directory / REPORT).read_bytes() if self._state(directory) == DONE else None

    def _known(self, identity: str) -> Path:
        directory = self._directory / identity
        if not identity.isalnum() or not (directory / REQUEST).exists():
            raise UnknownBacktestError(f"no backtest {identity!r} is known; the last {KEPT} are kept")
        return directory

    def end_with(self, stop: Event) -> None:
        """End what runs when the service stops."""
        stop.wait()
        with self._lock:
            if self._running is not None and self._running[1].poll() is None:
                self._running[1].terminate()
                with suppress(subprocess.TimeoutExpired):
                    self._running[1].wait(STOP_WITHIN_S)


def _process_in(directory: Path) -> bool:
    """Whether the process that another worker, or an earlier life of this one, has started still runs."""
    try:
        return process_exists(int((directory / PID).read_text()))
    except (OSError, ValueError):
        return False


def _percent(directory: Path) -> int:
    try:
        return int((directory / PROGRESS).read_text() or 0)
    except (OSError, ValueError):
        return 0
