"""From snapshots and closed days to decisions: the rules service's part of the stage.

Judges with `shared.policy.evaluation`; writes nothing itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.rules.awaiting import course, events_awaited, message
from services.rules.brake import Brake
from services.rules.relationships import KeptCase, dump_case, load_case
from services.rules.switching import Switching
from shared.contracts.cloudevents import CloudEvent
from shared.contracts.codecs import (
    RULES_SOURCE,
    decision_data_to_document,
    decision_to_data,
    snapshot_from_event,
)
from shared.contracts.decision import DecisionRecord
from shared.contracts.topics import EventTypes
from shared.flow.processor import Effects, Input, Outgoing, PartitionMemory
from shared.policy.evaluation.admissions import Admissions
from shared.policy.evaluation.judge import Judge
from shared.store.port import Collection, Document, Filter
from shared.switches.holding import NOTHING, Held
from shared.telemetry import metrics


@dataclass(slots=True)
class RulesProcessor:
    """See `shared.flow.processor.Processor`."""

    decisions: Collection
    judge: Callable[[str], Judge]  # by release digest
    admissions: Admissions
    switching: Switching | None = None
    brake: Brake | None = None
    name: str = "rules"
    source: str = RULES_SOURCE

    def prepare(self, memory: PartitionMemory, log_id: str, inputs: Sequence[Input]) -> PartitionMemory:
        """Settle which switches apply; all else that a judgement needs comes with the snapshot."""
        if self.switching is not None and inputs:
            self.switching.begin(log_id, memory.partition, inputs[0].offset)
        return memory

    def load(self, key: str, document: Document | None) -> KeptCase:
        """Read a stored relationship, or begin a new one."""
        return load_case(key, document)

    def dump(self, state: KeptCase) -> Document:
        """The fields that the rules service keeps of a customer."""
        return dump_case(state)

    def due_day(self, state: KeptCase) -> int | None:
        """The first day at whose close a timer runs out or a day count crosses a threshold."""
        return state.due_day

    def apply(self, state: KeptCase, incoming: Input, memory: PartitionMemory) -> Effects:
        """Judge what was due before the snapshot's day, then the snapshot."""
        event = incoming.event
        state.sent = event.data
        snapshot = snapshot_from_event(event)
        paused = self._paused(state, snapshot.release, incoming.offset)
        decisions = state.take(snapshot, self.judge, self.admissions, paused)
        brought = course(state.awaits, snapshot, decisions)
        effects = self._effects(brought.before, event, incoming.offset)
        if brought.told is not None:
            effects.messages.append(message(brought.told, event.extensions.get("traceparent")))
        effects.extend(self._effects(brought.after, event, incoming.offset))
        return effects

    def close_day(self, state: KeptCase, day: int, memory: PartitionMemory) -> Effects:
        """Judge the close of *day* by the last snapshot, whose day counts are read for that day."""
        release = state.snapshot.release if state.snapshot else ""
        paused = self._paused(state, release, memory.offset)
        decisions = state.close_day(day, self.judge, self.admissions, paused)
        state.awaits |= events_awaited(decisions)
        return self._effects(decisions, None, memory.offset)

    def _paused(self, state: KeptCase, release: str, offset: int) -> Held:
        """The rules that are stopped for this customer, at the message at *offset*."""
        if self.switching is None or not self.switching.is_on or not release:
            return NOTHING
        bundle, relationship = self.judge(release).program.bundle, state.relationship
        return self.switching.held(offset, bundle, state.key, relationship.facts)

    def _effects(self, decisions: Sequence[DecisionRecord], event: CloudEvent | None, offset: int) -> Effects:
        """What *decisions* owe; those that *event* itself caused go on with its trace."""
        effects = Effects()
        for decision in decisions:
            if self.brake is not None and self.brake.watch(decision) and self.switching is not None:
                self.switching.look_again(offset)
            data = decision_to_data(decision)
            by_event = event is not None and decision.cause.kind != "day"
            traceparent = event.extensions.get("traceparent") if event and by_event else None
            effects.documents.append((self.decisions, decision_data_to_document(data)))
            effects.messages.append(
                Outgoing(EventTypes.DECISION, decision.as_of, data, traceparent, id=decision.id)
            )
            metrics.DECISIONS.labels(decision.rule, decision.outcome).inc()
            if not decision.agreed:
                metrics.ENGINE_DISAGREEMENTS.labels(rule=decision.rule).inc()
        return effects

    def control(self, event: CloudEvent, memory: PartitionMemory) -> tuple[PartitionMemory, Filter] | None:
        """No control message concerns the rules: each snapshot names its release."""
        return None

    def sweep(self, state: KeptCase, event: CloudEvent, memory: PartitionMemory) -> Effects:
        """Never asked for, see `control`."""
        return Effects()
