"""The part of notifications.yaml that says who hears of tasks that are overdue: `escalation`."""

from shared.model.rules import Escalation
from shared.policy.codes import BAD_VALUE
from shared.policy.reading import Fields, Reading
from shared.policy.said import Said
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
        said = Said("a customer is not told that a task is overdue", "任务逾期不通知客户")
        expected = Said("manager, or a name", "manager，或某个名字")
        reading.problems.add(BAD_VALUE, fields.span_of("to"), said, expected=expected)
    words, channel = fields.scalars("channels"), Said("a channel to tell by", "上报渠道")
    channels = tuple(word.text for word in words if reading.option(word, CHANNELS, channel))
    return Escalation(fields.term("after"), to, channels or CHANNELS[:1])
