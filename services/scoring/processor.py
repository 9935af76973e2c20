"""From events and closed days to snapshots: the scoring service's part of the stage.

Computes with `shared.customer`; reads history and releases; writes nothing itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from services.scoring.customers import dump_customer, load_customer
from services.scoring.history import History, history_document, history_id
from shared.contracts.cloudevents import CloudEvent
from shared.contracts.codecs import SCORING_SOURCE, snapshot_to_data
from shared.contracts.snapshot import Cause, Snapshot
from shared.contracts.topics import EventTypes
from shared.customer.standing import Standing
from shared.customer.yardstick import Yardstick
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

    def load(self, key: str, document: Document | None) -> Standing:
        """Read a stored customer, or begin a new one."""
        return load_customer(key, document)

    def dump(self, state: Standing) -> Document:
        """The fields that scoring keeps of a customer."""
        return dump_customer(state)

    def due_day(self, state: Standing) -> int | None:
        """The first day at whose close a fact changes without a new event."""
        return state.due_day

    def apply(self, state: Standing, incoming: Input, memory: PartitionMemory) -> Effects | None:
        """Count one event, and send what is known now; None when it is known already."""
        event = incoming.event
        position: Position = [self._log_id, memory.partition, incoming.offset]
        if self._accepted.setdefault(history_id(event), position) != position:
            return None
        yardstick = self.yardstick(memory.facts["release"])
        if yardstick.local_time.day_of(event.time) <= memory.closed_day:
            metrics.EVENTS_LATE.labels(self.name).inc()
        cause = Cause("event", event.id, event.type, event.source)
        snapshots = state.take(event, cause, yardstick, memory.closed_day)
        messages = [self._outgoing(snapshot, None) for snapshot in snapshots[:-1]]
        messages.append(self._outgoing(snapshots[-1], event.extensions.get("traceparent")))
        return Effects(messages, [(self.history.collection, history_document(event, position))])

    def close_day(self, state: Standing, day: int, memory: PartitionMemory) -> Effects:
        """Measure the close of *day*; tell only if a fact changed."""
        snapshots = state.close_day(day, self.yardstick(memory.facts["release"]))
        return Effects([self._outgoing(snapshot, None) for snapshot in snapshots])

    def control(self, event: CloudEvent, memory: PartitionMemory) -> tuple[PartitionMemory, Filter] | None:
        """A release became active: everyone not yet measured by it is due now."""
        number, digest = event.data["number"], event.data["digest"]
        if number <= memory.facts["activation"]:
            return None
        facts = {"release": digest, "activation": number}
        return replace(memory, facts=facts), {"release": {"$ne": digest}}

    def sweep(self, state: Standing, event: CloudEvent, memory: PartitionMemory) -> Effects:
        """Measure one customer by the new release, from history when the measures changed."""
        yardstick = self.yardstick(memory.facts["release"])
        cause = Cause("release", event.id, event.type, event.source)
        accepted = self.history.of_customer(state.key)
        return Effects([self._outgoing(state.adopt(yardstick, cause, memory.closed_day, accepted), None)])

    def _outgoing(self, snapshot: Snapshot, traceparent: str | None) -> Outgoing:
        metrics.SNAPSHOTS.labels(self.name, snapshot.cause.kind).inc()
        return Outgoing(EventTypes.SNAPSHOT, snapshot.as_of, snapshot_to_data(snapshot), traceparent)
