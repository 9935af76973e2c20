"""Serving an application from a thread of this process, on a socket bound beforehand.

The socket is bound before the server starts, so port 0 works, the real port is known at once and the
port is provably ours.
"""

import logging
import socket
import threading
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import waitress  # type: ignore[import-untyped]
from waitress.server import BaseWSGIServer  # type: ignore[import-untyped]
from waitress.wasyncore import close_all, dispatcher  # type: ignore[import-untyped]

from shared.clock import SystemClock
from shared.errors import GuanxiError

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

BACKLOG = 1024
CLOSE_TIMEOUT_S = 5.0


class BoundServer(Protocol):
    """A server that accepts connections on *host* and *port* until it is closed."""

    @property
    def host(self) -> str:
        """The address bound."""

    @property
    def port(self) -> int:
        """The port bound, never 0."""

    def close(self) -> None:
        """Stop accepting, let requests under way finish (some seconds at most), release the port."""


@dataclass(frozen=True, slots=True)
class WaitressServer:
    """waitress in a thread. Its sockets are touched by that thread only, as asyncore wants."""

    host: str
    port: int
    _server: BaseWSGIServer
    _channels: dict[int, Any]
    _thread: threading.Thread

    def close(self) -> None:
        """Stop accepting, let requests under way finish (some seconds at most), release the port."""
        if not self._thread.is_alive():
            return
        self._server.trigger.pull_trigger(partial(dispatcher.close, self._server))
        self._wait_for_requests()
        self._server.task_dispatcher.shutdown(timeout=1)
        with suppress(OSError):  # an earlier pull may have run this already, and closed the trigger itself
            self._server.trigger.pull_trigger(partial(close_all, self._channels, True))
        self._thread.join(CLOSE_TIMEOUT_S)

    def _wait_for_requests(self) -> None:
        clock = SystemClock()
        deadline = clock.monotonic() + CLOSE_TIMEOUT_S
        while any(_is_busy(channel) for channel in list(self._server.active_channels.values())):
            if clock.monotonic() > deadline:
                return
            clock.sleep(0.01)


def _is_busy(channel: Any) -> bool:
    return bool(channel.requests or channel.total_outbufs_len)


class AddressRefusedError(GuanxiError):
    """The system does not give us the address: most often another process has the port."""

    code = "address-refused"

    def __init__(self, host: str, port: int, why: str) -> None:
        super().__init__(
            f"cannot listen on {host}:{port} ({why}); stop what listens there, or choose another address: "
            "GUANXI_HOST, GUANXI_<SERVICE>_PORT (0: the system picks one), `guanxi up --any-ports`"
        )


def bind(host: str, port: int) -> socket.socket:
    """Bind and listen; port 0 lets the system pick. Raises `AddressRefusedError`."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    bound = socket.socket(family, socket.SOCK_STREAM)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((host, port))
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        bound.listen(BACKLOG)
    except OSError as error:
        bound.close()
        raise AddressRefusedError(host, port, error.strerror or str(error)) from None
    return bound


def serve_in_thread(app: WsgiApp, host: str, port: int, *, threads: int = 8) -> BoundServer:
    """Serve *app* until `close`; connections are accepted when this returns."""
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # it tells of every wait
    bound = bind(host, port)
    channels: dict[int, Any] = {}
    server = waitress.create_server(
        app,
        map=channels,
        sockets=[bound],
        threads=threads,
        ident=None,
        clear_untrusted_proxy_headers=True,
        max_request_body_size=16 * 1024 * 1024,  # the application answers 413 long before
    )
    thread = threading.Thread(target=server.run, name=f"http:{bound.getsockname()[1]}", daemon=True)
    thread.start()
    return WaitressServer(host, bound.getsockname()[1], server, channels, thread)
