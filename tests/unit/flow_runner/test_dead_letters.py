"""Which dead letters are the same one."""

from dataclasses import replace
from datetime import datetime, timezone

import pytest

from shared.bus.port import Batch, Record
from shared.clock import ManualClock
from shared.flow.dead_letters import DeadLetterPublisher

RECORD = Record(7, "anna", b"{}", (), 0.0)
BATCH = Batch("in", "log", 0, (RECORD,))


def letter_id(record: Record, reason: str, service: str = "scoring") -> str:
    clock = ManualClock(datetime(2026, 1, 1, tzinfo=timezone.utc))
    publisher = DeadLetterPublisher(None, service, clock)  # type: ignore[arg-type]
    return publisher.letter(BATCH, record, reason, "detail").id


@pytest.mark.parametrize("reason", ["poison", "poison-day"])
def test_given_up_again_by_the_same_service_it_is_the_same_letter(reason: str) -> None:
    assert letter_id(RECORD, reason) == letter_id(RECORD, reason)
    assert letter_id(RECORD, reason) != letter_id(RECORD, reason, "rules")
    assert letter_id(RECORD, reason) != letter_id(replace(RECORD, offset=8), reason)


def test_a_day_that_cannot_be_closed_has_a_letter_for_each_customer() -> None:
    assert letter_id(RECORD, "poison-day") != letter_id(replace(RECORD, key="bert"), "poison-day")
