"""The runner waits out outages, sets poison aside, gives up what is no longer its own, and stops at once."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event, Thread

import pytest

from shared.bus.port import Message
from shared.clock import SystemClock
from shared.contracts.cloudevents import to_message
from shared.errors import BusUnavailableError, LeaseLostError, NoSpaceError, StopError, StoreUnavailableError
from shared.flow.setting_aside import TRIES
from shared.flow.state import NotReadyError
from shared.flow.work import StaleError
from tests.unit.flow_runner.outages import Service, Waiting
from tests.unit.flow_stage.house import event, marker


@pytest.fixture
def new_service(tmp_path: Path) -> Iterator[Callable[..., Service]]:
    opened: list[Service] = []

    def new(**options: object) -> Service:
        opened.append(Service(tmp_path, **options))
        return opened[-1]

    yield new
    for service in opened:
        service.close()


@pytest.fixture
def service(new_service: Callable[..., Service]) -> Service:
    return new_service()


THREE = (event("a", 1, 0, 5), event("b", 2, 0, 7), event("a", 3, 0, 2))


@pytest.mark.parametrize(
    ("call", "error"),
    [
        ("consumer.poll", BusUnavailableError("away")),
        ("consumer.commit", BusUnavailableError("away")),
        ("consumer.lag", BusUnavailableError("away")),
        ("producer.send", BusUnavailableError("away")),
        ("producer.send", NoSpaceError("full")),
        ("tallies.find", StoreUnavailableError("away")),
        ("tallies.get_many", StoreUnavailableError("away")),
        ("tallies.replace", StoreUnavailableError("away")),
        ("seen.get_many", StoreUnavailableError("away")),
        ("seen.insert_absent", StoreUnavailableError("away")),
        ("memories.get_many", StoreUnavailableError("away")),
        ("memories.replace", StoreUnavailableError("away")),
    ],
    ids=lambda value: value if isinstance(value, str) else value.code,
)
def test_an_outage_is_waited_out_and_nothing_is_lost_or_doubled(
    service: Service, call: str, error: Exception
) -> None:
    service.faults.plan(call, error, error)  # type: ignore[arg-type]
    service.append(*THREE, THREE[1], marker(0), event("a", 4, 1, 1), THREE[0], marker(1))
    runner, stop = service.run()
    assert service.totals() == {"a": 8, "b": 7}
    assert service.told() == 4 + 2
    assert service.faults.over
    assert stop.paused_s
    assert all(0 < pause <= 5 for pause in stop.paused_s)
    assert (runner.state.processed, runner.state.duplicates) == (4, 2)


@pytest.mark.parametrize("landing", ["find", "get_many", "find_ids", "replace"])
def test_a_write_that_lands_long_after_its_answer_was_lost_is_told_once_and_not_doubled(
    new_service: Callable[..., Service], landing: str
) -> None:
    service = new_service(tallies_land_before=landing)
    service.append(*THREE, marker(0), marker(1), marker(2), marker(3), marker(4))
    service.run()
    assert service.totals() == {"a": 7, "b": 7}
    assert service.told() == 3 + 2 + 5


def test_waits_grow_with_the_outage_up_to_five_seconds(service: Service) -> None:
    service.faults.plan("producer.send", *[BusUnavailableError("away")] * 12)
    service.append(*THREE)
    _, stop = service.run()
    assert stop.paused_s == sorted(stop.paused_s)
    assert (stop.paused_s[0], stop.paused_s[-1]) == (0.1, 5.0)


def test_poison_is_tried_three_times_and_set_aside_as_it_came_and_the_rest_goes_on(service: Service) -> None:
    poison = to_message(event("a", 2, 0, "poison"), 0)
    service.append(THREE[0], poison, THREE[2], event("b", 4, 0, 1))
    runner, _ = service.run()
    [(record, reason, tries)] = service.set_aside
    assert (record.key, record.value, record.headers) == (poison.key, poison.value, poison.headers)
    assert (reason, tries) == ("poison", TRIES)
    assert service.totals() == {"a": 7, "b": 1}
    assert runner.state.dead_letters == 1


def test_a_message_that_is_no_event_is_set_aside_at_once_with_the_place_of_the_fault(
    service: Service,
) -> None:
    garbage = Message("a", b"\xff{", (("ce_id", b"\xff"),), 0)
    service.append(THREE[0], garbage, THREE[2])
    service.run()
    [(record, reason, tries)] = service.set_aside
    assert (record.value, record.headers, reason, tries) == (
        b"\xff{",
        garbage.headers,
        "malformed-message",
        1,
    )
    assert service.totals() == {"a": 7}


@pytest.mark.parametrize("day", [None, 20100104, "", "2010-02-30", "soon"])
def test_a_marker_that_names_no_day_is_set_aside_and_stops_nobody(service: Service, day: object) -> None:
    broken = marker(0)
    broken.data["day"] = day
    service.append(THREE[0], broken, THREE[2])
    service.run()
    assert [reason for _, reason, _ in service.set_aside] == ["malformed-message"]
    assert service.totals() == {"a": 7}


def test_an_outage_while_setting_aside_neither_forgets_nor_counts_twice(
    new_service: Callable[..., Service],
) -> None:
    service = new_service(dead_letter_limit=2)
    service.faults.plan("dead_letter", None, BusUnavailableError("away"), BusUnavailableError("away"))
    service.append(Message("a", b"?", (), 0), Message("b", b"?", (), 0), THREE[0])
    runner, _ = service.run()
    assert {record.key for record, _, _ in service.set_aside} == {"a", "b"}
    assert runner.state.dead_letters == 2
    assert service.totals() == {"a": 5}


def test_past_the_limit_of_dead_letters_it_stops_and_leaves_the_message_where_it_is(
    new_service: Callable[..., Service],
) -> None:
    service = new_service(dead_letter_limit=2)
    service.append(*[Message("a", b"?", (), 0)] * 3)
    with pytest.raises(StopError, match="the code or its settings are wrong, not the data"):
        service.run()
    assert len(service.set_aside) == 2
    assert not service.is_done()


def test_a_lost_lease_drops_the_batch_and_its_next_owner_doubles_nothing(service: Service) -> None:
    service.faults.plan("consumer.commit", LeaseLostError("another has it"))
    service.append(*THREE)
    runner = service.runner()
    runner.run(Waiting(stops_when=lambda: service.faults.over))
    assert not service.is_done()
    next_owner, _ = service.run(service.runner("another"))
    assert (runner.state.processed, next_owner.state.processed) == (3, 0)
    assert service.totals() == {"a": 7, "b": 7}
    assert service.told() == 3


def test_asked_to_stop_while_the_store_is_away_it_ends_within_a_second(service: Service) -> None:
    service.faults.plan("tallies.replace", *[StoreUnavailableError("away")] * 1000)
    service.append(*THREE)
    stop, clock = Event(), SystemClock()
    thread = Thread(target=service.runner().run, args=(stop,))
    thread.start()
    clock.sleep(0.5)
    stop.set()
    thread.join(timeout=1.0)
    assert not thread.is_alive()
    assert service.totals() == {}
    service.faults.planned.clear()
    service.run()
    assert service.totals() == {"a": 7, "b": 7}


def test_it_tells_what_it_waits_for_until_it_can_work_again(service: Service) -> None:
    runner = service.runner()
    with pytest.raises(NotReadyError, match="tally waits for its first partitions"):
        runner.state.check_ready()
    reasons: list[str] = []

    def note() -> bool:
        reasons.append(runner.state.waiting_for)
        return service.is_done()

    service.append(*THREE)
    service.faults.plan("tallies.replace", StoreUnavailableError("the disk is away"))

    runner.run(Waiting(stops_when=note))
    assert "the disk is away" in reasons
    runner.state.check_ready()


def test_a_conflict_with_another_writer_is_told_once_it_lasts(service: Service) -> None:
    runner = service.runner()
    reasons: list[str] = []

    def note() -> bool:
        reasons.append(runner.state.waiting_for)
        return service.is_done()

    service.append(*THREE)
    service.faults.plan("tallies.replace", *[StaleError("written by another process")] * 8)
    stop = Waiting(stops_when=note)
    runner.run(stop)
    told = next(at for at, reason in enumerate(reasons) if "another process" in reason)
    assert (told > 4, max(stop.paused_s)) == (True, 5.0)
    assert service.totals() == {"a": 7, "b": 7}
    runner.state.check_ready()


def test_a_bus_that_comes_back_with_nothing_to_read_makes_it_ready_again(service: Service) -> None:
    runner = service.runner()
    service.faults.plan("consumer.poll", None, BusUnavailableError("the bus is away"))
    turns = iter(range(4))

    runner.run(Waiting(stops_when=lambda: next(turns, None) is None))
    runner.state.check_ready()


def test_losing_every_partition_to_others_leaves_it_ready_to_take_them_back(service: Service) -> None:
    service.append(*THREE)
    runner, _ = service.run()
    assert runner.state.partitions == {}
    runner.state.check_ready()
