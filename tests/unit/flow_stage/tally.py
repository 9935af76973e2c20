"""A small processor to try the stage with: it adds up amounts, and tells when a customer fell silent."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from shared.contracts.cloudevents import CloudEvent
from shared.flow.processor import Effects, Input, Outgoing, PartitionMemory
from shared.store.port import Collection, CollectionSpec, Document, Filter, Index

SILENT_AFTER_DAYS = 3
UNCLOSABLE = 66_666
"""Whoever has this total, no day can be closed for: a fault in the program."""

TALLIES = CollectionSpec(
    "tallies",
    owner="tally",
    indexes=(
        Index(("partition", "due_day")),
        Index(("partition", "log", "offset")),
        Index(("partition", "rate")),
    ),
)
MEMORIES = CollectionSpec("tally_partitions", owner="tally")
SEEN = CollectionSpec("tally_seen", owner="tally")


@dataclass
class Tally:
    total: int = 0
    day: int = 0
    rate: int = 1
    due_day: int | None = None


@dataclass
class TallyProcessor:
    seen: Collection
    name: str = "tally"
    source: str = "guanxi/tally"
    log_id: str = ""
    known: dict[str, list[object]] | None = None
    unclosable: int | None = UNCLOSABLE  # None: the program was mended

    def prepare(self, memory: PartitionMemory, log_id: str, inputs: Sequence[Input]) -> PartitionMemory:
        self.log_id = log_id
        found = self.seen.get_many([entry.event.id for entry in inputs])
        self.known = {name: versioned.document["position"] for name, versioned in found.items()}
        return memory if memory.facts else replace(memory, facts={"rate": 1})

    def load(self, key: str, document: Document | None) -> Tally:
        if document is None:
            return Tally()
        return Tally(document["total"], document["day"], document["rate"], document["due_day"])

    def dump(self, state: Tally) -> Document:
        return {"total": state.total, "day": state.day, "rate": state.rate}

    def due_day(self, state: Tally) -> int | None:
        return state.due_day

    def apply(self, state: Tally, incoming: Input, memory: PartitionMemory) -> Effects | None:
        event = incoming.event
        position = [self.log_id, memory.partition, incoming.offset]
        assert self.known is not None
        if self.known.setdefault(event.id, position) != position:
            return None
        if event.data["amount"] == "poison":
            raise ValueError("cannot add poison")
        effects = Effects()
        day = date.fromisoformat(event.time[:10]).toordinal()
        while state.due_day is not None and state.due_day < day:
            effects.extend(self.close_day(state, state.due_day, memory))
        state.rate = memory.facts["rate"]
        state.total += event.data["amount"] * state.rate
        state.day = max(day, memory.closed_day, state.day)
        state.due_day = state.day + SILENT_AFTER_DAYS
        effects.messages.append(Outgoing("tally.total", event.time, {"total": state.total}))
        effects.documents.append((self.seen, {"_id": event.id, "position": position}))
        return effects

    def close_day(self, state: Tally, day: int, memory: PartitionMemory) -> Effects:
        state.day, state.due_day = day, None
        if state.total == self.unclosable:
            raise ZeroDivisionError("the program is wrong")
        return Effects([Outgoing("tally.silent", "", {"day": day, "total": state.total})])

    def control(self, event: CloudEvent, memory: PartitionMemory) -> tuple[PartitionMemory, Filter] | None:
        rate = event.data["number"]
        if rate <= memory.facts["rate"]:
            return None
        return replace(memory, facts={"rate": rate}), {"rate": {"$ne": rate}}

    def sweep(self, state: Tally, event: CloudEvent, memory: PartitionMemory) -> Effects:
        state.rate = memory.facts["rate"]
        return Effects([Outgoing("tally.rate", "", {"rate": state.rate})])
