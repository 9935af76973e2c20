"""From decisions to tasks, messages and deliveries: the notification service's part of the stage.

Reads what planning needs, and what people did with open tasks; plans purely; writes nothing itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.notification.contacts import (
    ContactRecord,
    ContactState,
    record_from_document,
    record_to_fields,
)
from services.notification.ended_tasks import EndedTasks
from services.notification.notices import outgoing
from services.notification.open_tasks import OpenTasks
from services.notification.overdue import Bundles, OverdueTasks
from services.notification.planning import Planned, plan
from services.notification.routing import outward_kinds
from services.notification.subscribers import Subscribers
from services.notification.subscriptions import Subscription
from services.notification.tracking import first_escalation
from shared.contracts.awaited import is_awaited
from shared.contracts.cloudevents import CloudEvent, MalformedMessageError
from shared.contracts.codecs import decision_from_event
from shared.contracts.decision import DecisionRecord
from shared.contracts.notification import NOTIFICATION_SOURCE
from shared.contracts.topics import EventTypes
from shared.flow.processor import PASSED_BY, Effects, Input, PartitionMemory
from shared.model.rules import ActionKind
from shared.model.values import FactValue
from shared.store.port import Collection, Document, Filter
from shared.telemetry import metrics

CREATE_TASK = ActionKind.CREATE_TASK.value


@dataclass(frozen=True, slots=True)
class Stores:
    """Where notification keeps what it makes, and the customers and events it may read."""

    tasks: Collection
    inbox: Collection
    deliveries: Collection
    customers: Collection
    history: Collection


@dataclass(slots=True)
class _Batch:
    """What was looked up for the batch under work."""

    subscribers: Sequence[Subscription] = ()
    profiles: Mapping[str, Mapping[str, FactValue]] = field(default_factory=dict)


@dataclass(slots=True)
class NotificationProcessor:
    """See `shared.flow.processor.Processor`."""

    stores: Stores
    subscribers: Subscribers
    releases: Bundles
    name: str = "notification"
    source: str = NOTIFICATION_SOURCE
    _batch: _Batch = field(default_factory=_Batch)
    _kinds: dict[str, frozenset[str]] = field(default_factory=dict)  # release → kinds of actions
    _open: OpenTasks = field(init=False)
    _ended: EndedTasks = field(init=False)
    _overdue: OverdueTasks = field(init=False)

    def __post_init__(self) -> None:
        stores = self.stores
        self._open = OpenTasks(stores.tasks)
        self._ended = EndedTasks(stores.tasks, stores.history, self._open)
        self._overdue = OverdueTasks(stores.tasks, stores.inbox, stores.deliveries, self._open, self.releases)

    def prepare(self, memory: PartitionMemory, log_id: str, inputs: Sequence[Input]) -> PartitionMemory:
        """Look up subscribers, profiles of customers about to be contacted, and outcomes told by others."""
        acting = sorted({entry.event.subject for entry in inputs if self._is_outward(entry.event)})
        self._batch = _Batch(self.subscribers.active(), self._profiles(acting))
        self._open.begin()
        self._ended.begin(entry.event for entry in inputs)
        return memory

    def load(self, key: str, document: Document | None) -> ContactRecord:
        """Read a customer's contacts, or begin without any."""
        return record_from_document(document)

    def dump(self, state: ContactRecord) -> Document:
        """The fields that notification keeps of a customer."""
        return record_to_fields(state)

    def apply(self, state: ContactRecord, incoming: Input, memory: PartitionMemory) -> Effects | None:
        """Plan what one decision leads to; end the tasks that an event ends."""
        if is_awaited(incoming.event):
            return self._ended.end(state, incoming.event)
        if not self._is_outward(incoming.event):
            _require_decision(incoming.event)
            return PASSED_BY
        decision = decision_from_event(incoming.event)
        planned = self._plan(state, decision)
        state.remember(planned.contacts, planned.held, decision.as_of, decision.day)
        self._open.ordered(state, planned.tasks, self.releases.bundle(decision.release))
        _count(planned)
        return self._effects(planned, incoming.event.extensions.get("traceparent"))

    def due_day(self, state: ContactRecord) -> int | None:
        """The first day at whose close an open task may be overdue for too long."""
        return first_escalation(state.tasks)

    def close_day(self, state: ContactRecord, day: int, memory: PartitionMemory) -> Effects:
        """Tell of tasks that stayed undone."""
        return self._overdue.close_day(state, day, self._batch.subscribers)

    def control(self, event: CloudEvent, memory: PartitionMemory) -> tuple[PartitionMemory, Filter] | None:
        """A release reaches this service with the decisions made by it."""
        return None

    def sweep(self, state: ContactRecord, event: CloudEvent, memory: PartitionMemory) -> Effects:
        """Never wanted."""
        return Effects()

    def _is_outward(self, event: CloudEvent) -> bool:
        """Whether *event* is a decision that may concern anybody; most only set facts, and are passed by."""
        if event.type != EventTypes.DECISION or event.data.get("outcome") != "fired":
            return False
        actions, release = event.data.get("actions"), event.data.get("release")
        if not (actions and isinstance(actions, list) and isinstance(release, str)):
            return False
        kinds = {kind for action in actions if isinstance(kind := _kind_of(action), str)}
        return bool(kinds) and not self._kinds_of(release).isdisjoint(kinds)

    def _kinds_of(self, release: str) -> frozenset[str]:
        if release not in self._kinds:
            self._kinds[release] = outward_kinds(self.releases.bundle(release).notifications)
        return self._kinds[release]

    def _plan(self, state: ContactRecord, decision: DecisionRecord) -> Planned:
        bundle = self.releases.bundle(decision.release)
        kinds = {str(action.fields["task"]) for action in decision.actions if action.kind == CREATE_TASK}
        known = ContactState(
            contacts=state.contacts,
            open_tasks=self._open.standing(state, decision.customer, kinds),
            profile=self._batch.profiles.get(decision.customer, {}),
        )
        return plan(known, decision, bundle.notifications, bundle, self._batch.subscribers)

    def _effects(self, planned: Planned, traceparent: str | None) -> Effects:
        stores = self.stores
        effects = Effects(messages=[outgoing(told, traceparent) for told in planned.notifications])
        for collection, documents in (
            (stores.tasks, planned.tasks),
            (stores.inbox, planned.inbox),
            (stores.deliveries, planned.deliveries),
        ):
            effects.documents += [(collection, document) for document in documents]
        return effects

    def _profiles(self, customers: Sequence[str]) -> Mapping[str, Mapping[str, FactValue]]:
        found = self.stores.customers.get_many(customers)
        return {key: item.document["facts"] for key, item in found.items()}


def _count(planned: Planned) -> None:
    for held in planned.held:
        metrics.CONTACTS_HELD.labels(rule=held.rule, reason=held.reason).inc()
    for notification in planned.notifications:
        metrics.NOTIFICATIONS.labels(channel=notification.channel, outcome=notification.outcome).inc()


def _kind_of(action: object) -> object:
    return action.get("kind") if isinstance(action, dict) else None


def _require_decision(event: CloudEvent) -> None:
    """What is passed by must be a decision; anything else is set aside, never skipped in silence."""
    if event.type != EventTypes.DECISION:
        raise MalformedMessageError(f"expected a decision, found {event.type!r}", pointer="/type")
    actions = event.data.get("actions")
    if not (isinstance(actions, list) and all(isinstance(action, dict) for action in actions)):
        raise MalformedMessageError("expected a list of actions", pointer="/data/actions")
