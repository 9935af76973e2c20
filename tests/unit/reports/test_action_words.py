"""What an ordered action says of itself, in one line."""

import pytest

from shared.reports.action_words import fields_text

TASK = {"task": "call", "title": {"en": "Call", "zh": "致电"}, "due_days": 3, "channel": "phone"}


def test_a_task_in_plain_days_reads_as_ever() -> None:
    assert fields_text(TASK, "en") == "task call, title Call, due 3 days, channel phone"


@pytest.mark.parametrize(
    ("language", "due"),
    [
        ("en", "task call, title Call, channel phone, due 3 business days"),
        ("zh", "任务 call，标题 致电，渠道 电话，期限 3 个工作日"),
    ],
)
def test_business_days_are_named_as_such(language: str, due: str) -> None:
    assert fields_text({**TASK, "due_business": True}, language) == due


def test_the_events_that_close_a_task_are_listed() -> None:
    told = fields_text({"task": "call", "closed_by": ["purchase", "return"]}, "en")

    assert told == "task call, closed by purchase, return"
