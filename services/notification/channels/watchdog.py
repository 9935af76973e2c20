"""The end of an exchange that takes too long, however slowly the other side drips its answer."""

import socket
import threading
from contextlib import suppress
from typing import Protocol


class OverSocket(Protocol):
    """A client of some protocol; without a connection it has no socket, or None."""

    @property
    def sock(self) -> socket.socket | None:
        """What it speaks over."""


def cut_off_after(limit_s: float, client: OverSocket, expired: threading.Event) -> threading.Timer:
    """Close *client*'s socket after *limit_s* and set *expired*, unless the timer is cancelled before."""

    def end() -> None:
        expired.set()
        with suppress(OSError, AttributeError):
            if client.sock is not None:
                client.sock.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(limit_s, end)
    timer.daemon = True
    timer.start()
    return timer
