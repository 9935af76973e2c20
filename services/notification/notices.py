"""What is told, to whom, in which words: notifications as the topic, the inbox and subscribers get them.

Pure. A refusal is a notification too: it says what was not done, and why.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from services.notification.contacts import Held
from services.notification.ids import derived_id, task_id
from services.notification.routing import CUSTOMER, recipient
from services.notification.wording import render, rule_title, words_of
from shared.contracts.decision import DecisionRecord, OrderedAction
from shared.contracts.notification import Notification, NotificationOutcome, notification_to_data
from shared.contracts.topics import EventTypes
from shared.flow.processor import Outgoing
from shared.model.rules import ActionKind, Bundle
from shared.model.values import FactValue
from shared.policy.routing import Routed
from shared.store.port import Document


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification with the group its readers fold it into (or none), and every action it tells of."""

    notification: Notification
    group: str
    actions: tuple[str, ...]
    to_customer: bool

    @property
    def id(self) -> str:
        """The notification's id."""
        return self.notification.id

    def data(self) -> dict[str, Any]:
        """What subscribers are sent."""
        return {
            **notification_to_data(self.notification),
            "group": self.group,
            "actions": list(self.actions),
        }

    def through(self, channel: str, outcome: NotificationOutcome, held_by: str = "") -> "Notice":
        """The same words through *channel*, as a notification of its own."""
        told = replace(
            self.notification,
            id=derived_id("ntf", self.notification.route, channel, self.group, *self.actions),
            channel=channel,
            outcome=outcome,
            held_by=held_by,
        )
        return replace(self, notification=told)


def notice_from(
    told: Routed, decision: DecisionRecord, bundle: Bundle, profile: Mapping[str, FactValue]
) -> Notice:
    """Render what *told* has to say of *decision*, before a channel is chosen."""
    route, action = told.route, told.actions[0]
    words = words_of(decision, action, bundle)
    notification = Notification(
        id="",
        action=action.id,
        kind=action.kind,
        route=route.id,
        to=recipient(route.to, decision, bundle, profile),
        channel="",
        subject=render(route.subject, words),
        body=render(route.body, words),
        outcome="sent",
        task=task_id(action) if action.kind == ActionKind.CREATE_TASK.value else "",
        fields=dict(action.fields),
        **_origin(decision),
    )
    actions = tuple(action.id for action in told.actions)
    return Notice(notification, told.group, actions, route.to == CUSTOMER)


def outgoing(told: Notification, traceparent: str | None = None) -> Outgoing:
    """*told* on its way to the topic."""
    return Outgoing(EventTypes.NOTIFICATION, told.as_of, notification_to_data(told), traceparent)


def task_notification(task: Document, action: OrderedAction, decision: DecisionRecord) -> Notification:
    """What the topic says of a care task that was opened."""
    return Notification(
        id=derived_id("ntf", task["_id"]),
        action=action.id,
        kind=action.kind,
        route="",
        to=task["owner"],
        channel=task["channel"],
        subject=task["title"],
        body=task["playbook"],
        outcome="sent",
        task=task["_id"],
        fields=dict(action.fields),
        **_origin(decision),
    )


def held_notification(
    held: Held,
    action: OrderedAction,
    decision: DecisionRecord,
    *,
    bundle: Bundle,
    route: str,
    channel: str,
) -> Notification:
    """What the topic says of something that was ordered and not done."""
    return Notification(
        id=held.id,
        action=action.id,
        kind=action.kind,
        route=route,
        to="",
        channel=channel,
        subject=action.fields.get("title") or rule_title(bundle, decision.rule),
        body={},
        outcome="dropped",
        held_by=f"{held.reason}: {held.detail}",
        fields=dict(action.fields),
        **_origin(decision),
    )


def _origin(decision: DecisionRecord) -> dict[str, Any]:
    return {
        "customer": decision.customer,
        "decision": decision.id,
        "rule": decision.rule,
        "policy": decision.policy,
        "as_of": decision.as_of,
        "day": decision.day,
    }
