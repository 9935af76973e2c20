"""A tally service in a scratch directory whose bus and store can be made to fail."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from threading import Event
from typing import Any

from shared.bus.open import open_bus
from shared.bus.port import Batch, Bus, Consumer, Message, PartitionListener, Record
from shared.clock import ManualClock
from shared.contracts.cloudevents import CloudEvent, to_message
from shared.errors import GuanxiError, StoreUnavailableError
from shared.flow.runner import Runner
from shared.flow.stage import Stage
from shared.flow.work import Ports
from shared.store.open import open_store
from shared.store.port import Document, Query
from tests.unit.flow_stage.tally import MEMORIES, SEEN, TALLIES, UNCLOSABLE, TallyProcessor

START = datetime(2026, 1, 1, tzinfo=timezone.utc)


@dataclass
class Faults:
    """What the next calls raise, by the name of the call; None lets one call pass."""

    planned: dict[str, list[GuanxiError | None]] = field(default_factory=dict)

    def plan(self, call: str, *errors: GuanxiError | None) -> None:
        self.planned.setdefault(call, []).extend(errors)

    def meet(self, call: str) -> None:
        if self.planned.get(call) and (error := self.planned[call].pop(0)) is not None:
            raise error

    @property
    def over(self) -> bool:
        return not any(self.planned.values())


@dataclass
class Failing:
    """Hands every call on to *real*, after the fault that is planned for it."""

    real: Any
    faults: Faults
    prefix: str

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.real, name)
        if not callable(found):
            return found

        def call(*arguments: Any, **named: Any) -> Any:
            self.faults.meet(f"{self.prefix}.{name}")
            return found(*arguments, **named)

        return call


@dataclass
class Late:
    """A collection whose first replacement is not answered and lands before the next call of *landing*."""

    real: Any
    landing: str
    underway: Callable[[], object] | None = None
    begun: bool = False

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any, **named: Any) -> Any:
            found = getattr(self.real, name)
            if name == "replace" and not self.begun:
                self.begun, self.underway = True, lambda: found(*arguments, **named)
                raise StoreUnavailableError("the answer is lost")
            if name == self.landing and self.underway is not None:
                landing, self.underway = self.underway, None
                landing()
            return found(*arguments, **named)

        return call


@dataclass
class FailingBus:
    """A bus whose consumers fail as planned."""

    real: Bus
    faults: Faults

    def consumer(self, topic: str, group: str, member: str, listener: PartitionListener) -> Consumer:
        real = self.real.consumer(topic, group, member, listener)
        return Failing(real, self.faults, "consumer")  # type: ignore[return-value]


@dataclass
class Waiting(Event):
    """A stop signal that notes how long it was waited for, and waits no longer than asked to test."""

    stops_when: Callable[[], bool] = lambda: False
    paused_s: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def is_set(self) -> bool:
        return super().is_set() or self.stops_when()

    def wait(self, timeout: float | None = None) -> bool:
        self.paused_s.append(timeout or 0.0)
        return self.is_set()


@dataclass
class Service:
    """One runner over the tally stage; what it sets aside is kept as it came."""

    directory: Path
    dead_letter_limit: int = 100
    tallies_land_before: str = ""
    unclosable: int | None = UNCLOSABLE
    page: int = 2_000
    bus_url: str = ""
    store_url: str = ""

    def __post_init__(self) -> None:
        self.faults = Faults()
        self.set_aside: list[tuple[Record, str, int]] = []
        self.details: list[str] = []
        self.clock = ManualClock(START)
        self.bus = open_bus(self.bus_url or f"sqlite:///{self.directory}/bus.db")
        self.store = open_store(self.store_url or f"sqlite:///{self.directory}/")
        for topic in ("in", "out"):
            self.bus.ensure_topic(topic, 1)
        self.producer = self.bus.producer()

    def runner(self, member: str = "tally") -> Runner:
        def fails(what: Any, prefix: str) -> Any:
            return Failing(what, self.faults, prefix)

        collection = self.store.collection
        tallies = fails(collection(TALLIES), "tallies")
        stage = Stage(
            Ports(
                TallyProcessor(fails(collection(SEEN), "seen"), unclosable=self.unclosable),
                Late(tallies, self.tallies_land_before) if self.tallies_land_before else tallies,
                fails(collection(MEMORIES), "memories"),
                fails(self.producer, "producer"),
                "out",
            ),
            page=self.page,
        )
        return Runner(
            stage,
            FailingBus(self.bus, self.faults),  # type: ignore[arg-type]
            topic="in",
            group="tally",
            member=member,
            partitions=1,
            dead_letter=self._keep,
            dead_letter_limit=self.dead_letter_limit,
            clock=self.clock,
        )

    def _keep(self, _batch: Batch, record: Record, reason: str, detail: str, tries: int) -> None:
        self.faults.meet("dead_letter")
        self.set_aside.append((record, reason, tries))
        self.details.append(detail)

    def append(self, *entries: CloudEvent | Message) -> None:
        self.producer.send(
            "in", [entry if isinstance(entry, Message) else to_message(entry, 0) for entry in entries]
        )

    def run(self, runner: Runner | None = None) -> tuple[Runner, Waiting]:
        """Work until everything is committed and every planned fault has happened."""
        stop = Waiting(stops_when=lambda: self.faults.over and self.is_done())
        used = runner or self.runner()
        used.run(stop)
        return used, stop

    def is_done(self) -> bool:
        return all(lag.records == 0 for lag in self.bus.group_lag("in", "tally"))

    def totals(self) -> dict[str, int]:
        documents: Sequence[Document] = [
            found.document for found in self.store.collection(TALLIES).find(Query(limit=100)).documents
        ]
        return {document["_id"]: document["total"] for document in documents}

    def told(self) -> int:
        """How many messages went out, repeats not counted."""
        batch = self.bus.read("out", 0, 0, 10_000)
        records = batch.records if batch else ()
        return len({dict(record.headers)["ce_id"] for record in records})

    def close(self) -> None:
        self.producer.close()
        self.bus.close()
        self.store.close()
