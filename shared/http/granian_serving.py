"""Serving the busiest application with granian, in a thread of this process on a socket bound beforehand.

granian's own server runs WSGI only in processes of its own and binds with SO_REUSEPORT, so that port 0
cannot be told and a second service on the same port would go unnoticed. Its worker, used here directly,
has neither fault; it is not a public interface, so a version that differs falls back to waitress.
"""

import logging
import threading
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from shared.http.serving import CLOSE_TIMEOUT_S, BoundServer, WsgiApp, bind, serve_in_thread
from shared.telemetry.logs import logger

IDLE_THREAD_TIMEOUT_S = 30
MAX_WAITING = 512
"""Requests taken in at once; further connections wait in the socket's backlog."""

_NO_TLS: tuple[Any, ...] = (False, None, None, None, "tls1.3", None, [], False)


@dataclass(frozen=True, slots=True)
class GranianServer:
    """granian's worker in a thread."""

    host: str
    port: int
    _stop: Any
    _thread: threading.Thread

    def close(self) -> None:
        """Stop accepting, let requests under way finish (some seconds at most), release the port."""
        if self._thread.is_alive():
            self._stop.set()
            self._thread.join(CLOSE_TIMEOUT_S)


def serve_fast(app: WsgiApp, host: str, port: int, *, threads: int) -> BoundServer:
    """Serve *app* until `close`, with granian if its inside is as expected, else with waitress."""
    try:
        return _serve_with_granian(app, host, port, threads)
    except (ImportError, AttributeError, TypeError) as error:
        logger().warning("granian cannot be embedded, using waitress", detail=str(error))
        return serve_in_thread(app, host, port, threads=threads)


def _serve_with_granian(app: WsgiApp, host: str, port: int, threads: int) -> GranianServer:
    inside, loops = import_module("granian._granian"), import_module("granian._loops")
    scheduler_for = import_module("granian._futures")._new_cbscheduler  # noqa: SLF001
    settings = import_module("granian.http").HTTP1Settings()
    callback = import_module("granian.wsgi")._callback_wrapper(app, {}, None)  # noqa: SLF001
    logging.getLogger("_granian").setLevel(logging.WARNING)  # it tells of every start and stop
    sizes = (1, 16, threads, IDLE_THREAD_TIMEOUT_S, MAX_WAITING)
    bound = bind(host, port)
    port = bound.getsockname()[1]
    try:
        shared = inside.SocketHolder(bound.fileno(), False, MAX_WAITING)
        worker = inside.WSGIWorker(
            1, (None, shared), None, *sizes, "1", settings, None, None, *_NO_TLS, (None, None)
        )
        stop, stopped = inside.WorkerSignal(), threading.Event()
        stop.add_cb(stopped.set)
    except Exception:
        bound.close()
        raise
    bound.detach()  # granian closes it

    def serve() -> None:
        loop = loops.loops.get("auto")
        try:
            worker.serve_mtr(scheduler_for(loop, callback, impl_asyncio=True), loop, stop)
            stopped.wait()
        finally:
            loops.close_active_loop(loop)

    thread = threading.Thread(target=serve, name=f"http:{port}", daemon=True)
    thread.start()
    return GranianServer(host, port, stop, thread)
