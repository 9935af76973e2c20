"""A whole installation under fault: services by `guanxi up`, log and documents through the ports."""

import http.client
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import orjson

from services.cli.running import RunningService, running_services
from services.ingest.keys import ApiKeys
from services.replay.waiting import wait_until_idle
from shared.bus.open import open_bus
from shared.bus.port import Bus, Record
from shared.clock import SystemClock
from shared.config import SERVICES, Config, load_config
from shared.http.keys import Scope
from shared.store.collections import API_KEYS
from shared.store.open import open_store
from shared.store.port import CollectionSpec, Query, Store
from tests.faults.backend import Backend
from tests.faults.publisher import Publisher
from tests.flow.cli.conftest import ROOT, Home, until

PARTITIONS = 4
PATIENCE_S = 120.0
LATER = frozenset({0, 502, 503, 504, 507})


@dataclass
class Installation:
    """Opened once for looking; `close` stops what still runs."""

    path: Path
    backend: Backend
    rules: Path | None = None
    home: Home = field(init=False)
    alone: dict[str, "subprocess.Popen[bytes]"] = field(
        default_factory=dict
    )  # by member, without `guanxi up`

    def __post_init__(self) -> None:
        self.path.mkdir(exist_ok=True)
        self.home = Home(self.path, environment=self.backend.environment())
        if self.rules is not None:
            self.home.rules = self.rules

    # -- what runs

    def running(self) -> Sequence[RunningService]:
        return running_services(self.path / "run")

    def where(self, service: str = "ingest") -> tuple[str, int] | None:
        """Host and port of a service, or None while it is away."""
        found = [each for each in self.running() if each.service == service]
        return (found[0].host, found[0].port) if found else None

    def publisher(self, **options: Any) -> Publisher:
        return Publisher(self.where, self.key, **options)

    @cached_property
    def key(self) -> str:
        """A key that may do everything."""
        keys = ApiKeys(self.store.collection(API_KEYS), self.config.secret, SystemClock())
        return keys.create("faults", list(Scope)).token

    @cached_property
    def config(self) -> Config:
        return load_config({"GUANXI_HOME": str(self.path), **self.backend.environment()})

    def get(self, service: str, path: str) -> tuple[int, bytes]:
        return self.request(service, "GET", path)

    def request(self, service: str, method: str, path: str, body: object = None) -> tuple[int, bytes]:
        """Ask a service once; raises OSError when it is not there."""
        found = next((each for each in self.running() if each.service == service), None)
        if found is None:
            raise ConnectionRefusedError(f"{service} does not run")
        return self.ask(found, method, path, body)

    def ask(
        self, one: RunningService, method: str, path: str, body: object = None, key: str = ""
    ) -> tuple[int, bytes]:
        """Ask one process, with a key that may do everything unless another is named."""
        connection = http.client.HTTPConnection(one.host, one.port, timeout=20)
        try:
            headers = {"X-API-Key": key or self.key, "Content-Type": "application/json"}
            connection.request(method, path, None if body is None else orjson.dumps(body), headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def insist(self, service: str, method: str, path: str, body: object = None) -> tuple[int, bytes]:
        """Ask until there is an answer that is not "later", as a patient client does."""
        answer = (0, b"")

        def has_answered() -> bool:
            nonlocal answer
            with suppress(OSError, http.client.HTTPException):
                answer = self.request(service, method, path, body)
            return answer[0] not in LATER

        until(has_answered, PATIENCE_S)
        return answer

    def is_ready(self, service: str) -> bool:
        with suppress(OSError, http.client.HTTPException):
            return self.get(service, "/readyz")[0] == 200
        return False

    def wait_until_idle(self) -> None:
        """Return when every group has dealt with everything."""
        wait_until_idle(self.bus, SystemClock(), lambda _lags: None)

    @contextmanager
    def frozen(self, member: str) -> Iterator[None]:
        """Inside, the process *member* does not run, and does not know it.

        Not in the midst of a write to a SQLite file: there it would hold up all others until it wakes.
        """
        pid = next(each.pid for each in self.running() if each.member == member)
        os.kill(pid, signal.SIGSTOP)
        while not self.backend.takes_writes():
            os.kill(pid, signal.SIGCONT)
            SystemClock().sleep(0.05)
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    # -- services one by one, for faults that `guanxi up` would mend at once

    def serve(self, service: str, worker: int = 1, **settings: str) -> "subprocess.Popen[bytes]":
        """Start one process of *service*; *settings* such as ``CRASH_AT`` are its own."""
        member = service if worker == 1 else f"{service}-{worker}"
        environment = {
            **os.environ,
            **self.backend.environment(),
            "GUANXI_HOME": str(self.path),
            "GUANXI_RULES": str(self.home.rules),
            "GUANXI_CLOCK": "event",
            "GUANXI_WORKER": str(worker),
            **{f"GUANXI_{name.upper()}_PORT": "0" for name in SERVICES},
            **{f"GUANXI_{name}": value for name, value in settings.items()},
        }
        command = [sys.executable, "-m", "services", "serve", service]
        with (self.path / f"{member}.log").open("ab") as log:
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=ROOT)
        self.alone[member] = process
        return process

    def serve_all(self) -> None:
        """Start one process of every service and wait until all are there."""
        for service in SERVICES:
            self.serve(service)
        until(lambda: {each.service for each in self.running()} == set(SERVICES), PATIENCE_S)

    def wait_for(self, member: str) -> None:
        """Wait until *member* has said that it is there."""
        pid = self.alone[member].pid
        until(lambda: any((each.member, each.pid) == (member, pid) for each in self.running()), PATIENCE_S)

    def end(self, member: str, how: int = signal.SIGTERM) -> int:
        """End a process of ours and return its exit code."""
        process = self.alone.pop(member)
        process.send_signal(how)
        return process.wait(timeout=PATIENCE_S)

    def log_of(self, member: str) -> str:
        return (self.path / f"{member}.log").read_text(errors="replace")

    # -- what is kept

    @cached_property
    def bus(self) -> Bus:
        return open_bus(self.backend.bus_url)

    @cached_property
    def store(self) -> Store:
        return open_store(self.backend.store_url)

    def everything(self, spec: CollectionSpec) -> Iterator[dict[str, Any]]:
        """Every document of a collection, by id."""
        cursor = None
        while True:
            page = self.store.collection(spec).find(Query(limit=1_000, cursor=cursor))
            yield from (found.document for found in page.documents)
            cursor = page.cursor
            if cursor is None:
                return

    def records(self, topic: str, begin: dict[int, int] | None = None) -> Iterator[tuple[int, Record]]:
        """Every record of a topic with its partition, from where *begin* stands, which moves along."""
        at = {} if begin is None else begin
        for partition in range(PARTITIONS):
            while (batch := self.bus.read(topic, partition, at.get(partition, 0), 1_000)) is not None:
                at[partition] = batch.next_offset
                yield from ((partition, record) for record in batch.records)

    def close(self) -> None:
        if self.home.up is not None and self.home.up.poll() is None:
            self.home.stop()
        for process in self.alone.values():
            process.kill()
            process.wait()
        for name in ("bus", "store"):
            if name in self.__dict__:
                self.__dict__[name].close()


__all__ = ["PARTITIONS", "PATIENCE_S", "Installation", "until"]
