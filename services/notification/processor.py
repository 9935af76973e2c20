"""From decisions to tasks, messages and deliveries: the notification service's part of the stage.

Reads what planning needs for a batch; plans purely; writes nothing itself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from services.notification.contacts import (
    ContactRecord,
    ContactState,
    record_from_document,
    record_to_fields,
)
from services.notification.planning import Planned, plan
from services.notification.routing import outward_kinds
from services.notification.subscribers import Subscribers
from services.notification.subscriptions import Subscription
from services.notification.tasks import OPEN
from shared.contracts.cloudevents import CloudEvent, MalformedMessageError
from shared.contracts.codecs import decision_from_event
from shared.contracts.decision import DecisionRecord
from shared.contracts.notification import NOTIFICATION_SOURCE, notification_to_data
from shared.contracts.topics import EventTypes
from shared.flow.processor import PASSED_BY, Effects, Input, Outgoing, PartitionMemory
from shared.model.rules import Bundle
from shared.model.values import FactValue
from shared.store.port import Collection, Document, Filter, Query
from shared.telemetry import metrics

_PAGE = 1_000


class Bundles(Protocol):
    """Where the release that a decision was made by is found."""

    def bundle(self, digest: str) -> Bundle:
        """The release with *digest*; may raise RetryLaterError or StopError."""


@dataclass(frozen=True, slots=True)
class Stores:
    """Where notification keeps what it makes, and the customers it may read."""

    tasks: Collection
    inbox: Collection
    deliveries: Collection
    customers: Collection


@dataclass(slots=True)
class _Batch:
    """What was looked up for the batch under work, and the tasks it opened itself."""

    subscribers: Sequence[Subscription] = ()
    open_tasks: dict[str, dict[str, str]] = field(default_factory=dict)  # customer → slug → id
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

    def prepare(self, memory: PartitionMemory, log_id: str, inputs: Sequence[Input]) -> PartitionMemory:
        """Look up subscribers, and the open tasks and profiles of customers about to be contacted."""
        acting = sorted({entry.event.subject for entry in inputs if self._is_outward(entry.event)})
        self._batch = _Batch(self.subscribers.active(), self._open_tasks(acting), self._profiles(acting))
        return memory

    def load(self, key: str, document: Document | None) -> ContactRecord:
        """Read a customer's contacts, or begin without any."""
        return record_from_document(document)

    def dump(self, state: ContactRecord) -> Document:
        """The fields that notification keeps of a customer."""
        return record_to_fields(state)

    def apply(self, state: ContactRecord, incoming: Input, memory: PartitionMemory) -> Effects | None:
        """Plan what one decision leads to."""
        if not self._is_outward(incoming.event):
            _require_decision(incoming.event)
            return PASSED_BY
        decision = decision_from_event(incoming.event)
        planned = self._plan(state, decision)
        state.remember(planned.contacts, planned.held, decision.as_of, decision.day)
        self._note(decision.customer, planned)
        return self._effects(planned, incoming.event.extensions.get("traceparent"))

    def due_day(self, state: ContactRecord) -> int | None:
        """Days closing change nothing here."""
        return None

    def close_day(self, state: ContactRecord, day: int, memory: PartitionMemory) -> Effects:
        """Never wanted."""
        return Effects()

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
        known = ContactState(
            contacts=state.contacts,
            open_tasks=self._batch.open_tasks.get(decision.customer, {}),
            profile=self._batch.profiles.get(decision.customer, {}),
        )
        return plan(known, decision, bundle.notifications, bundle, self._batch.subscribers)

    def _note(self, customer: str, planned: Planned) -> None:
        opened = self._batch.open_tasks.setdefault(customer, {})
        opened.update({task["task"]: task["_id"] for task in planned.tasks})
        for held in planned.held:
            metrics.CONTACTS_HELD.labels(reason=held.reason).inc()
        for notification in planned.notifications:
            metrics.NOTIFICATIONS.labels(channel=notification.channel, outcome=notification.outcome).inc()

    def _effects(self, planned: Planned, traceparent: str | None) -> Effects:
        stores = self.stores
        effects = Effects(
            messages=[
                Outgoing(EventTypes.NOTIFICATION, told.as_of, notification_to_data(told), traceparent)
                for told in planned.notifications
            ]
        )
        for collection, documents in (
            (stores.tasks, planned.tasks),
            (stores.inbox, planned.inbox),
            (stores.deliveries, planned.deliveries),
        ):
            effects.documents += [(collection, document) for document in documents]
        return effects

    def _open_tasks(self, customers: Sequence[str]) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for some in _chunks(customers):
            cursor: str | None = None
            concerned = {"customer": {"$in": some}, "status": OPEN}
            while True:
                page = self.stores.tasks.find(Query(filter=concerned, limit=_PAGE, cursor=cursor))
                for task in (item.document for item in page.documents):
                    found.setdefault(task["customer"], {})[task["task"]] = task["_id"]
                cursor = page.cursor
                if cursor is None:
                    break
        return found

    def _profiles(self, customers: Sequence[str]) -> Mapping[str, Mapping[str, FactValue]]:
        found = self.stores.customers.get_many(customers)
        return {key: item.document["facts"] for key, item in found.items()}


def _kind_of(action: object) -> object:
    return action.get("kind") if isinstance(action, dict) else None


def _require_decision(event: CloudEvent) -> None:
    """What is passed by must be a decision; anything else is set aside, never skipped in silence."""
    if event.type != EventTypes.DECISION:
        raise MalformedMessageError(f"expected a decision, found {event.type!r}", pointer="/type")
    actions = event.data.get("actions")
    if not (isinstance(actions, list) and all(isinstance(action, dict) for action in actions)):
        raise MalformedMessageError("expected a list of actions", pointer="/data/actions")


_AT_ONCE = 200


def _chunks(keys: Sequence[str]) -> Sequence[list[str]]:
    return [list(keys[start : start + _AT_ONCE]) for start in range(0, len(keys), _AT_ONCE)]
