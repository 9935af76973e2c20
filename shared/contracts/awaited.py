"""That an event came for which open care tasks wait: what rules tells notification of events.

Pure. Sent in the order of decisions: after those of earlier days, before those that the event itself causes.
"""

from collections.abc import Mapping
from typing import Any

from shared.contracts.cloudevents import CloudEvent, MalformedMessageError
from shared.contracts.snapshot import Cause
from shared.contracts.topics import EventTypes
from shared.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Awaited:
    """*event* of *customer* was dealt with at *as_of*, on local *day*."""

    customer: str
    as_of: str
    day: int
    event: Cause


def awaited_to_data(awaited: Awaited) -> dict[str, Any]:
    """Write it as JSON."""
    event = awaited.event
    return {
        "customer": awaited.customer,
        "as_of": awaited.as_of,
        "day": awaited.day,
        "event": {"id": event.id, "type": event.type, "source": event.source},
    }


def awaited_from_event(event: CloudEvent) -> Awaited:
    """Read what `awaited_to_data` wrote; raises MalformedMessageError."""
    try:
        told: Mapping[str, Any] = event.data
        cause = Cause("event", **told["event"])
        return Awaited(told["customer"], told["as_of"], told["day"], cause)
    except (KeyError, TypeError) as error:
        raise MalformedMessageError(f"not an awaited event: {error}", pointer="/data") from error


def is_awaited(event: CloudEvent) -> bool:
    """Whether *event* tells of an awaited event."""
    return event.type == EventTypes.AWAITED
