"""A bus, a store and one tally stage in a scratch directory, whose process can be cut off and come back."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from shared.bus.open import open_bus
from shared.bus.port import Batch, Bus
from shared.contracts.cloudevents import CloudEvent, from_record, to_message
from shared.contracts.topics import EventTypes
from shared.flow.decoding import decoded
from shared.flow.stage import Stage
from shared.flow.work import Ports, StaleError
from shared.store.open import open_store
from shared.store.port import Query, Store
from tests.unit.flow_stage.tally import MEMORIES, SEEN, TALLIES, TallyProcessor

FIRST_DAY = date(2010, 1, 4)


class Cut(BaseException):
    """The process ends here, as by a power cut."""


@dataclass
class House:
    """*cuts*: how many points may still be reached before each cut, one entry a cut."""

    directory: Path
    cuts: list[int] = field(default_factory=list)
    page: int = 2_000
    committed: int = 0
    stage: Any = None
    needs_recovery: bool = True

    def __post_init__(self) -> None:
        self.bus: Bus = open_bus(f"sqlite:///{self.directory}/bus.db")
        self.store: Store = open_store(f"sqlite:///{self.directory}/")
        self.bus.ensure_topic("in", 1)
        self.bus.ensure_topic("out", 1)
        self.producer = self.bus.producer()
        self.restart()

    def restart(self) -> None:
        self.stage = self.new_stage(self.reach)
        self.needs_recovery = True

    def new_stage(self, reach: Callable[[str], None]) -> Any:
        collection = self.store.collection
        documents, memories = collection(TALLIES), collection(MEMORIES)
        ports = Ports(TallyProcessor(collection(SEEN)), documents, memories, self.producer, "out", reach)
        return Stage(ports, page=self.page)

    def reach(self, _point: str) -> None:
        if self.cuts:
            self.cuts[0] -= 1
            if self.cuts[0] <= 0:
                del self.cuts[0]
                raise Cut

    def append(self, events: list[CloudEvent]) -> None:
        self.producer.send("in", [to_message(event, 0) for event in events])

    def work(self, batch_sizes: list[int]) -> None:
        """Deal with everything that is in the log; *batch_sizes* are taken in turn."""
        turn = stale = 0
        while (batch := self.read(batch_sizes[turn % len(batch_sizes)])) is not None:
            turn += 1
            try:
                self.deal_with(batch)
            except Cut:
                self.restart()
            except StaleError:
                stale += 1
                assert stale < 100, "after recovery nothing is foreign any more"

    def read(self, most: int) -> Batch | None:
        return self.bus.read("in", 0, self.committed, most)

    def deal_with(self, batch: Batch) -> None:
        """Recover if need be, handle and commit, as the runner does."""
        recovering, self.needs_recovery = self.needs_recovery, True
        if recovering:
            self.stage.recover(0, batch.log_id, self.committed)
        self.stage.handle(batch, [decoded(record) for record in batch.records])
        if recovering:
            self.stage.recover_late(0, batch.log_id, self.committed)
        self.reach("before-commit")
        self.committed, self.needs_recovery = batch.next_offset, False

    def be_overtaken(self, most: int, fewer: int, write: int = 1) -> None:
        """A process with *most* records stands still at its *write*-th write while another takes over.

        That one deals with *fewer* records; then the sleeper wakes, writes, and dies before it publishes.
        """
        batch = self.read(most)
        if batch is None:
            return
        left = write

        def sleep_then_die(point: str) -> None:
            nonlocal left
            left -= point == "after-side-documents"
            if left == 0 and point == "after-side-documents":
                self.restart()
                if (first := self.read(fewer)) is not None:
                    self.deal_with(first)
            elif left == 0 and point == "after-documents":
                raise Cut

        sleeper = self.new_stage(sleep_then_die)
        with suppress(Cut, StaleError):
            sleeper.recover(0, batch.log_id, self.committed)
            sleeper.handle(batch, [decoded(record) for record in batch.records])
        if left > 0:
            self.restart()  # it never came so far, and published what it wrote

    def documents(self) -> list[dict[str, Any]]:
        """The business part of every document."""
        found = self.store.collection(TALLIES).find(Query(limit=1000)).documents
        kept = ("_id", "total", "day", "rate", "due_day", "sequence")
        return [{name: entry.document[name] for name in kept} for entry in found]

    def published(self) -> list[CloudEvent]:
        """Everything on the output topic, repeats included."""
        batch = self.bus.read("out", 0, 0, 100_000)
        return [from_record(record) for record in batch.records] if batch else []

    def close(self) -> None:
        self.producer.close()
        self.bus.close()
        self.store.close()


def event(customer: str, number: int, day: int, amount: int | str = 1) -> CloudEvent:
    """Event *number* of a shop, on the day that many days after the first."""
    on = FIRST_DAY + timedelta(days=day)
    return CloudEvent(f"e-{number}", "shop", "purchase", customer, f"{on}T12:00:00Z", {"amount": amount})


def marker(day: int) -> CloudEvent:
    """The marker that closes a day."""
    on = FIRST_DAY + timedelta(days=day)
    return CloudEvent(f"day-{on}", "guanxi/scoring", EventTypes.DAY_CLOSED, "", "", {"day": on.isoformat()})


def activation(number: int) -> CloudEvent:
    """A control message that concerns everybody."""
    return CloudEvent(f"a-{number}", "guanxi/rules", EventTypes.RELEASE_ACTIVATED, "", "", {"number": number})
