"""Batches to ingest: sent again when it is away, told apart when refused."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import orjson
import pytest

from services.cli.running import RunningService, require
from services.replay.sending import Entry, IngestSender, KeyRefusedError, batches
from shared.clock import ManualClock, SystemClock
from shared.errors import RetryLaterError
from tests.faults.proxy import Proxy

Answer = tuple[int, dict[str, str], Any]


@pytest.fixture
def serve() -> Iterator[Callable[..., IngestSender]]:
    servers: list[ThreadingHTTPServer] = []

    def start(*answers: Answer) -> IngestSender:
        left = list(answers)

        class Ingest(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                status, headers, body = left.pop(0) if len(left) > 1 else left[0]
                payload = orjson.dumps(body)
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(payload))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(payload)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Ingest)
        server.daemon_threads = True
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        here = RunningService("ingest", "ingest", 1, "127.0.0.1", server.server_address[1], "")
        return IngestSender(lambda: here, "gx_key", ManualClock(SystemClock().now()))

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


BATCH = [Entry("f:1", b"{}"), Entry("", b"{}"), Entry("f:2", b"{}")]
MIXED = {
    "items": [
        {"index": 0, "id": "1", "status": "accepted"},
        {"index": 1, "id": "m", "status": "accepted"},
        {
            "index": 2,
            "id": "2",
            "status": "rejected",
            "error": {
                "code": "unknown-type",
                "pointer": "/type",
                "detail": "unknown",
                "suggestion": "purchase",
            },
        },
    ]
}


def test_events_and_markers_are_counted_apart_and_refusals_keep_their_place(
    serve: Callable[..., IngestSender],
) -> None:
    sender = serve((202, {}, MIXED))

    receipt = sender.send(BATCH)
    sender.close()

    assert (receipt.accepted, receipt.markers) == (1, 1)
    assert receipt.refused[0].place == "f:2"
    assert receipt.refused[0].detail == '/type: unknown; did you mean "purchase"?'


def test_a_batch_is_sent_again_after_the_time_that_ingest_asks_for(
    serve: Callable[..., IngestSender],
) -> None:
    sender = serve((503, {"Retry-After": "7"}, {"title": "away"}), (202, {}, MIXED))
    clock = sender._clock
    assert isinstance(clock, ManualClock)

    assert sender.send(BATCH).accepted == 1
    sender.close()

    assert clock.elapsed_s == 7


def test_ingest_that_stays_away_is_told_in_the_end(serve: Callable[..., IngestSender]) -> None:
    sender = serve((503, {"Retry-After": "30"}, {"detail": "the bus does not acknowledge"}))

    with pytest.raises(RetryLaterError, match="the bus does not acknowledge"):
        sender.send(BATCH)
    sender.close()


def test_a_refused_key_is_told_at_once(serve: Callable[..., IngestSender]) -> None:
    sender = serve((401, {}, {"detail": "The API key is not known."}))

    with pytest.raises(KeyRefusedError, match="not known"):
        sender.send(BATCH)
    sender.close()


def test_batches_hold_what_ingest_takes() -> None:
    entries = [Entry("f", b"x" * 1000) for _ in range(1200)]

    found = list(batches(entries))

    assert [len(batch) for batch in found] == [399, 399, 399, 3]
    assert sum(map(len, found)) == 1200


def test_an_answer_cut_off_at_any_byte_is_no_answer_and_the_batch_is_sent_again(
    serve: Callable[..., IngestSender],
) -> None:
    there = serve((202, {}, MIXED))._find()
    with Proxy(lambda: there.port) as proxy:
        here = replace(there, port=proxy.port)
        sender = IngestSender(lambda: here, "gx_key", ManualClock(SystemClock().now()))
        for after in range(120):
            proxy.cut_answers(1, after)
            assert sender.send(BATCH).accepted == 1, after
            sender.close()
    assert proxy.cuts == 120


def test_ingest_that_is_not_there_while_it_starts_again_is_waited_for(
    serve: Callable[..., IngestSender], tmp_path: Path
) -> None:
    there, looks = serve((202, {}, MIXED))._find(), iter(range(4))

    def find() -> RunningService:
        return require(tmp_path / "run", "ingest") if next(looks) < 3 else there  # none runs on tmp_path

    with closing(IngestSender(find, "gx_key", ManualClock(SystemClock().now()))) as sender:
        assert sender.send(BATCH).accepted == 1
    assert next(looks, None) is None
