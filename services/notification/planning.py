"""What follows from a decision: care tasks, notices to people and systems, and what is held back and why.

Pure: the same decision, contacts and subscribers give the same plan with the same ids, so that a
replay writes nothing new. Consent is asked first, then whether the same task is open, then the
contact cap; quiet hours only delay.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.notification.channels.inbox import inbox_document
from services.notification.contacts import Contact, ContactState, Held
from services.notification.deliveries import delivery_document
from services.notification.ids import derived_id
from services.notification.limits import INBOX, Limits
from services.notification.notices import Notice, held_notification, notice_from, task_notification
from services.notification.refusing import Refusal
from services.notification.routing import rule_of
from services.notification.subscriptions import Subscription
from services.notification.tasks import task_document
from shared.clock import to_rfc3339
from shared.contracts.decision import DecisionRecord, OrderedAction
from shared.contracts.notification import Notification
from shared.model.rules import ActionKind, Bundle, NotificationPlan
from shared.policy.contacting import CUSTOMER_CHANNELS
from shared.policy.routing import Routed, routed
from shared.store.port import Document


@dataclass(frozen=True, slots=True)
class Planned:
    """Everything one decision leads to. *notifications* go to the topic, in this order."""

    tasks: tuple[Document, ...] = ()
    inbox: tuple[Document, ...] = ()
    deliveries: tuple[Document, ...] = ()
    notifications: tuple[Notification, ...] = ()
    held: tuple[Held, ...] = ()
    contacts: tuple[Contact, ...] = ()


def plan(
    contacts: ContactState,
    decision: DecisionRecord,
    notification_plan: NotificationPlan,
    bundle: Bundle,
    subscribers: Sequence[Subscription] = (),
) -> Planned:
    """Return what *decision* leads to; a decision that ordered nothing outwardly leads to nothing."""
    if decision.outcome != "fired" or decision.mode == "shadow" or not decision.actions:
        return Planned()
    draft = _Draft(decision, notification_plan, bundle, contacts, subscribers)
    for action in decision.actions:
        if action.kind == ActionKind.CREATE_TASK.value:
            draft.add_task(action)
    told_of: set[str] = set()
    for told in routed(decision, notification_plan.routes):
        told_of |= {action.id for action in told.actions}
        draft.add_notice(told)
    for action in decision.actions:
        if action.kind == ActionKind.NOTIFY.value and action.id not in told_of:
            draft.hold_unrouted(action)
    return draft.finish()


@dataclass(slots=True)
class _Draft:
    """A plan in the making; contacts made by earlier actions count for later ones."""

    decision: DecisionRecord
    plan: NotificationPlan
    bundle: Bundle
    state: ContactState
    subscribers: Sequence[Subscription]
    tasks: list[Document] = field(default_factory=list)
    inbox: list[Document] = field(default_factory=list)
    deliveries: list[Document] = field(default_factory=list)
    notifications: list[Notification] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)

    @property
    def limits(self) -> Limits:
        timezone = self.bundle.catalogue.timezone
        return Limits(self.plan, self.decision, self.state, timezone, self.priority)

    @property
    def priority(self) -> int:
        """Of the contacts that the decision orders."""
        rule = rule_of(self.bundle, self.decision.rule)
        return rule.priority_of_contacts if rule else 0

    def finish(self) -> Planned:
        return Planned(
            tuple(self.tasks),
            tuple(self.inbox),
            tuple(self.deliveries),
            tuple(self.notifications),
            tuple(self.held),
            tuple(self.contacts),
        )

    def add_task(self, action: OrderedAction) -> None:
        """Open a care task, unless something forbids it."""
        task = task_document(action, self.decision, self.bundle, self.state.profile)
        if (refusal := self.limits.on_task(task)) is not None:
            self._hold(f"task:{task['task']}", action, refusal, channel=task["channel"])
            return
        self.tasks.append(task)
        self.notifications.append(task_notification(task, action, self.decision))
        open_tasks = {**self.state.open_tasks, task["task"]: task["_id"]}
        self.state = replace(self.state, open_tasks=open_tasks)
        if task["channel"] in CUSTOMER_CHANNELS:
            self._count_contact(task["_id"])

    def add_notice(self, told: Routed) -> None:
        """Tell people and systems through every channel of the route that is open."""
        if self._tells_of_nothing(told):
            return
        if told.route.counts_as_contact and (refusal := self._refusal(told)) is not None:
            self._hold_notice(told, refusal)
            return
        notice = notice_from(told, self.decision, self.bundle, self.state.profile)
        channels = told.route.channels or (self.plan.default_channel,)
        open_channels = [channel for channel in channels if self._is_open(told, channel)]
        sent = [sent for channel in open_channels if (sent := self._send(notice, channel)) is not None]
        if sent and told.route.counts_as_contact:
            self._count_contact(sent[0].id)
        elif open_channels and not sent and notice.to_customer:
            self._hold_notice(
                told, Refusal("no_subscriber", f"nobody subscribed to {', '.join(open_channels)}")
            )

    def hold_unrouted(self, action: OrderedAction) -> None:
        """A `notify` whose template no route takes would vanish; it is recorded instead."""
        template = action.fields.get("template")
        self._hold(f"notify:{template}", action, Refusal("no_route", f"no route matches template {template}"))

    def _tells_of_nothing(self, told: Routed) -> bool:
        """Whether all that *told* tells of are tasks that were held; that is recorded with the tasks."""
        opened = {task["action"] for task in self.tasks}
        create = ActionKind.CREATE_TASK.value
        return all(action.kind == create and action.id not in opened for action in told.actions)

    def _refusal(self, told: Routed) -> Refusal | None:
        return self.limits.on_contact(*(action.fields.get("key_event") for action in told.actions))

    def _is_open(self, told: Routed, channel: str) -> bool:
        refusal = self.limits.on_channel(told.route, channel)
        if refusal is not None:
            self._hold_notice(told, refusal, channel)
        return refusal is None

    def _send(self, notice: Notice, channel: str) -> Notice | None:
        """Put *notice* on its way through *channel*; None when nobody is there."""
        if channel == INBOX:
            sent = notice.through(channel, "sent")
            self.inbox.append(inbox_document(sent))
            self.notifications.append(sent.notification)
            return sent
        route = notice.notification.route
        waiting = [item for item in self.subscribers if item.kind == channel and item.wants(route)]
        if not waiting:
            return None
        until = self.limits.quiet_until() if notice.to_customer else None
        sent = notice.through(channel, "held" if until else "queued", _quiet(until))
        self.deliveries += [delivery_document(sent, subscriber, until) for subscriber in waiting]
        self.notifications.append(sent.notification)
        return sent

    def _hold_notice(self, told: Routed, refusal: Refusal, channel: str = "") -> None:
        route = told.route.id
        self._hold(f"notice:{route}", told.actions[0], refusal, route=route, channel=channel)

    def _hold(
        self, what: str, action: OrderedAction, refusal: Refusal, *, route: str = "", channel: str = ""
    ) -> None:
        decision = self.decision
        identity = derived_id("ntf", "held", decision.id, action.id, route, channel)
        held = Held(
            identity,
            what,
            refusal.reason,
            refusal.detail,
            decision.id,
            decision.rule,
            decision.day,
            refusal.ahead,
        )
        self.held.append(held)
        self.notifications.append(
            held_notification(held, action, decision, bundle=self.bundle, route=route, channel=channel)
        )

    def _count_contact(self, identity: str) -> None:
        contact = Contact(self.decision.day, identity, self.decision.rule, self.priority)
        self.contacts.append(contact)
        self.state = replace(self.state, contacts=(*self.state.contacts, contact))


def _quiet(until: datetime | None) -> str:
    return "" if until is None else f"quiet_hours: until {to_rfc3339(until)}"
