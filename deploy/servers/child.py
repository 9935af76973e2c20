"""One server as a child process: its output in a file, frozen and ended on demand, never left behind.

Knows signals and nothing of what runs. A server ends with whoever started it, even if that one is killed.
"""

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

_STOP_PATIENCE_S = 30.0


class Child:
    """A process that `start` makes anew each time; what it writes goes to *log*. Used by one thread."""

    def __init__(self, log: Path) -> None:
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The running process."""
        return self._running().pid

    def start(self, command: Sequence[str]) -> None:
        """Run *command*; returns before it is ready."""
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - a server of ours
                command,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=_die_with_parent(),  # noqa: PLW1509 - a single system call, safe beside threads
            )

    def ended(self) -> int | None:
        """Its exit code if it ended by itself."""
        return self._running().poll()

    def wait(self) -> None:
        """Return when it ends by itself."""
        self._running().wait()

    def end(self, how: signal.Signals) -> None:
        """Send *how*, also to a frozen process, and wait; kill it if that does not end it."""
        process, self._process = self._process, None
        if process is None or process.poll() is not None:
            return
        process.send_signal(how)
        process.send_signal(signal.SIGCONT)
        try:
            process.wait(_STOP_PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def pause(self) -> None:
        """Freeze it: connections stay open and nothing answers. Every thread has stopped on return."""
        os.kill(self.pid, signal.SIGSTOP)
        os.waitid(os.P_PID, self.pid, os.WSTOPPED)

    def resume(self) -> None:
        """Let a frozen process go on."""
        os.kill(self.pid, signal.SIGCONT)

    def last_lines(self, count: int = 5) -> str:
        """The end of what it wrote."""
        lines = self.log.read_text(errors="replace").strip().splitlines() if self.log.exists() else []
        return " | ".join(lines[-count:]) or "it said nothing"

    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "the server is not running"
        return self._process


class Server:
    """What every server does with its child process; whoever derives from it makes and starts that."""

    _child: Child

    def stop(self) -> None:
        """End the server in order; what it acknowledged is kept."""
        self._child.end(signal.SIGTERM)

    def kill(self) -> None:
        """End the server at once, as a machine that fails does."""
        self._child.end(signal.SIGKILL)

    def pause(self) -> None:
        """Freeze the server: connections stay open and nothing answers."""
        self._child.pause()

    def resume(self) -> None:
        """Let a frozen server go on."""
        self._child.resume()

    def wait(self) -> None:
        """Return when the server ends by itself."""
        self._child.wait()


def _die_with_parent() -> Callable[[], None] | None:
    """Ask Linux to end the child when this process ends, however it ends."""
    if sys.platform != "linux":
        return None
    prctl, set_parent_death_signal = ctypes.CDLL(None).prctl, 1
    return lambda: prctl(set_parent_death_signal, signal.SIGKILL)
