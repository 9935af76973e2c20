"""A whole ingest service over real HTTP on the embedded bus and store, in a thread of this process."""

import http.client
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread
from types import MappingProxyType

import orjson
import pytest

from services.ingest.keys import ApiKeys
from services.ingest.service import serve
from shared.bus.open import open_bus
from shared.clock import SystemClock
from shared.config import Config
from shared.contracts.topics import EVENTS
from shared.http.keys import Scope
from shared.model.catalogue import Catalogue, EventType, FieldDef
from shared.model.rules import Bundle, NotificationPlan
from shared.model.values import Kind
from shared.store.collections import API_KEYS
from shared.store.open import open_store

SECRET = b"k" * 32
PARTITIONS = 4


def catalogue():
    def field(name, kind, **more):
        return FieldDef(name, kind, {"en": name}, **more)

    def event(name, *fields, **more):
        return EventType(name, {"en": name}, {one.name: one for one in fields}, **more)

    events = (
        event(
            "purchase",
            field("amount", Kind.AMOUNT, required=True, minimum=0),
            field("quantity", Kind.INTEGER),
            field("lines", Kind.INTEGER),
            field("country", Kind.TEXT),
        ),
        event("customer.updated", field("phone", Kind.TEXT, personal=True), sets_profile=True),
    )
    return Catalogue({one.name: one for one in events}, {}, {}, (), currency="GBP")


BUNDLE = Bundle("test", "d" * 64, catalogue(), {}, (), NotificationPlan())


def config_for(home: Path, clock_mode="event") -> Config:
    return Config(
        home=home,
        bus_url=f"sqlite:///{home}/bus.db",
        store_url=f"sqlite:///{home}/",
        rules_dir=home / "rules",
        partitions=PARTITIONS,
        clock_mode=clock_mode,
        host="127.0.0.1",
        ports=MappingProxyType({"ingest": 0}),
        secret=SECRET,
        log_format="console",
        engine="reference",
    )


@dataclass
class Ingest:
    """A running service and a publisher who talks to it."""

    config: Config
    port: int
    key: str
    stop: Event
    thread: Thread

    def post(self, body, content_type="application/json", path="/v1/events", key=None, **headers):
        raw = body if isinstance(body, bytes) else orjson.dumps(body)
        token = self.key if key is None else key
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.request("POST", path, raw, {"Content-Type": content_type, "X-API-Key": token, **named})

    def get(self, path):
        return self.request("GET", path, None, {"X-API-Key": self.key})

    def request(self, method, path, body, headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            answer = response.read()
            is_json = "json" in response.headers["Content-Type"]
            return response.status, orjson.loads(answer) if is_json else answer, response.headers
        finally:
            connection.close()

    @property
    def environ(self):
        """The settings a command needs to work on the same installation."""
        return {"GUANXI_HOME": str(self.config.home), "GUANXI_SECRET": SECRET.hex()}

    @property
    def bundle(self):
        """The rules in use."""
        return BUNDLE

    @staticmethod
    def eventually(answer):
        return eventually(answer)

    def new_key(self, *scopes):
        store = open_store(self.config.store_url)
        try:
            return ApiKeys(store.collection(API_KEYS), SECRET, SystemClock()).create("test", scopes)
        finally:
            store.close()

    def log(self, topic=EVENTS.name):
        """Every record of a topic as (partition, record)."""
        bus = open_bus(self.config.bus_url)
        try:
            found = [
                (partition, record)
                for partition in range(PARTITIONS)
                for batch in [bus.read(topic, partition, 0, 10_000)]
                if batch
                for record in batch.records
            ]
        finally:
            bus.close()
        return found

    def publish_inbound(self, *messages):
        bus = open_bus(self.config.bus_url)
        try:
            bus.producer().send("guanxi.inbound", messages)
        finally:
            bus.close()


def eventually(answer, wait_s=10.0):
    """Ask until the answer is true; fail when it never is."""
    until = time.monotonic() + wait_s
    while not (found := answer()):
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.02)
    return found


def started(home: Path, clock_mode="event") -> Ingest:
    config = config_for(home, clock_mode)
    stop = Event()
    thread = Thread(target=serve, args=(config, stop), kwargs={"bundles": lambda: BUNDLE})
    thread.start()
    run_file = config.run_file("ingest")
    eventually(run_file.exists)
    ingest = Ingest(config, orjson.loads(run_file.read_bytes())["port"], "", stop, thread)
    ingest.key = ingest.new_key(*Scope).token
    eventually(lambda: ingest.get("/readyz")[0] == 200)
    return ingest


def stopped(ingest: Ingest) -> None:
    ingest.stop.set()
    ingest.thread.join(10)
    assert not ingest.thread.is_alive()


@pytest.fixture
def start_ingest(tmp_path):
    """Start a service in a clock mode; it is stopped when the test is over."""
    running = []

    def start(clock_mode="event"):
        running.append(started(tmp_path, clock_mode))
        return running[-1]

    yield start
    for one in running:
        stopped(one)


@pytest.fixture
def ingest(start_ingest):
    return start_ingest()
