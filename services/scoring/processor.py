"""From events and closed days to snapshots: the scoring service's part of the stage.

Computes with `shared.customer`; reads history and releases; writes nothing itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from services.scoring.customers import Customer, dump_customer, load_customer
from services.scoring.history import History, history_document, history_id
from services.scoring.yardstick import Yardstick
from shared.contracts.cloudevents import CloudEvent
from shared.contracts.codecs import SCORING_SOURCE, snapshot_to_data
from shared.contracts.snapshot import Cause, Snapshot
from shared.contracts.topics import EventTypes
from shared.customer.apply import apply
from shared.flow.processor import Effects, Input, Outgoing, PartitionMemory
from shared.flow.work import is_control, is_day_marker
from shared.releases.reader import ReleaseReader
from shared.store.port import Document, Filter
from shared.telemetry import metrics

Position = list[Any]
"""``[log id, partition, offset]``: where an event was accepted."""


@dataclass(slots=True)
class ScoringProcessor:
    """See `shared.flow.processor.Processor`."""

    history: History
    releases: ReleaseReader
    yardstick: Callable[[str], Yardstick]  # by release digest
    name: str = "scoring"
    source: str = SCORING_SOURCE
    _log_id: str = ""
    _accepted: dict[str, Position] = field(default_factory=dict)  # by history id, for the batch under work

    def prepare(self, memory: PartitionMemory, log_id: str, inputs: Sequence[Input]) -> PartitionMemory:
        """Look up which events are known; name the release for events older than any activation."""
        self._log_id = log_id
        self._accepted = self.history.positions(
            entry.event for entry in inputs if not (is_day_marker(entry.event) or is_control(entry.event))
        )
        if "release" in memory.facts:
            return memory
        first = self.releases.first()
        return replace(memory, facts={"release": first.digest, "activation": first.number})

    def load(self, key: str, document: Document | None) -> Customer:
        """Read a stored customer, or begin a new one."""
        return load_customer(key, document)

    def dump(self, state: Customer) -> Document:
        """The fields that scoring keeps of a customer."""
        return dump_customer(state)

    def due_day(self, state: Customer) -> int | None:
        """The first day at whose close a fact changes without a new event."""
        return state.due_day

    def apply(self, state: Customer, incoming: Input, memory: PartitionMemory) -> Effects | None:
        """Count one event, and send what is known now; None when it is known already."""
        event = incoming.event
        position: Position = [self._log_id, memory.partition, incoming.offset]
        if self._accepted.setdefault(history_id(event), position) != position:
            return None
        yardstick = self.yardstick(memory.facts["release"])
        effects = Effects(documents=[(self.history.collection, history_document(event, position))])
        self._catch_up(state, event, memory, effects)
        apply(event, state.known(yardstick), yardstick.model.measures)
        self._keep_up(state, memory)
        state.measure(yardstick)
        cause = Cause("event", event.id, event.type, event.source)
        effects.messages.append(self._snapshot(state, cause, event.extensions.get("traceparent")))
        return effects

    def _catch_up(
        self, state: Customer, event: CloudEvent, memory: PartitionMemory, effects: Effects
    ) -> None:
        """Close the missed days before an event, as if the customer had been looked at every day."""
        day = self.yardstick(memory.facts["release"]).local_time.day_of(event.time)
        if day <= memory.closed_day:
            metrics.EVENTS_LATE.labels(self.name).inc()
        while state.due_day is not None and state.due_day < day:
            effects.extend(self.close_day(state, state.due_day, memory))

    def _keep_up(self, state: Customer, memory: PartitionMemory) -> None:
        """No customer's clock stays behind the last closed day of its partition."""
        yardstick = self.yardstick(memory.facts["release"])
        known = state.known(yardstick)
        if memory.closed_day > known.day:
            known.advance(yardstick.local_time.end_of(memory.closed_day), memory.closed_day)

    def close_day(self, state: Customer, day: int, memory: PartitionMemory) -> Effects:
        """Measure the close of *day*; tell only if a fact changed."""
        yardstick = self.yardstick(memory.facts["release"])
        state.known(yardstick).advance(yardstick.local_time.end_of(day), day)
        changed = state.measure(yardstick)
        return Effects([self._snapshot(state, Cause("day"), None)] if changed else [])

    def control(self, event: CloudEvent, memory: PartitionMemory) -> tuple[PartitionMemory, Filter] | None:
        """A release became active: everyone not yet measured by it is due now."""
        number, digest = event.data["number"], event.data["digest"]
        if number <= memory.facts["activation"]:
            return None
        facts = {"release": digest, "activation": number}
        return replace(memory, facts=facts), {"release": {"$ne": digest}}

    def sweep(self, state: Customer, event: CloudEvent, memory: PartitionMemory) -> Effects:
        """Measure one customer by the new release, from history when the measures changed."""
        yardstick = self.yardstick(memory.facts["release"])
        if state.known(yardstick).definition != yardstick.model.measures.definition:
            self._rebuild(state, yardstick)
        self._keep_up(state, memory)
        state.measure(yardstick)
        cause = Cause("release", event.data["digest"], event.type, event.source)
        return Effects([self._snapshot(state, cause, None)])

    def _rebuild(self, state: Customer, yardstick: Yardstick) -> None:
        """Count every accepted event again, by the new definitions; the clock stays where it was."""
        old = state.known(yardstick)
        state.state = yardstick.model.measures.new_customer()
        for event in self.history.of_customer(state.key):
            apply(event, state.state, yardstick.model.measures)
        state.state.advance(old.as_of, old.day)

    def _snapshot(self, state: Customer, cause: Cause, traceparent: str | None) -> Outgoing:
        metrics.SNAPSHOTS.labels(self.name, cause.kind).inc()
        known = state.known(self.yardstick(state.release))
        snapshot = Snapshot(
            state.key, known.as_of, known.day, cause, state.release, state.facts, state.anchors
        )
        return Outgoing(EventTypes.SNAPSHOT, snapshot.as_of, snapshot_to_data(snapshot), traceparent)
