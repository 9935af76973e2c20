"""What a person or a system was told about a customer, or why not.

Pure. One record for each route that a decision's action took; texts are rendered in every language.
"""

from collections.abc import Mapping
from dataclasses import field
from typing import Any, Literal

from shared.contracts.cloudevents import CloudEvent, MalformedMessageError
from shared.contracts.topics import EventTypes
from shared.model.values import Text
from shared.quick_dataclass import dataclass

NOTIFICATION_SOURCE = "guanxi/notification"

NotificationOutcome = Literal["sent", "queued", "held", "dropped"]
"""sent: it is where its reader looks. queued: an outside system will be called. held: waits (quiet hours,
cap). dropped: will never go out (no consent, no route), with the reason in *held_by*."""


@dataclass(frozen=True, slots=True)
class Notification:
    """One message to one addressee through one channel. *id* is derived from decision, action and route."""

    id: str
    customer: str
    decision: str
    action: str  # id of the ordered action
    kind: str  # kind of the action: raise_alert, create_task …
    rule: str
    policy: str
    route: str
    to: str  # owner, manager, customer or an address book entry
    channel: str  # inbox, webhook, file …
    subject: Text
    body: Text
    as_of: str
    day: int
    outcome: NotificationOutcome
    held_by: str = ""
    task: str = ""  # id of the care task, when the action made one
    fields: Mapping[str, Any] = field(default_factory=dict)  # the action's own fields, resolved


def notification_to_data(notification: Notification) -> dict[str, Any]:
    """Write a notification as JSON."""
    data = {name: getattr(notification, name) for name in Notification.__slots__}
    return {
        **data,
        "subject": dict(notification.subject),
        "body": dict(notification.body),
        "fields": dict(notification.fields),
    }


def notification_from_data(data: Mapping[str, Any]) -> Notification:
    """Read what `notification_to_data` wrote."""
    try:
        return Notification(**data)
    except TypeError as error:
        raise MalformedMessageError(f"not a notification: {error}", pointer="/data") from error


def notification_to_event(
    notification: Notification, sequence: int | None = None, traceparent: str | None = None
) -> CloudEvent:
    """Wrap a notification under its own id; *sequence* counts per customer."""
    numbered = {} if sequence is None else {"sequence": str(sequence)}
    traced = {"traceparent": traceparent} if traceparent else {}
    return CloudEvent(
        id=notification.id,
        source=NOTIFICATION_SOURCE,
        type=EventTypes.NOTIFICATION,
        subject=notification.customer,
        time=notification.as_of,
        data=notification_to_data(notification),
        extensions={**numbered, **traced},
    )


def notification_from_event(event: CloudEvent) -> Notification:
    """Read a notification's event."""
    if event.type != EventTypes.NOTIFICATION:
        raise MalformedMessageError(
            f'expected type "{EventTypes.NOTIFICATION}", found "{event.type}"', pointer="/type"
        )
    return notification_from_data(event.data)
