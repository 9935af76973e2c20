"""Open tasks change hands and are put off; who, when, what and why stays with the task."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from services.notification.desk import Doing, TaskDesk
from services.notification.handing_over import OwnerNotices
from services.notification.outcomes import Report
from services.notification.refusals import SnoozeError, TaskChangedError, TaskClosedError, UnknownTaskError
from services.notification.tasks import MOST_STEPS
from shared.errors import StoreUnavailableError
from shared.store.port import Collection, Document, Query, Replacement

from .task_office import Office

ON_HOLIDAY = Doing("anna", "on holiday")
LATER = date(2026, 3, 20)


class TestHands:
    def test_a_task_changes_hands_and_remembers_who_did_it_when_and_why(self, office: Office) -> None:
        found = office.parts.desk.assign("task_1", "bob", ON_HOLIDAY)

        assert (found.document["owner"], found.version) == ("bob", 3), "once more when bob had been told"
        assert office.task("task_1") == found.document
        assert found.document["history"] == [
            {
                "at": "2026-03-02T10:00:00Z",
                "by": "anna",
                "reason": "on holiday",
                "what": "assigned",
                "from": "anna",
                "to": "bob",
            }
        ]

    def test_saying_the_same_twice_changes_nothing(self, office: Office) -> None:
        desk = office.parts.desk

        assert desk.assign("task_1", "bob", ON_HOLIDAY) == desk.assign("task_1", "bob", ON_HOLIDAY)
        assert desk.snooze("task_1", LATER, ON_HOLIDAY) == desk.snooze("task_1", LATER, ON_HOLIDAY)

    def test_who_is_told_to_change_only_what_they_have_seen_does(self, office: Office) -> None:
        desk = office.parts.desk
        desk.assign("task_1", "bob", Doing("anna", "ill", seen=1))

        with pytest.raises(TaskChangedError, match="at version 3, not 1"):
            desk.assign("task_1", "eve", Doing("anna", "ill", seen=1))
        assert office.task("task_1")["owner"] == "bob"

    def test_of_two_at_once_both_steps_are_kept(self, office: Office) -> None:
        desk = office.parts.desk
        racing = replace(desk, tasks=_Overtaken(desk, office))  # type: ignore[arg-type]

        found = racing.assign("task_1", "bob", ON_HOLIDAY)

        assert [step["what"] for step in found.document["history"]] == ["snoozed", "assigned"]
        assert (found.document["due_date"], found.document["owner"]) == (LATER.isoformat(), "bob")

    def test_of_a_long_history_the_newest_steps_are_kept(self, office: Office) -> None:
        for number in range(MOST_STEPS + 3):
            office.parts.desk.assign("task_1", f"owner-{number}", ON_HOLIDAY)

        history = office.task("task_1")["history"]

        assert (len(history), history[0]["to"], history[-1]["to"]) == (MOST_STEPS, "owner-3", "owner-102")


class TestNewOwner:
    def test_the_new_owner_finds_in_the_inbox_what_is_theirs_now_from_whom_and_why(
        self, office: Office
    ) -> None:
        office.parts.desk.assign("task_1", "bob", ON_HOLIDAY)

        (told,) = inbox(office)
        assert (told["to"], told["kind"], told["customer"]) == ("bob", "assign_task", "c1")
        assert told["subject"] == {"en": "Yours now: Call, c1", "zh": "已转交给您：致电，c1"}
        assert told["body"]["en"] == "anna handed it over from anna: on holiday. Due on 2010-08-12."

    def test_each_handing_over_is_told_once(self, office: Office) -> None:
        for to in ("bob", "bob", "eve", "bob"):
            office.parts.desk.assign("task_1", to, ON_HOLIDAY)

        assert sorted(each["to"] for each in inbox(office)) == ["bob", "bob", "eve"]
        assert office.parts.desk.notices.resume() == 0

    def test_who_takes_a_task_over_is_not_told_so(self, office: Office) -> None:
        office.parts.desk.assign("task_1", "bob", Doing("bob", "she is ill"))

        assert inbox(office) == []

    def test_what_was_interrupted_is_told_later(self, office: Office) -> None:
        desk = office.parts.desk
        cut_off = replace(desk, notices=OwnerNotices(desk.tasks, _Away()))  # type: ignore[arg-type]
        with pytest.raises(StoreUnavailableError):
            cut_off.assign("task_1", "bob", ON_HOLIDAY)
        assert (office.task("task_1")["owner"], inbox(office)) == ("bob", [])

        assert desk.notices.resume() == 1

        assert [each["to"] for each in inbox(office)] == ["bob"]
        assert desk.notices.resume() == 0

    def test_what_is_still_to_be_told_is_nobody_elses_business(self, office: Office, keyed: Any) -> None:
        office.parts.desk.assign("task_1", "bob", ON_HOLIDAY)

        assert "telling" not in keyed("read").get("/v1/tasks/task_1").get_json()


def inbox(office: Office) -> list[Document]:
    return [found.document for found in office.parts.inbox.find(Query()).documents]


class _Away:
    """An inbox that does not answer."""

    def insert_absent(self, documents: Any) -> set[str]:
        raise StoreUnavailableError("no answer")


class _Overtaken:
    """The tasks of an office; between the first look at one and the first write somebody else puts it off."""

    def __init__(self, desk: TaskDesk, office: Office) -> None:
        self.desk, self.tasks, self.overtaken = desk, office.parts.tasks, False

    def get_many(self, ids: Any) -> Any:
        return self.tasks.get_many(ids)

    def replace(self, replacements: Any) -> set[str]:
        if not self.overtaken:
            self.overtaken = True
            self.desk.snooze("task_1", LATER, Doing("bob", "asked to"))
        return self.tasks.replace(replacements)


class TestPuttingOff:
    def test_a_task_that_is_put_off_is_due_later(self, office: Office) -> None:
        told = office.parts.desk.snooze("task_1", LATER, Doing("anna", "back on the 20th")).document

        assert (told["due_date"], told["due_day"]) == ("2026-03-20", LATER.toordinal())
        assert (told["history"][0]["from"], told["history"][0]["to"]) == ("2010-08-12", "2026-03-20")

    @pytest.mark.parametrize("until", [date(2010, 8, 11), date(2026, 3, 1), date(2027, 3, 4)])
    def test_neither_into_the_past_nor_for_ever(self, office: Office, until: date) -> None:
        with pytest.raises(SnoozeError, match="from 2026-03-02 to 2027-03-03"):
            office.parts.desk.snooze("task_1", until, ON_HOLIDAY)

        assert office.task("task_1")["history"] == []

    def test_on_the_events_clock_the_present_is_the_customers_last_instant(self, office: Office) -> None:
        desk = office.parts.desk
        desk.contacts.insert_absent(
            [{"_id": "c1", "contacts": [], "held": [], "last_as_of": "2010-08-14T09:00:00Z"}]
        )
        simulated = replace(desk, live=False)

        with pytest.raises(SnoozeError):
            simulated.snooze("task_1", date(2010, 8, 13), ON_HOLIDAY)
        told = simulated.snooze("task_1", date(2010, 8, 15), ON_HOLIDAY).document

        assert told["history"][0]["at"] == "2010-08-14T09:00:00Z"


class TestClosed:
    def test_a_closed_task_is_left_alone_and_its_history_tells_the_end(self, office: Office) -> None:
        desk = office.parts.desk
        office.outcomes.close("task_1", Report("done", note="reached", by="anna"))

        with pytest.raises(TaskClosedError, match="closed as done"):
            desk.assign("task_1", "bob", ON_HOLIDAY)
        with pytest.raises(TaskClosedError):
            desk.snooze("task_1", LATER, ON_HOLIDAY)
        with pytest.raises(UnknownTaskError):
            desk.assign("task_9", "bob", ON_HOLIDAY)
        (step,) = office.task("task_1")["history"]
        assert step == {"at": "2026-03-02T10:00:00Z", "by": "anna", "reason": "reached", "what": "done"}

    def test_a_task_from_before_histories_were_kept_begins_one(self, office: Office) -> None:
        _forget_history(office.parts.tasks)

        told = office.parts.desk.assign("task_1", "bob", ON_HOLIDAY).document

        assert [step["what"] for step in told["history"]] == ["assigned"]


def _forget_history(tasks: Collection) -> None:
    found = tasks.get_many(["task_1"])["task_1"]
    older = {name: value for name, value in found.document.items() if name != "history"}
    assert not tasks.replace([Replacement(older, found.version)])


class TestApi:
    def test_who_sends_back_what_they_saw_changes_nothing_else(self, keyed: Any) -> None:
        client = keyed("read", "tasks:write")
        seen = client.get("/v1/tasks/task_1").headers["ETag"]
        body = {"to": "bob", "reason": "on holiday"}

        first = client.post("/v1/tasks/task_1/assign", json=body, headers={"If-Match": seen})
        second = client.post(
            "/v1/tasks/task_1/snooze",
            json={"until": "2026-03-20", "reason": "away"},
            headers={"If-Match": seen},
        )

        assert (first.status_code, first.get_json()["owner"]) == (200, "bob")
        assert first.headers["ETag"] != seen
        assert (second.status_code, second.get_json()["code"]) == (412, "changed-meanwhile")

    def test_the_history_is_told_in_the_names_of_keys(self, keyed: Any) -> None:
        client = keyed("read", "tasks:write")
        client.post("/v1/tasks/task_1/snooze", json={"until": "2026-03-20", "reason": "away"})
        client.post("/v1/tasks/task_1/outcome", json={"outcome": "done"})

        history = client.get("/v1/tasks/task_1").get_json()["history"]

        assert [(step["what"], step["by"]) for step in history] == [("snoozed", "anna"), ("done", "anna")]
        assert (history[0]["before"], history[0]["after"]) == ("2010-08-12", "2026-03-20")

    def test_every_refusal_is_a_problem_document(self, keyed: Any) -> None:
        writer, reader = keyed("tasks:write"), keyed("read")
        writer.post("/v1/tasks/task_2/outcome", json={"outcome": "skipped"})
        hand, later = {"to": "bob", "reason": "r"}, {"until": "2026-03-20", "reason": "r"}
        answers = [
            writer.post("/v1/tasks/none/assign", json=hand),
            writer.post("/v1/tasks/task_2/assign", json=hand),
            writer.post("/v1/tasks/task_2/snooze", json=later),
            writer.post("/v1/tasks/task_1/assign", json=hand, headers={"If-Match": '"other"'}),
            writer.post("/v1/tasks/task_1/assign", json={"to": "bob"}),
            writer.post("/v1/tasks/task_1/snooze", json={**later, "until": "soon"}),
            writer.post("/v1/tasks/task_1/snooze", json={**later, "until": "2011-01-01"}),
            reader.post("/v1/tasks/task_1/assign", json=hand),
        ]

        assert [answer.status_code for answer in answers] == [404, 409, 409, 412, 422, 422, 422, 403]
        assert {answer.content_type for answer in answers} == {"application/problem+json"}
        assert answers[1].get_json()["outcome"] == "skipped"
        assert answers[6].get_json()["errors"][0]["pointer"] == "/until"
