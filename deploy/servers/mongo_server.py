"""One MongoDB server as a child process: mongod where it is installed, else the double; on loopback only.

Knows how either is fetched, started and asked; nothing of Guanxi. Port and data outlive `stop`, so that
`start` is a restart of the same server.
"""

import os
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import Any

import pymongo

from deploy.servers.child import Child, Server
from deploy.servers.listening import free_ports

DOUBLE = Path(__file__).parents[2] / "deploy" / "mongo" / "double.sh"

_PATIENCE_S = 90.0
_LOOPBACK = "127.0.0.1"


class NoServerError(Exception):
    """No server can be started here; the message says why."""


class MongoServer(Server):
    """A server in *directory*, on *port* or on one that the system picks. Used by one thread.

    Killed, mongod keeps what it acknowledged; the double may lose a moment.
    """

    def __init__(self, directory: Path, port: int = 0) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._mongod = shutil.which("mongod")
        self._child = Child(directory / "server.log")
        self.port = port

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
            (self.port,) = free_ports(1)
        self._child.log.unlink(missing_ok=True)  # the double is ready when it tells its port there
        self._child.start(self._command())
        try:
            self._await_answer()
        except BaseException:
            self.kill()
            raise

    def _command(self) -> list[str]:
        if self._mongod:
            data = self._directory / "data"
            data.mkdir(exist_ok=True)
            place = ["--bind_ip", _LOOPBACK, "--port", str(self.port), "--dbpath", str(data)]
            return [self._mongod, *place, "--wiredTigerCacheSizeGB", "0.25"]
        return [str(DOUBLE), str(self.port), str(self._directory / "data.mv")]

    def _await_answer(self) -> None:
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            if (code := self._child.ended()) is not None:
                raise NoServerError(f"it ended with {code}: {self._child.last_lines(1)}")
            if self._found_port() and self._answers():
                return
            time.sleep(0.1)
        raise NoServerError(f"it did not answer within {_PATIENCE_S:.0f} s: {self._child.last_lines(1)}")

    def _found_port(self) -> bool:
        """The double tells its port only once it is bound, so that nobody else's can be taken for it."""
        if self._mongod:
            return True
        told = re.search(r"mongodb://[\d.]+:(\d+)\n", self._child.log.read_text(errors="replace"))
        self.port = int(told[1]) if told else self.port
        return told is not None

    def _answers(self) -> bool:
        client: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(
            self.url(), serverSelectionTimeoutMS=500
        )
        try:
            status = client.admin.command("serverStatus")
        except pymongo.errors.ConnectionFailure:
            return False
        finally:
            client.close()
        if self._mongod and status["pid"] != self._child.pid:
            raise NoServerError(f"port {self.port} is another server's")
        return True


def fetch_double() -> None:
    """Fetch the double if it is needed and not there; raises NoServerError with the reason."""
    if shutil.which("mongod"):
        return
    fetched = subprocess.run(  # noqa: S603 - our own script
        [str(DOUBLE)],
        env={**os.environ, "MONGO_DOUBLE_FETCH": "only"},
        capture_output=True,
        text=True,
        timeout=500,
        check=False,
    )
    if fetched.returncode:
        raise NoServerError((fetched.stderr.strip() or "deploy/mongo/double.sh failed").splitlines()[-1])
