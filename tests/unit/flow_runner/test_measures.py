"""What a worker measures of itself can be scraped and is right."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from shared.bus.port import Batch, Record
from shared.errors import BusUnavailableError
from shared.flow.age import observe_wait
from tests.unit.flow_runner.outages import Service
from tests.unit.flow_stage.house import FIRST_DAY, event, marker


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    opened = Service(tmp_path)
    yield opened
    opened.close()


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(f"guanxi_{name}", {"service": "tally", **labels}) or 0.0


def test_closed_days_are_counted_and_the_last_one_is_told(service: Service) -> None:
    before = value("days_closed_total")
    service.faults.plan("producer.send", BusUnavailableError("away"))
    service.append(event("a", 1, 0), marker(0), marker(0), marker(1), marker(5))
    service.run()
    assert value("days_closed_total") == before + 3
    assert value("last_closed_day") == FIRST_DAY.toordinal() + 5


def test_the_age_of_an_event_counts_from_its_recording(service: Service) -> None:
    before = (value("event_age_seconds_count"), value("event_age_seconds_sum"))
    recorded = {"recordedtime": "2025-12-31T23:59:57Z"}  # three seconds before the clock of the test
    service.append(
        replace(event("a", 1, 0), extensions=recorded),
        replace(event("a", 2, 0), extensions=recorded),
        replace(event("a", 3, 0), extensions={"recordedtime": "soon"}),
        event("a", 4, 0),
    )
    service.run()
    after = (value("event_age_seconds_count"), value("event_age_seconds_sum"))
    assert (after[0] - before[0], after[1] - before[1]) == (2, 6.0)


def test_how_long_the_oldest_message_waited_is_told_in_seconds(service: Service) -> None:
    now = service.clock.now().timestamp()
    records = tuple(Record(offset, "a", b"", (), now - 42 + offset) for offset in range(3))

    observe_wait("tally", "in", Batch("in", "log", 0, records), service.clock)
    assert value("consumer_lag_seconds", topic="in") == 42.0

    observe_wait("tally", "in", None, service.clock)
    assert value("consumer_lag_seconds", topic="in") == 0.0
