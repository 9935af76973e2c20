"""What rules tells of events that tasks wait for: which, when, and in which place among the decisions."""

from typing import Any

import pytest

from services.rules.awaiting import course
from services.rules.relationships import KeptCase, dump_case, load_case
from shared.contracts.awaited import awaited_from_event, awaited_to_data
from shared.contracts.cloudevents import CloudEvent, MalformedMessageError
from shared.contracts.decision import DecisionRecord, OrderedAction
from shared.contracts.schemas import AwaitedSchema
from shared.contracts.snapshot import Cause, Snapshot
from shared.contracts.topics import EventTypes

BUYING = Cause("event", "536365", "purchase", "shop")


def snapshot(cause: Cause = BUYING) -> Snapshot:
    return Snapshot("c1", "2010-08-10T09:00:00Z", 733994, cause, "d" * 64, {})


def ordering(name: str, cause: Cause = BUYING, **changed: Any) -> DecisionRecord:
    """A decision that orders a task which a purchase closes."""
    fields = {"task": "winback-call", "closed_by": ["purchase"]}
    given: dict[str, Any] = {
        "id": name,
        "customer": "c1",
        "rule": "care-winback",
        "policy": "care",
        "release": "d" * 64,
        "outcome": "fired",
        "mode": "live",
        "as_of": "2010-08-10T09:00:00Z",
        "day": 733994,
        "cause": cause,
        "facts": {},
        "leaves": (),
        "reason": {"en": "left"},
        "actions": (OrderedAction(f"{name}/0", "create_task", fields),),
    }
    return DecisionRecord(**{**given, **changed})


def test_an_event_that_no_task_waits_for_is_not_told() -> None:
    assert course(set(), snapshot(), []).told is None


def test_an_event_that_a_task_waits_for_is_told_once() -> None:
    awaits = {"purchase"}

    first, second = course(awaits, snapshot(), []), course(awaits, snapshot(), [])

    assert first.told is not None
    assert first.told.event == BUYING
    assert second.told is None
    assert awaits == set()


def test_tasks_of_the_days_before_are_closed_and_those_that_the_event_itself_causes_are_not() -> None:
    awaits: set[str] = set()
    yesterday, today = ordering("d1", Cause("day")), ordering("d2")

    brought = course(awaits, snapshot(), [yesterday, today])

    assert (brought.before, brought.after) == ([yesterday], [today])
    assert brought.told is not None
    assert awaits == {"purchase"}, "today's task waits for the next purchase"


@pytest.mark.parametrize("changed", [{"mode": "shadow"}, {"outcome": "held_out"}, {"actions": ()}])
def test_what_ordered_no_task_makes_nothing_awaited(changed: dict[str, Any]) -> None:
    awaits: set[str] = set()

    course(awaits, snapshot(), [ordering("d1", Cause("day"), **changed)])

    assert awaits == set()


def test_an_outcome_that_another_system_tells_is_passed_on_and_our_own_is_not() -> None:
    theirs = snapshot(Cause("event", "7", "task.outcome", "crm"))
    ours = snapshot(Cause("event", "task_1:done", "task.outcome", "guanxi/notification"))

    assert course(set(), theirs, []).told is not None
    assert course(set(), ours, []).told is None


def test_a_days_close_and_a_release_are_no_events() -> None:
    for cause in (Cause("day"), Cause("release", "r2", "purchase")):
        assert course({"purchase"}, snapshot(cause), []).told is None


def test_what_is_awaited_is_kept_with_the_relationship() -> None:
    case = KeptCase("c1", awaits={"purchase"})
    case.sent = {
        "customer": "c1", "sequence": 1, "as_of": "2010-08-10T09:00:00Z", "day": 733994, "release": "d",
        "cause": {"kind": "day", "id": "", "type": "", "source": ""}, "facts": {}, "anchors": {},
    }  # fmt: skip
    stored = {**dump_case(case), "due_day": None}

    assert load_case("c1", stored).awaits == {"purchase"}
    del stored["awaits"]
    assert load_case("c1", stored).awaits == set(), "documents of before have none"


def test_the_message_is_as_its_schema_says_and_is_read_back() -> None:
    told = course({"purchase"}, snapshot(), []).told
    assert told is not None
    data = awaited_to_data(told)

    assert AwaitedSchema().validate(data) == {}
    assert awaited_from_event(_event(data)) == told


@pytest.mark.parametrize("data", [{}, {"customer": "c1", "as_of": "", "day": 1, "event": {"name": "x"}}])
def test_what_is_no_such_message_is_malformed(data: dict[str, Any]) -> None:
    with pytest.raises(MalformedMessageError):
        awaited_from_event(_event(data))


def _event(data: dict[str, Any]) -> CloudEvent:
    return CloudEvent("1", "guanxi/rules", EventTypes.AWAITED, "c1", "2010-08-10T09:00:00Z", data, {})
