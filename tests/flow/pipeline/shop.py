"""A whole installation's scoring and rules in one process, on the embedded bus and store.

The same stages, processors and adapters as the services run; only ingest's edge and the processes are
left out, so that a flow can be cut off, replayed and compared quickly.
"""

import gzip
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from services.notification import service as notification_service
from services.notification.processor import NotificationProcessor, Stores
from services.notification.sealing import SecretBox
from services.notification.subscribers import Subscribers
from services.rules import service as rules_service
from services.rules.admissions import StoredAdmissions
from services.rules.brake import Brake
from services.rules.processor import RulesProcessor
from services.rules.releases import Releases
from services.rules.switching import Switching
from services.scoring import service as scoring_service
from services.scoring.day_clock import day_marker
from services.scoring.history import History
from services.scoring.processor import ScoringProcessor
from shared.bus.open import open_bus
from shared.bus.partitioning import partition_for
from shared.clock import ManualClock
from shared.contracts.cloudevents import CloudEvent, to_message
from shared.contracts.topics import ALL, EVENTS
from shared.customer.yardstick import Yardstick, yardsticks
from shared.flow.runner import Runner
from shared.flow.stage import Stage
from shared.flow.work import Ports
from shared.flow.worker import Flow
from shared.policy.engine.registry import engine_named
from shared.policy.evaluation.judge import judges
from shared.policy.release import build, load_directory
from shared.releases.documents import Activation, activation_id
from shared.releases.reader import ReleaseReader
from shared.store.collections import (
    CUSTOMERS,
    DECISIONS,
    DELIVERIES,
    HISTORY,
    INBOX,
    RELATIONSHIPS,
    RELEASES,
    SLOTS,
    SUBSCRIPTIONS,
    SWITCHES,
    TASKS,
)
from shared.store.open import open_store
from shared.store.port import CollectionSpec, Query
from shared.switches.board import SwitchBoard

ROOT = Path(__file__).resolve().parents[3]
RULES = ROOT / "rules"
RETAIL = ROOT / "deploy/demo/online_retail2_events.jsonl.gz"
LONDON = ZoneInfo("Europe/London")


class Cut(BaseException):
    """The process ends here, as by a power cut."""


class UntilIdle:
    """Stops a runner once everything on its topic is committed."""

    def __init__(self, bus: Any, topic: str, group: str) -> None:
        self._ask = lambda: all(lag.records == 0 for lag in bus.group_lag(topic, group))

    def is_set(self) -> bool:
        return self._ask()

    def wait(self, timeout: float | None = None) -> bool:
        return self._ask()


@dataclass
class Shop:
    """An installation in *directory*."""

    directory: Path
    rules: Path = RULES
    partitions: int = 2
    engine: str = "durable"
    max_records: int = 500
    page: int = 2_000
    cuts: list[int] = field(default_factory=list)  # how many points may still be reached before each cut
    rules_group: str = "rules"
    store_url: str = ""  # else in *directory*
    set_aside: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.clock = ManualClock(datetime(2026, 1, 1, tzinfo=timezone.utc))
        self.bus = open_bus(f"sqlite:///{self.directory}/bus.db")
        self.store = open_store(self.store_url or f"sqlite:///{self.directory}/")
        for topic in ALL:
            self.bus.ensure_topic(topic.name, self.partitions)
        self.producer = self.bus.producer()
        self.collection = self.store.collection
        self.releases = Releases(self.collection(RELEASES), self.producer, self.partitions, self.clock)
        self.reader = ReleaseReader(self.collection(RELEASES))
        self.board = SwitchBoard(self.collection(SWITCHES), self.clock)

    def activate(self, rules: Path | None = None) -> Activation:
        """Make the bundle in *rules* the active release."""
        sources = load_directory(rules or self.rules)
        result = build(sources)
        assert result.bundle is not None, "\n".join(map(str, result.problems))
        return self.releases.activate(self.releases.store(result.bundle, sources), "test")

    def yardstick(self, number: int) -> Yardstick:
        """How the release of activation *number* measures."""
        found = self.collection(RELEASES).get_many([activation_id(number)])[activation_id(number)]
        return yardsticks(self.reader.bundle)(found.document["digest"])

    def publish(self, events: Iterable[CloudEvent]) -> None:
        """Append events by their keys, markers to every partition, in order."""
        messages = []
        for event in events:
            everywhere = range(self.partitions) if not event.subject else None
            places = everywhere or [partition_for(event.subject, self.partitions)]
            messages += [to_message(event, place) for place in places]
        self.producer.send(EVENTS.name, messages)

    def score(self, member: str = "scoring") -> Runner:
        """Let scoring deal with everything there is."""
        history = History(self.collection(HISTORY))
        processor = ScoringProcessor(history, self.reader, yardsticks(self.reader.bundle))
        return self._run(processor, scoring_service.FLOW, member)

    def judge(self, member: str = "rules") -> Runner:
        """Let the rules deal with everything there is."""
        admissions = StoredAdmissions(self.collection(SLOTS), self.collection(RELATIONSHIPS))
        judge = judges(self.reader.bundle, engine_named(self.engine))
        switching = Switching(self.board, self.collection(RELATIONSHIPS), refresh_s=0)
        brake = Brake(self.board.brake)
        processor = RulesProcessor(
            self.collection(DECISIONS), judge, admissions, switching, brake, self.rules_group
        )
        return self._run(processor, rules_service.FLOW, member)

    def notify(self) -> Runner:
        """Let notification plan what all decisions lead to; nothing is sent."""
        subscribers = Subscribers(self.collection(SUBSCRIPTIONS), SecretBox(b"k" * 32), self.clock)
        specs = (TASKS, INBOX, DELIVERIES, CUSTOMERS, HISTORY)
        stores = Stores(*(self.collection(spec) for spec in specs))
        processor = NotificationProcessor(stores, subscribers, self.reader)
        return self._run(processor, notification_service.FLOW, "notification")

    def work(self) -> None:
        """Scoring, then rules; each is started again after a cut."""
        for service in (self.score, self.judge):
            while True:
                try:
                    service()
                except Cut:
                    continue
                break

    def _run(self, processor: Any, flow: Flow, member: str) -> Runner:
        documents, memories = self.collection(flow.documents), self.collection(flow.memories)
        runner = Runner(
            Stage(
                Ports(processor, documents, memories, self.producer, flow.writes.name, self._reach),
                page=self.page,
            ),
            self.bus,
            topic=flow.reads.name,
            group=processor.name,
            member=member,
            partitions=self.partitions,
            dead_letter=lambda _batch, _record, *why: self.set_aside.append(why[:2]),
            dead_letter_limit=100,
            clock=self.clock,
            max_records=self.max_records,
        )
        runner.run(UntilIdle(self.bus, flow.reads.name, processor.name))
        return runner

    def _reach(self, _point: str) -> None:
        if self.cuts:
            self.cuts[0] -= 1
            if self.cuts[0] <= 0:
                del self.cuts[0]
                raise Cut

    def everything(self, spec: CollectionSpec) -> Iterator[dict[str, Any]]:
        """Every document of a collection, by id."""
        cursor = None
        while True:
            page = self.collection(spec).find(Query(limit=1000, cursor=cursor))
            yield from (found.document for found in page.documents)
            cursor = page.cursor
            if cursor is None:
                return

    def close(self) -> None:
        self.producer.close()
        self.bus.close()
        self.store.close()


def retail_events(limit: int | None = None) -> list[CloudEvent]:
    """Real purchases and returns, as ingest would accept them, with a marker behind each local day."""
    return with_markers([as_accepted(entry) for entry in retail_lines(limit)])


def retail_lines(limit: int | None = None) -> list[dict[str, Any]]:
    """Real purchases and returns as they are sent."""
    with gzip.open(RETAIL, "rt") as lines:
        return [json.loads(line) for _, line in zip(range(limit or 10**9), lines, strict=False)]


def as_accepted(entry: dict[str, Any]) -> CloudEvent:
    """The event that ingest makes of a recorded line: amounts in pence."""
    data = {**entry["data"], "amount": round(entry["data"]["amount"] * 100)}
    return CloudEvent(
        entry["id"], entry["source"], entry["type"], entry["customer_id"], entry["time"], data, {}
    )


def with_markers(events: list[CloudEvent]) -> list[CloudEvent]:
    """Close every local day that the events' time passes."""
    log: list[CloudEvent] = []
    current: date | None = None
    for event in events:
        day = datetime.fromisoformat(event.time.replace("Z", "+00:00")).astimezone(LONDON).date()
        while current is not None and current < day:
            log.append(day_marker(current, f"{current}T23:59:59Z"))
            current += timedelta(days=1)
        current = day
        log.append(event)
    return log
