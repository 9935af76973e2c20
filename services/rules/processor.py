"""From snapshots and closed days to decisions: the rules service's part of the stage.

Judges with `shared.policy.evaluation`; writes nothing itself.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from services.rules.programs import Judge
from services.rules.relationships import Case, dump_case, load_case
from shared.contracts.cloudevents import CloudEvent
from shared.contracts.codecs import (
    RULES_SOURCE,
    decision_data_to_document,
    decision_to_data,
    snapshot_from_event,
)
from shared.contracts.snapshot import Cause, Snapshot
from shared.contracts.topics import EventTypes
from shared.flow.processor import Effects, Input, Outgoing, PartitionMemory
from shared.policy.evaluation.admissions import Admissions
from shared.policy.evaluation.evaluate import evaluate
from shared.policy.evaluation.moment import Moment
from shared.store.port import Collection, Document, Filter
from shared.telemetry import metrics


@dataclass(slots=True)
class RulesProcessor:
    """See `shared.flow.processor.Processor`."""

    decisions: Collection
    judge: Callable[[str], Judge]  # by release digest
    admissions: Admissions
    name: str = "rules"
    source: str = RULES_SOURCE

    def prepare(self, memory: PartitionMemory, log_id: str, inputs: Sequence[Input]) -> PartitionMemory:
        """Nothing to look up: a snapshot brings all that a judgement needs."""
        return memory

    def load(self, key: str, document: Document | None) -> Case:
        """Read a stored relationship, or begin a new one."""
        return load_case(key, document)

    def dump(self, state: Case) -> Document:
        """The fields that the rules service keeps of a customer."""
        return dump_case(state)

    def due_day(self, state: Case) -> int | None:
        """The first day at whose close a timer runs out or a day count crosses a threshold."""
        return state.due_day

    def apply(self, state: Case, incoming: Input, memory: PartitionMemory) -> Effects:
        """Judge what was due before the snapshot's day, then the snapshot."""
        snapshot = snapshot_from_event(incoming.event)
        effects = Effects()
        while state.due_day is not None and state.due_day < snapshot.day:
            effects.extend(self.close_day(state, state.due_day, memory))
        state.snapshot, state.sent = snapshot, incoming.event.data
        self._judge(
            state, snapshot, Moment.of(snapshot), effects, incoming.event.extensions.get("traceparent")
        )
        return effects

    def close_day(self, state: Case, day: int, memory: PartitionMemory) -> Effects:
        """Judge the close of *day* by the last snapshot, whose day counts are read for that day."""
        effects = Effects()
        snapshot = state.snapshot
        if snapshot is None:
            state.due_day = None
            return effects
        as_of = self.judge(snapshot.release).local_time.end_of(day)
        self._judge(state, snapshot, Moment(state.key, day, as_of, Cause("day")), effects, None)
        return effects

    def _judge(
        self, state: Case, snapshot: Snapshot, moment: Moment, effects: Effects, traceparent: str | None
    ) -> None:
        program = self.judge(snapshot.release).program
        judgement = evaluate(state.relationship, snapshot, moment, program, self.admissions)
        state.due_day = judgement.next_due
        for decision in judgement.decisions:
            data = decision_to_data(decision)
            effects.documents.append((self.decisions, decision_data_to_document(data)))
            effects.messages.append(
                Outgoing(EventTypes.DECISION, decision.as_of, data, traceparent, id=decision.id)
            )
            metrics.DECISIONS.labels(decision.rule, decision.outcome).inc()
            if not decision.agreed:
                metrics.ENGINE_DISAGREEMENTS.labels(rule=decision.rule).inc()

    def control(self, event: CloudEvent, memory: PartitionMemory) -> tuple[PartitionMemory, Filter] | None:
        """No control message concerns the rules: each snapshot names its release."""
        return None

    def sweep(self, state: Case, event: CloudEvent, memory: PartitionMemory) -> Effects:
        """Never asked for, see `control`."""
        return Effects()
