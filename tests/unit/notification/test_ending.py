"""How events end tasks, and what the task remembers of it."""

from collections.abc import Callable
from typing import Any

from services.notification.ending import change, closed_notification, endings, was_ended_by_hand
from services.notification.tasks import begin_closing, task_document
from services.notification.tracking import Tracked, tracks_from_json, tracks_to_json
from shared.contracts.awaited import Awaited
from shared.contracts.decision import DecisionRecord
from shared.contracts.notification import notification_to_data
from shared.contracts.schemas import NotificationSchema
from shared.contracts.snapshot import Cause
from shared.model.rules import Bundle
from shared.store.port import Document

Decide = Callable[..., DecisionRecord]
Call = tuple[str, dict[str, Any]]

BOUGHT = Awaited("c1", "2010-06-20T09:00:00Z", 733943, Cause("event", "536365", "purchase", "shop"))
TOLD = Awaited("c1", "2010-06-20T09:00:00Z", 733943, Cause("event", "77", "task.outcome", "crm"))
CALL = {"winback-call": Tracked("task_1", ("purchase",)), "card": Tracked("task_2")}


def report(**data: Any) -> Document:
    return {"time": "2010-06-20T08:30:00Z", "data": {"task": "card", "outcome": "done", **data}}


def opened(bundle: Bundle, decide: Decide, call: Call) -> Document:
    decision = decide((call[0], {**call[1], "closed_by": ["purchase"]}))
    return task_document(decision.actions[0], decision, bundle, {})


def test_an_event_ends_the_tasks_that_wait_for_its_type_and_no_others() -> None:
    ended = dict(endings(CALL, BOUGHT, None))

    assert list(ended) == ["winback-call"]
    assert ended["winback-call"]["data"] == {"outcome": "closed"}


def test_an_outcome_told_by_another_system_ends_the_task_it_names() -> None:
    by_id = dict(endings(CALL, TOLD, report(task="card", task_id="task_1", outcome="skipped", note="away")))
    by_kind = dict(endings(CALL, TOLD, report()))

    assert {kind: closing["data"]["outcome"] for kind, closing in by_id.items()} == {
        "winback-call": "skipped"
    }
    assert list(by_kind) == ["card"]
    assert by_kind["card"]["time"] == "2010-06-20T08:30:00Z"


def test_an_outcome_of_an_unknown_task_ends_nothing() -> None:
    assert dict(endings(CALL, TOLD, report(task_id="task_9"))) == {}
    assert dict(endings(CALL, TOLD, None)) == {}


def test_what_nobody_has_checked_is_kept_as_text_or_not_at_all() -> None:
    told = report(task_id="task_1", note=["a", 1], by=7, secret={"x": 1})

    ((_, closing),) = endings(CALL, TOLD, told)

    assert closing["data"] == {
        "task": "card", "task_id": "task_1", "outcome": "done", "note": "['a', 1]", "by": "7",
    }  # fmt: skip
    assert dict(endings(CALL, TOLD, report(outcome=["done"]))) == {}


def test_the_task_remembers_which_event_ended_it(bundle: Bundle, decide: Decide, call: Call) -> None:
    task = opened(bundle, decide, call)
    ((_, closing),) = endings({"winback-call": Tracked(task["_id"], ("purchase",))}, BOUGHT, None)

    after = change(closing)(task)

    assert (after["status"], after["closed_at"]) == ("closed", "2010-06-20T09:00:00Z")
    assert after["history"] == [
        {"at": "2010-06-20T09:00:00Z", "by": "shop", "what": "closed", "reason": "purchase 536365"}
    ]
    assert not was_ended_by_hand(after)


def test_the_note_and_name_of_a_told_outcome_are_kept(bundle: Bundle, decide: Decide, call: Call) -> None:
    told = report(task="winback-call", note="reached", by="eve")
    ((_, closing),) = endings({"winback-call": Tracked("task_1")}, TOLD, told)

    after = change(closing)(opened(bundle, decide, call))

    assert after["status"] == "done"
    assert (after["history"][0]["by"], after["history"][0]["reason"]) == ("eve", "reached")


def test_ending_twice_is_ending_once_and_what_a_person_ended_stays(
    bundle: Bundle, decide: Decide, call: Call
) -> None:
    task = opened(bundle, decide, call)
    ((_, closing),) = endings({"winback-call": Tracked(task["_id"], ("purchase",))}, BOUGHT, None)
    by_hand = begin_closing(
        task, {"time": "2010-06-19T09:00:00Z", "source": "guanxi/notification", "data": {"outcome": "done"}}
    )

    assert change(closing)(change(closing)(task)) == change(closing)(task)
    assert change(closing)(by_hand) == by_hand
    assert was_ended_by_hand(by_hand)


def test_the_topic_tells_of_the_end_as_its_schema_says(bundle: Bundle, decide: Decide, call: Call) -> None:
    task = opened(bundle, decide, call)
    ((_, closing),) = endings({"winback-call": Tracked(task["_id"], ("purchase",))}, BOUGHT, None)

    told = closed_notification(task, BOUGHT, closing)

    assert NotificationSchema().validate(notification_to_data(told)) == {}
    assert (told.kind, told.task, told.fields["outcome"]) == ("close_task", task["_id"], "closed")


def test_tracked_tasks_are_read_back_as_they_were_written() -> None:
    assert tracks_from_json(tracks_to_json(CALL)) == CALL
