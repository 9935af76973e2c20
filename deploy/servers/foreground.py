"""Run one server of `deploy.servers` in the foreground until Ctrl-C, SIGTERM or its own end."""

import signal
import sys
from collections.abc import Callable
from typing import Protocol


class Server(Protocol):
    """What `start` made, `stop` ends in order."""

    def start(self) -> None:
        """Return when it answers."""

    def wait(self) -> None:
        """Return when it ends by itself."""

    def stop(self) -> None:
        """End it in order."""


def tell(text: str) -> None:
    """Print *text* at once, also into a pipe."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def in_foreground(server: Server, started: Callable[[], None]) -> None:
    """Run *server*; *started* tells the person how to reach it."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        server.start()
        started()
        server.wait()
    except KeyboardInterrupt:
        pass
    finally:
        server.stop()
