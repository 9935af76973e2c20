"""The ingest service's composition root: what it opens, which threads it runs, in which order it stops."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from threading import Event, Thread

from flask import Flask

from services.ingest import inbound
from services.ingest.app import ingest_app
from services.ingest.consuming import TopicLoop
from services.ingest.dead_letters import GROUP, DeadLetters
from services.ingest.dead_letters_api import dead_letter_routes
from services.ingest.group_commit import GroupCommit
from services.ingest.intake import SERVICE, Intake
from services.ingest.keys import ApiKeys, note_use_regularly
from services.ingest.opening import bundle_source
from services.ingest.release_source import BundleSource, CurrentCatalogue
from shared.bus.open import open_bus
from shared.bus.port import Bus
from shared.clock import Clock, SystemClock
from shared.config import Config
from shared.contracts import topics
from shared.errors import RetryLaterError, StopError
from shared.flow.crash_points import crash_points
from shared.flow.dead_letters import DeadLetterPublisher
from shared.flow.positions import PositionWatch
from shared.http.app import Check
from shared.http.granian_serving import serve_fast
from shared.http.keys import KeyRing
from shared.lifecycle import RunFile, stop_on_signals
from shared.store.collections import API_KEYS, DEAD_LETTERS, RELEASES
from shared.store.open import open_store
from shared.store.port import Store
from shared.telemetry.logs import logger

THREADS = 16
JOIN_TIMEOUT_S = 4.0


def run(config: Config) -> int:
    """Run until SIGTERM or SIGINT; return the exit code."""
    return serve(config, stop_on_signals())


def serve(
    config: Config, stop: Event, clock: Clock | None = None, bundles: BundleSource | None = None
) -> int:
    """Run until *stop* is set; *bundles* tells which rules are in use, by default those of the store."""
    with ExitStack() as opened:
        bus, store = open_bus(config.bus_url), open_store(config.store_url)
        opened.callback(store.close)
        opened.callback(bus.close)
        for topic in topics.ALL:
            bus.ensure_topic(topic.name, config.partitions, topic.kept_days)
        releases = bundles or bundle_source(store.collection(RELEASES), config.rules_dir)
        place = _Place(config, bus, store, clock or SystemClock())
        return _compose(place, CurrentCatalogue(releases), stop).run(config, stop)


@dataclass(frozen=True, slots=True)
class _Place:
    """What the service stands on."""

    config: Config
    bus: Bus
    store: Store
    clock: Clock


@dataclass(frozen=True, slots=True)
class _Job:
    """What runs beside the requests; must heed the stop event."""

    name: str
    run: Callable[[Event], None]


@dataclass(slots=True)
class _Service:
    app: Flask
    jobs: Sequence[_Job]
    clock: Clock
    positions: PositionWatch
    failed: bool = False
    stopped_for: StopError | None = None

    def run(self, config: Config, stop: Event) -> int:
        """Serve and work until *stop*; what is under way is finished first.

        Raises the StopError that a job ended with: a start would end the same way.
        """
        server = serve_fast(self.app, config.host, config.port(SERVICE), threads=THREADS)
        run_file = RunFile(config.run_file(SERVICE), self.clock)
        threads = [Thread(target=self._guarded, args=(job, stop), name=job.name) for job in self.jobs]
        try:
            for thread in threads:
                thread.start()
            self.positions.start(stop)
            run_file.announce(config.host, server.port)
            logger().info("serving", port=server.port)
            stop.wait()
        finally:
            stop.set()
            run_file.remove()
            server.close()
            for thread in threads:
                thread.join(JOIN_TIMEOUT_S)
        if self.stopped_for is not None:
            raise self.stopped_for
        logger().info("stopped")
        return 1 if self.failed else 0

    def _guarded(self, job: _Job, stop: Event) -> None:
        """A job that fails ends the process, so that the supervisor starts it anew."""
        try:
            job.run(stop)
        except StopError as error:
            self.stopped_for = error
            stop.set()
        except Exception:
            self.failed = True
            logger().exception("job failed", job=job.name)
            stop.set()


def _compose(at: _Place, catalogue: CurrentCatalogue, stop: Event) -> _Service:
    config, bus, store, clock = at.config, at.bus, at.store, at.clock
    reach = crash_points(SERVICE, config.crash_at)
    intake = Intake(
        catalogue,
        GroupCommit(bus.producer(), topics.EVENTS.name),
        clock,
        partitions=config.partitions,
        event_clock=config.clock_mode == "event",
        reach=reach,
    )
    letters = DeadLetters(store.collection(DEAD_LETTERS), clock, reach)
    publisher = DeadLetterPublisher(bus.producer(), SERVICE, clock)
    moving = inbound.Inbound(intake.admission, bus.producer(), publisher, reach)
    member = config.member(SERVICE)
    inbound_loop = TopicLoop(
        bus,
        topics.INBOUND.name,
        inbound.GROUP,
        member,
        moving.handle,
        clock=clock,
        committed=lambda: reach("inbound-after-commit"),
    )
    letters_loop = TopicLoop(
        bus,
        topics.DEAD_LETTERS.name,
        GROUP,
        member,
        letters.file,
        clock=clock,
        committed=lambda: reach("letters-after-commit"),
    )
    checks: dict[str, Check] = {
        "running": lambda: _expect_running(stop),
        "catalogue": catalogue.check_ready,
        "inbound": inbound_loop.check_ready,
        "dead-letters": letters_loop.check_ready,
        "store": store.check,
    }
    ring = KeyRing(store.collection(API_KEYS), config.secret, clock)
    api_keys = ApiKeys(store.collection(API_KEYS), config.secret, clock)
    routes = dead_letter_routes(letters, bus.producer(), catalogue.current)
    jobs = (
        _Job("inbound", inbound_loop.run),
        _Job("dead-letters", letters_loop.run),
        _Job("catalogue", catalogue.keep_fresh),
        _Job("key-use", lambda event: note_use_regularly(api_keys, ring, event)),
    )
    return _Service(
        ingest_app(intake, ring, checks, routes), jobs, clock, PositionWatch(lambda: open_bus(config.bus_url))
    )


def _expect_running(stop: Event) -> None:
    if stop.is_set():
        raise RetryLaterError("the service is stopping")
