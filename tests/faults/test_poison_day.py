"""A program that cannot close the day of some customers: theirs stays due and is told, the others' closes.

The fault is in a small processor of the tests; log, documents, stage and runner are the product's.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.contracts.cloudevents import from_record
from shared.contracts.topics import EventTypes
from shared.errors import BusUnavailableError, StopError
from shared.store.port import Query
from tests.faults.backend import Backend
from tests.unit.flow_runner.outages import Service
from tests.unit.flow_stage.house import event, marker
from tests.unit.flow_stage.tally import SILENT_AFTER_DAYS, TALLIES, UNCLOSABLE

NewService = Callable[..., Service]

CLOSE = SILENT_AFTER_DAYS
"""The day whose close tells of customers who bought on the first one."""


@pytest.fixture
def new_service(backend: Backend, tmp_path: Path) -> Iterator[NewService]:
    opened: list[Service] = []

    def new(**options: object) -> Service:
        opened.append(Service(tmp_path, bus_url=backend.bus_url, store_url=backend.store_url, **options))
        return opened[-1]

    yield new
    for service in opened:
        service.close()


def told(service: Service) -> list[str]:
    """What went out about silence, in order: customers, and the day for each marker."""
    batch = service.bus.read("out", 0, 0, 10_000)
    events = [from_record(record) for record in batch.records] if batch else []
    kept = [each for each in events if each.type in ("tally.silent", EventTypes.DAY_CLOSED)]
    return [each.subject or each.data["day"] for each in kept]


def document(service: Service, customer: str) -> dict[str, Any]:
    found = service.store.collection(TALLIES).find(Query(limit=100)).documents
    return next(each.document for each in found if each.document["_id"] == customer)


@pytest.mark.parametrize("page", [1, 2_000])
def test_the_day_closes_for_all_others_and_each_failing_customer_is_set_aside_by_name(
    new_service: NewService, page: int
) -> None:
    service = new_service(page=page)
    service.append(*[event(name, number, 0, 5) for number, name in enumerate("ac")])
    service.append(event("b", 10, 0, UNCLOSABLE), event("d", 11, 0, UNCLOSABLE), marker(CLOSE))
    runner, _ = service.run()

    assert [(record.key, reason, tries) for record, reason, tries in service.set_aside] == [
        ("b", "poison-day", 3),
        ("d", "poison-day", 3),
    ]
    assert service.details[0].startswith("the day 2010-01-07 could not be closed for b: ZeroDivisionError")
    assert told(service) == ["a", "c", "2010-01-07"]
    assert document(service, "b")["due_day"] is not None
    assert runner.state.dead_letters == 2


def test_once_the_program_is_mended_the_day_closes_with_a_later_one_and_nothing_is_missing(
    new_service: NewService,
) -> None:
    service = new_service()
    service.append(event("a", 1, 0, UNCLOSABLE), event("b", 2, 0, 5), marker(CLOSE))
    service.run()
    due = document(service, "a")["due_day"]

    service.unclosable = None
    service.append(marker(CLOSE + 1))
    service.run()

    assert told(service) == ["b", "2010-01-07", "a", "2010-01-08"]
    assert (document(service, "a")["day"], document(service, "a")["due_day"]) == (due, None)
    assert len(service.set_aside) == 1


def test_a_fault_costs_three_tries_a_batch_however_many_days_it_closes(new_service: NewService) -> None:
    service = new_service()
    service.append(event("a", 1, 0, UNCLOSABLE), *[marker(CLOSE + day) for day in range(5)])

    service.run()

    assert [(record.key, tries) for record, _, tries in service.set_aside] == [("a", 3)]
    assert told(service) == [f"2010-01-{day:02d}" for day in range(7, 12)]


def test_an_event_of_a_customer_whose_day_cannot_be_closed_is_set_aside_as_it_came(
    new_service: NewService,
) -> None:
    service = new_service()
    service.append(event("a", 1, 0, UNCLOSABLE), marker(CLOSE), event("a", 2, 9, 1), event("b", 3, 9, 1))

    service.run()

    assert [(record.key, reason) for record, reason, _ in service.set_aside] == [
        ("a", "poison-day"),
        ("a", "poison"),
    ]
    assert service.totals() == {"a": UNCLOSABLE, "b": 1}


def test_an_outage_while_customers_are_set_aside_neither_forgets_nor_counts_twice(
    new_service: NewService,
) -> None:
    service = new_service(dead_letter_limit=2)
    service.faults.plan("dead_letter", None, BusUnavailableError("away"), BusUnavailableError("away"))
    service.append(event("a", 1, 0, UNCLOSABLE), event("b", 2, 0, UNCLOSABLE), marker(CLOSE))

    runner, _ = service.run()

    assert [record.key for record, _, _ in service.set_aside] == ["a", "b"]
    assert runner.state.dead_letters == 2


def test_too_many_such_customers_stop_the_service_because_the_program_is_wrong(
    new_service: NewService,
) -> None:
    service = new_service(dead_letter_limit=2)
    service.append(*[event(name, number, 0, UNCLOSABLE) for number, name in enumerate("abc")], marker(CLOSE))

    with pytest.raises(StopError, match="the code or its settings are wrong, not the data"):
        service.run()

    assert not service.is_done()
