"""Which services run on a home directory, as they say themselves in HOME/run.

Reading only. A file left behind by a killed process is told apart by its pid and its port.
"""

import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from shared.errors import GuanxiError

UP_LOCK = "up.lock"


class NotRunningError(GuanxiError):
    """A command needs a service that does not run on this home."""

    code = "not-running"


@dataclass(frozen=True, slots=True)
class RunningService:
    """One process that said it is ready. *member* is its name with the worker's number."""

    service: str
    member: str
    pid: int
    host: str
    port: int
    started_at: str

    @property
    def url(self) -> str:
        """Where it answers HTTP."""
        return f"http://{self.host}:{self.port}"


def running_services(run_dir: Path) -> Sequence[RunningService]:
    """Every service that is alive and listening, by member name."""
    found = (_read(path) for path in sorted(run_dir.glob("*.json"), key=lambda path: path.stem))
    return [service for service in found if service is not None and is_alive(service)]


def require(run_dir: Path, service: str) -> RunningService:
    """The first worker of *service*; raises `NotRunningError` telling how to start it."""
    for running in running_services(run_dir):
        if running.service == service:
            return running
    raise NotRunningError(f"{service} does not run on {run_dir.parent}; start it with `guanxi up`")


def is_alive(service: RunningService) -> bool:
    """Whether the process exists and its port accepts connections."""
    return process_exists(service.pid) and _is_listening(service.host, service.port)


def process_exists(pid: int) -> bool:
    """Whether there is a process *pid*, ours or not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def is_supervised(run_dir: Path) -> bool:
    """Whether `guanxi up` runs here: it leaves its process in the file that it holds locked."""
    try:
        return process_exists(int((run_dir / UP_LOCK).read_text(encoding="ascii")))
    except (OSError, ValueError):
        return False


def _read(path: Path) -> RunningService | None:
    try:
        told = orjson.loads(path.read_bytes())
        return RunningService(
            service=path.stem.partition("-")[0],
            member=path.stem,
            pid=int(told["pid"]),
            host=str(told["host"]),
            port=int(told["port"]),
            started_at=str(told.get("started_at", "")),
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None  # being written or removed at this moment


def _is_listening(host: str, port: int) -> bool:
    try:
        with socket.create_connection((_reachable(host), port), timeout=1):
            return True
    except OSError:
        return False


def _reachable(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - compared, not bound
