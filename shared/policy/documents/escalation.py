"""The part of notifications.yaml that says who hears of tasks that are overdue: `escalation`."""

from shared.model.rules import Escalation
from shared.policy.codes import BAD_VALUE
from shared.policy.reading import Fields, Reading
from shared.policy.shapes import ESCALATION

CUSTOMER = "customer"
CHANNELS = ("inbox", "webhook", "file")


def read_escalation(plan: Fields, reading: Reading) -> Escalation | None:
    """Read after how long whom to tell, through which channels."""
    node = plan.get("escalation")
    fields = reading.fields(node, ESCALATION) if node is not None else None
    if fields is None:
        return None
    to = fields.text("to")
    if to == CUSTOMER:
        message = "a customer is not told that a task is overdue"
        reading.problems.add(BAD_VALUE, fields.span_of("to"), message, expected="manager, or a name")
    words = fields.scalars("channels")
    channels = tuple(word.text for word in words if reading.option(word, CHANNELS, "a channel to tell by"))
    return Escalation(fields.term("after"), to, channels or CHANNELS[:1])
