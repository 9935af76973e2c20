"""Stopping a server is quick and never fails, whatever its thread is doing at that moment."""

import threading
import urllib.request

from shared.http.serving import serve_in_thread


def answer(environ: object, start_response: object) -> list[bytes]:
    start_response("200 OK", [("Content-Length", "2")])  # type: ignore[operator]
    return [b"ok"]


def test_closing_a_hundred_times_under_requests_never_fails() -> None:
    for _ in range(100):
        server = serve_in_thread(answer, "127.0.0.1", 0)
        caller = threading.Thread(target=_ask, args=(server.port,))
        caller.start()
        server.close()
        caller.join(timeout=5)
        assert not caller.is_alive()


def test_a_close_that_the_servers_thread_overtook_is_no_fault() -> None:
    server = serve_in_thread(answer, "127.0.0.1", 0)
    trigger = server._server.trigger  # type: ignore[attr-defined]
    pull = trigger.pull_trigger

    def overtaken(thunk: object) -> None:
        pull(thunk)
        if len(pulled) == 1:
            raise OSError(9, "Bad file descriptor")
        pulled.append(thunk)

    pulled: list[object] = []
    trigger.pull_trigger = overtaken
    server.close()
    assert pulled


def _ask(port: int) -> None:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2).read()
    except OSError:
        return
