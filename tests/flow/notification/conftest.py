"""A receiver of webhooks that behaves as told, and a dispatcher on a real store."""

import socketserver
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from services.notification.channels.file import FileChannel
from services.notification.channels.webhook import WebhookChannel
from services.notification.deliveries import payload_of
from services.notification.delivery import Dispatcher
from services.notification.sealing import SecretBox
from services.notification.subscribers import Subscribers
from shared.clock import ManualClock
from shared.store.collections import DELIVERIES, SUBSCRIPTIONS
from shared.store.open import open_store
from shared.store.port import Document, Store

from .task_office import app, keyed, office  # noqa: F401 - fixtures

START = datetime(2026, 3, 2, 10, 0, tzinfo=timezone.utc)
LOOPBACK = ["127.0.0.0/8"]


@dataclass
class Received:
    headers: dict[str, str]
    body: bytes


Answer = Callable[[BaseHTTPRequestHandler], None]


def status(code: int, body: bytes = b"ok", **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        handler.send_header("content-length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return answer


@dataclass
class Receiver:
    """Answers each request with the next of *answers*; the last one stays."""

    answers: list[Answer] = field(default_factory=lambda: [status(200)])
    received: list[Received] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook?x=1"

    def ids(self) -> list[str]:
        return [request.headers["webhook-id"] for request in self.received]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that listens on a port of its own."""
    told = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            told.received.append(
                Received({name.lower(): value for name, value in self.headers.items()}, body)
            )
            answer = told.answers.pop(0) if len(told.answers) > 1 else told.answers[0]
            try:
                answer(self)
            except OSError:
                self.close_connection = True

        def log_message(self, *_args: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_args: Any) -> None:
            pass

        def server_bind(self) -> None:
            socketserver.TCPServer.server_bind(self)  # without a look-up of the host's name

    server = Server(("127.0.0.1", 0), Handler)
    told.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as told:
        yield told


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(f"sqlite:///{tmp_path}/store/")
    yield opened
    opened.close()


class OpenGate:
    """Lets everything through, until told otherwise."""

    refused: str | None = None
    until: datetime | None = None

    def refusal(self, delivery: Document) -> str | None:
        return self.refused

    def quiet_until(self, delivery: Document, now: datetime) -> datetime | None:
        return self.until


@dataclass
class Bench:
    """A dispatcher with everything around it that a test may ask or move."""

    store: Store
    clock: ManualClock
    subscribers: Subscribers
    dispatcher: Dispatcher
    gate: OpenGate

    def hook(self, url: str) -> tuple[str, str]:
        subscription, secret = self.subscribers.add_webhook(url, allow_networks=LOOPBACK)
        return subscription.id, secret

    def owe(self, subscription: str, *names: str, kind: str = "webhook") -> None:
        self.dispatcher.deliveries.insert_absent(
            [delivery(name, subscription, kind, due="2026-03-02T10:00:00Z") for name in names]
        )

    def document(self, name: str) -> Document:
        return self.dispatcher.deliveries.get_many([name])[name].document


def delivery(name: str, subscription: str, kind: str, due: str) -> Document:
    return {
        "_id": name,
        "notification": f"ntf_{name}",
        "subscription": subscription,
        "channel": kind,
        "customer": "c1",
        "to_customer": False,
        "created_at": due,
        "status": "pending",
        "next_attempt_at": due,
        "held_until": None,
        "attempts": [],
        "ambiguous": 0,
        "payload": payload_of("guanxi.notification", due, {"id": f"ntf_{name}", "body": {"zh": "中文"}}),
    }


@pytest.fixture
def bench(store: Store) -> Bench:
    clock = ManualClock(START)
    box = SecretBox(b"k" * 32)
    subscribers = Subscribers(store.collection(SUBSCRIPTIONS), box, clock)
    gate = OpenGate()
    webhook = WebhookChannel(box, clock, connect_timeout_s=1.0, total_timeout_s=0.5)
    dispatcher = Dispatcher(
        deliveries=store.collection(DELIVERIES),
        subscribers=subscribers,
        channels={"webhook": webhook, "file": FileChannel()},
        gate=gate,
        clock=clock,
        spread=lambda: 0.0,
    )
    return Bench(store, clock, subscribers, dispatcher, gate)


def wait_until(true: Callable[[], bool], within_s: float = 10.0) -> None:
    end = time.monotonic() + within_s
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)
