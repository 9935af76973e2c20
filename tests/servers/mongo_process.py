"""A MongoDB server of the tests' own: mongod where it is installed, else the double, as a child process.

Owns start, stop and pause of one child on one port and one data directory; knows nothing of tests.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

import pymongo

DOUBLE = Path(__file__).parents[2] / "deploy" / "mongo" / "double.sh"

_PATIENCE_S = 90.0
_LOOPBACK = "127.0.0.1"


class NoServerError(Exception):
    """No server can be started here; the message says why."""


class MongoServer:
    """One child process; `stop` and `start` keep its port and data."""

    def __init__(self, directory: Path) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._log = directory / "server.log"
        self._mongod = shutil.which("mongod")
        self._child: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def name(self) -> str:
        """Which server it is."""
        return f"mongod ({self._mongod})" if self._mongod else "double: mongo-java-server (no mongod on PATH)"

    def url(self, database: str = "guanxi") -> str:
        """The URL of *database* on this server."""
        return f"mongodb://{_LOOPBACK}:{self.port}/{database}"

    def start(self) -> None:
        """Start the server and wait until it answers; on its old port if it had one."""
        if self._mongod and not self.port:
            self.port = _free_port()
        with self._log.open("wb") as log:
            self._child = subprocess.Popen(
                [*_dying_with_us(), *self._command()], stdout=log, stderr=log, start_new_session=True
            )
        try:
            self._await_answer(self._child)
        except BaseException:
            self.kill()
            raise

    def stop(self) -> None:
        """End the server in order; what it acknowledged is kept."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the server at once. mongod keeps what it acknowledged; the double may lose a moment."""
        self._end(signal.SIGKILL)

    def pause(self) -> None:
        """Make the server hold its breath: connections stay open and nothing is answered."""
        child = self._running()
        child.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, child.pid, os.WSTOPPED)  # every thread of it has stopped now

    def resume(self) -> None:
        """Let a paused server go on."""
        self._running().send_signal(signal.SIGCONT)

    def _command(self) -> list[str]:
        if self._mongod:
            data = self._directory / "data"
            data.mkdir(exist_ok=True)
            place = ["--bind_ip", _LOOPBACK, "--port", str(self.port), "--dbpath", str(data)]
            return [self._mongod, *place, "--wiredTigerCacheSizeGB", "0.25"]
        return [str(DOUBLE), str(self.port), str(self._directory / "data.mv")]

    def _running(self) -> subprocess.Popen[bytes]:
        assert self._child is not None, "the server is not running"
        return self._child

    def _end(self, how: signal.Signals) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        child.send_signal(signal.SIGCONT)
        child.send_signal(how)
        try:
            child.wait(_PATIENCE_S)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()

    def _await_answer(self, child: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            if child.poll() is not None:
                raise NoServerError(f"it ended with {child.returncode}: {self._last_words()}")
            if self._found_port() and self._answers(child):
                return
            time.sleep(0.1)
        raise NoServerError(f"it did not answer within {_PATIENCE_S:.0f} s: {self._last_words()}")

    def _found_port(self) -> bool:
        """The double tells its port only once it is bound, so that nobody else's can be taken for it."""
        if self._mongod:
            return True
        told = re.search(r"mongodb://[\d.]+:(\d+)\n", self._log.read_text(errors="replace"))
        self.port = int(told[1]) if told else self.port
        return told is not None

    def _answers(self, child: subprocess.Popen[bytes]) -> bool:
        client: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(
            self.url(), serverSelectionTimeoutMS=500
        )
        try:
            status = client.admin.command("serverStatus")
        except pymongo.errors.ConnectionFailure:
            return False
        finally:
            client.close()
        if self._mongod and status["pid"] != child.pid:
            raise NoServerError(f"port {self.port} is another server's")
        return True

    def _last_words(self) -> str:
        lines = self._log.read_text(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"


def fetch_double() -> None:
    """Fetch the double if it is needed and not there; raises NoServerError with the reason."""
    if shutil.which("mongod"):
        return
    fetched = subprocess.run(
        [str(DOUBLE)],
        env={**os.environ, "MONGO_DOUBLE_FETCH": "only"},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    if fetched.returncode:
        raise NoServerError((fetched.stderr.strip() or "deploy/mongo/double.sh failed").splitlines()[-1])


def _dying_with_us() -> list[str]:
    """Where the system can, no server is left behind, even by tests that are killed."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((_LOOPBACK, 0))
        return int(probe.getsockname()[1])
