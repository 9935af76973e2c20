"""Compose a worker process: bus, store, stage, runner and its HTTP side, and run it until told to stop.

Services hand in their processor and routes; the order of start and stop is the same for all of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Thread
from typing import Any, TypeVar

from flask import Flask
from flask_smorest import Blueprint

from shared.bus.open import open_bus
from shared.bus.port import Bus, Producer
from shared.clock import Clock, SystemClock
from shared.config import Config
from shared.contracts.topics import ALL, Topic
from shared.flow.crash_points import crash_points
from shared.flow.dead_letters import DeadLetterPublisher
from shared.flow.positions import PositionWatch
from shared.flow.processor import Processor
from shared.flow.runner import Runner
from shared.flow.stage import Stage
from shared.flow.state import NotReadyError, WorkerState
from shared.flow.work import Ports
from shared.http.app import create_app, register
from shared.http.keys import KeyRing
from shared.http.serving import serve_in_thread
from shared.lifecycle import RunFile, collect_garbage_rarely, stop_on_signals
from shared.store.collections import API_KEYS
from shared.store.open import open_store
from shared.store.port import Collection, CollectionSpec, Store
from shared.telemetry.logs import logger

S = TypeVar("S")

DEAD_LETTER_LIMIT = 1_000


@dataclass(frozen=True, slots=True)
class Flow:
    """Which topic a service reads and writes, and where it keeps customers and partitions."""

    reads: Topic
    writes: Topic
    documents: CollectionSpec
    memories: CollectionSpec


class Worker:
    """An opened service process. Used once: open, add parts, `serve`."""

    def __init__(self, config: Config, service: str, clock: Clock | None = None) -> None:
        self.config = config
        self.service = service
        self.clock: Clock = clock or SystemClock()
        self.stop: Event = stop_on_signals()
        self.bus: Bus = open_bus(config.bus_url)
        self.store: Store = open_store(config.store_url)
        for topic in ALL:
            self.bus.ensure_topic(topic.name, config.partitions, topic.kept_days)
        self.producer: Producer = self.bus.producer()
        self.reach = crash_points(service, config.crash_at)
        self._background: list[tuple[str, Callable[[Event], None]]] = []
        self._failed: list[str] = []

    def collection(self, spec: CollectionSpec) -> Collection:
        """Open a collection of the store."""
        return self.store.collection(spec)

    def runner(self, processor: Processor[Any], flow: Flow) -> Runner:
        """The loop that feeds *processor* by *flow*."""
        ports = Ports(
            processor,
            self.collection(flow.documents),
            self.collection(flow.memories),
            self.producer,
            flow.writes.name,
            self.reach,
        )
        return Runner(
            Stage(ports),
            self.bus,
            topic=flow.reads.name,
            group=self.service,
            member=self.config.member(self.service),
            partitions=self.config.partitions,
            dead_letter=DeadLetterPublisher(self.bus.producer(), self.service, self.clock),
            dead_letter_limit=DEAD_LETTER_LIMIT,
            clock=self.clock,
            reach=self.reach,
        )

    def app(self, runner: Runner, routes: Callable[[WorkerState], Blueprint]) -> Flask:
        """The HTTP side: health, metrics and the service's own *routes*."""
        keys = KeyRing(self.collection(API_KEYS), self.config.secret, self.clock)
        checks = {
            "worker": runner.state.check_ready,
            "store": self.store.check,
            "stopping": self._check_going_on,
        }
        app = create_app(self.service, checks=checks, keys=keys, clock=self.clock)
        register(app, routes(runner.state))
        return app

    def _check_going_on(self) -> None:
        if self.stop.is_set():
            raise NotReadyError(f"{self.service} is stopping")

    def in_background(self, name: str, run: Callable[[Event], None]) -> None:
        """Run *run* in a thread of its own while the service serves; it must heed the stop event.

        If it fails the service stops: half a service would look healthy and leave its work undone.
        """
        self._background.append((name, run))

    def _thread(self, name: str, run: Callable[[Event], None]) -> Thread:
        def guarded() -> None:
            try:
                run(self.stop)
            except Exception:
                logger().exception("a part of the service failed", part=name)
                self._failed.append(name)
                self.stop.set()

        return Thread(target=guarded, name=name, daemon=True)

    def serve(self, runner: Runner, app: Flask) -> int:
        """Serve and work until told to stop; return the exit code, 1 if a part failed."""
        server = serve_in_thread(app, self.config.host, self.config.port(self.service))
        run_file = RunFile(self.config.run_file(self.service), self.clock)
        threads = [self._thread(name, run) for name, run in self._background]
        try:
            for thread in threads:
                thread.start()
            PositionWatch(lambda: open_bus(self.config.bus_url)).start(self.stop)
            collect_garbage_rarely()
            run_file.announce(self.config.host, server.port)
            logger().info("serving", port=server.port)
            runner.run(self.stop)
        finally:
            self.stop.set()
            run_file.remove()
            for thread in threads:
                thread.join(timeout=5)
            server.close()
            self.close()
        logger().info("stopped")
        return 1 if self._failed else 0

    def close(self) -> None:
        """Release bus and store."""
        self.producer.close()
        self.bus.close()
        self.store.close()
