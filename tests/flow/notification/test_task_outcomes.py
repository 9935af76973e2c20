from typing import Any

import pytest
from flask import Flask

from services.notification.outcomes import Report, TaskOutcomes
from services.notification.refusals import TaskClosedError, UnknownTaskError
from shared.errors import BusUnavailableError
from shared.http.app import openapi

from .conftest import delivery
from .task_office import DUE, Office


class TestClosing:
    def test_the_outcome_becomes_an_event_of_the_customer(self, office: Office) -> None:
        closed = office.outcomes.close("task_1", Report("done", note="reached", by="anna"))

        (event,) = office.told()
        assert (event.type, event.subject, event.id) == ("task.outcome", "c1", "task_1:done")
        assert event.time == "2026-03-02T10:00:00Z"
        assert event.data == {
            "task": "winback-call",
            "task_id": "task_1",
            "outcome": "done",
            "rule": "silent",
            "channel": "phone",
            "note": "reached",
            "by": "anna",
        }
        assert (closed["status"], office.task("task_1")["status"]) == ("done", "done")

    def test_saying_the_same_twice_tells_it_once(self, office: Office) -> None:
        first = office.outcomes.close("task_1", Report("done"))

        assert office.outcomes.close("task_1", Report("done", note="again")) == first
        assert len(office.told()) == 1

    def test_another_outcome_is_refused(self, office: Office) -> None:
        office.outcomes.close("task_1", Report("done"))

        with pytest.raises(TaskClosedError, match="closed as done"):
            office.outcomes.close("task_1", Report("skipped"))
        with pytest.raises(UnknownTaskError):
            office.outcomes.close("task_9", Report("done"))

    @pytest.mark.parametrize("failure", ["before", "after"])
    def test_without_acknowledgement_nothing_is_lost_or_contradicted(
        self, office: Office, failure: str
    ) -> None:
        office.producer.failures = [failure]
        with pytest.raises(BusUnavailableError):
            office.outcomes.close("task_1", Report("done"))
        assert office.task("task_1")["status"] == "closing"
        with pytest.raises(TaskClosedError):
            office.outcomes.close("task_1", Report("skipped"))

        assert office.outcomes.resume() == 1

        assert office.task("task_1")["status"] == "done"
        told = office.told()
        assert {(event.id, event.time, str(event.data)) for event in told} == {
            (told[0].id, told[0].time, str(told[0].data))
        }, "a repeat is word for word the same, so that it is recognised"

    def test_on_the_events_clock_now_is_the_customers_last_instant(self, office: Office) -> None:
        simulated = TaskOutcomes(
            office.outcomes.tasks,
            office.outcomes.contacts,
            office.producer,
            office.outcomes.clock,
            live=False,
        )
        office.outcomes.contacts.insert_absent(
            [{"_id": "c1", "contacts": [], "held": [], "last_as_of": "2010-08-11T09:00:00Z"}]
        )

        simulated.close("task_1", Report("done"))

        assert office.told()[0].time == "2010-08-11T09:00:00Z"


class TestApi:
    def test_the_most_urgent_task_comes_first_and_pages_go_on(self, keyed: Any) -> None:
        client = keyed("read")

        first = client.get("/v1/tasks?status=open&limit=1").get_json()
        second = client.get("/v1/tasks", query_string={"limit": 1, "cursor": first["cursor"]}).get_json()

        assert [item["id"] for page in (first, second) for item in page["tasks"]] == ["task_1", "task_2"]
        assert first["tasks"][0]["title"] == {"en": "Call", "zh": "致电"}

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"owner": "bob"}, ["task_2"]),
            ({"owner": "anna", "status": "done"}, []),
            ({"due_before": "2010-08-12"}, ["task_1"]),
            ({"customer": "c2"}, []),
        ],
    )
    def test_tasks_are_found_by_what_people_ask(self, keyed: Any, query: dict[str, str], found: Any) -> None:
        answer = keyed("read").get("/v1/tasks", query_string=query)

        assert [item["id"] for item in answer.get_json()["tasks"]] == found

    def test_an_outcome_closes_the_task_in_the_name_of_the_key(self, keyed: Any, office: Office) -> None:
        client = keyed("tasks:write")

        answers = [
            client.post("/v1/tasks/task_1/outcome", json={"outcome": "done", "note": "ok"}) for _ in range(2)
        ]

        assert [answer.status_code for answer in answers] == [200, 200]
        assert answers[0].get_json() == answers[1].get_json()
        assert answers[0].get_json()["note"] == "ok"
        assert office.told()[0].data["by"] == "anna"

    def test_every_refusal_is_a_problem_document(self, keyed: Any, office: Office) -> None:
        writer, reader = keyed("tasks:write"), keyed("read")
        writer.post("/v1/tasks/task_1/outcome", json={"outcome": "done"})
        office.producer.failures = ["before"]
        answers = [
            writer.post("/v1/tasks/task_1/outcome", json={"outcome": "skipped"}),
            writer.post("/v1/tasks/none/outcome", json={"outcome": "done"}),
            writer.post("/v1/tasks/task_2/outcome", json={"outcome": "lost"}),
            writer.post("/v1/tasks/task_2/outcome", json={"outcome": "done", "extra": 1}),
            writer.post("/v1/tasks/task_2/outcome", json={"outcome": "done"}),
            reader.post("/v1/tasks/task_2/outcome", json={"outcome": "done"}),
            reader.get("/v1/tasks/none"),
            reader.get("/v1/tasks?limit=0"),
            reader.get("/v1/subscriptions"),
        ]

        assert [answer.status_code for answer in answers] == [409, 404, 422, 422, 503, 403, 404, 422, 403]
        assert {answer.content_type for answer in answers} == {"application/problem+json"}
        assert answers[0].get_json()["outcome"] == "done"
        assert answers[4].headers["Retry-After"]

    def test_without_a_key_nothing_is_told(self, app: Flask) -> None:
        client = app.test_client()
        paths = ["/v1/tasks", "/v1/inbox", "/v1/deliveries", "/v1/subscriptions", "/v1/contacts/c1"]

        assert [client.get(path).status_code for path in paths] == [401] * 5

    def test_a_webhook_is_added_over_http_and_its_secret_shown_once(self, keyed: Any) -> None:
        admin = keyed("admin")

        added = admin.post("/v1/subscriptions", json={"url": "https://example.org/hook"})
        listed = admin.get("/v1/subscriptions").get_json()["subscriptions"]

        assert added.status_code == 201
        assert added.get_json()["secret"].startswith("whsec_")
        assert [item["target"] for item in listed] == ["https://example.org/hook"]
        assert "whsec_" not in str(listed)
        assert "sealed" not in str(listed)
        identity = listed[0]["id"]
        assert admin.delete(f"/v1/subscriptions/{identity}").status_code == 204
        assert admin.delete("/v1/subscriptions/none").status_code == 404
        assert admin.get("/v1/subscriptions").get_json()["subscriptions"] == []

    @pytest.mark.parametrize("body", [{"url": "http://127.0.0.1/"}, {"url": "file:///etc/passwd"}])
    def test_over_http_neither_files_nor_plain_http_can_be_added(
        self, keyed: Any, body: dict[str, Any]
    ) -> None:
        assert keyed("admin").post("/v1/subscriptions", json=body).status_code == 422

    def test_messages_of_a_group_are_one_line_until_they_are_opened(self, keyed: Any, office: Office) -> None:
        groups = ["lesser/2010-08-09/rule=a", "lesser/2010-08-09/rule=a", "lesser/2010-08-10/rule=a", None]
        words = {"customer": "c1", "subject": {"en": "x"}, "body": {}, "decision": "d1", "rule": "a"}
        office.parts.inbox.insert_absent(
            [
                {"_id": f"m{at}", "to": "manager", "group": group, "created_at": "2010", **words}
                for at, group in enumerate(groups)
            ]
        )
        client = keyed("read")

        told = client.get("/v1/inbox/groups?to=manager").get_json()["groups"]
        opened = client.get("/v1/inbox", query_string={"to": "manager", "group": groups[0]}).get_json()

        assert [(line["group"], line["messages"]) for line in told] == [(groups[2], 1), (groups[0], 2)]
        assert [message["id"] for message in opened["messages"]] == ["m0", "m1"]

    def test_contacts_tell_what_was_held_and_why(self, keyed: Any, office: Office) -> None:
        held = {
            "id": "ntf_1",
            "what": "task:winback-call",
            "reason": "contact_cap",
            "detail": "3 contacts in 30 days, allowed are 3",
            "decision": "d1",
            "rule": "silent",
            "day": DUE - 3,
        }
        office.parts.contacts.insert_absent(
            [{"_id": "a/b", "contacts": [[DUE - 3, "task_1"]], "held": [held], "last_as_of": ""}]
        )

        answer = keyed("read").get("/v1/contacts/a/b").get_json()

        assert answer["contacts"] == [{"day": "2010-08-09", "id": "task_1", "rule": "", "priority": 0}]
        assert answer["held"] == [{**held, "day": "2010-08-09", "ahead": []}]

    def test_deliveries_are_found_by_the_customer_they_are_about(self, keyed: Any, office: Office) -> None:
        owed = [
            {**delivery(f"msg_{number}", "sub_1", "file", "2026-03-02T10:00:00Z"), "customer": customer}
            for number, customer in enumerate(("c1", "c2", "c1"))
        ]
        office.parts.deliveries.insert_absent(owed)

        found = keyed("read").get("/v1/deliveries?customer=c1").get_json()["deliveries"]

        assert [(each["id"], each["customer"]) for each in found] == [("msg_0", "c1"), ("msg_2", "c1")]

    def test_every_route_is_in_the_openapi_document(self, app: Flask) -> None:
        document = openapi(app)

        assert {path for path in document["paths"] if path.startswith("/v1")} == {
            "/v1/tasks",
            "/v1/tasks/{identity}",
            "/v1/tasks/{identity}/outcome",
            "/v1/tasks/{identity}/assign",
            "/v1/tasks/{identity}/snooze",
            "/v1/inbox",
            "/v1/inbox/groups",
            "/v1/deliveries",
            "/v1/contacts/{customer}",
            "/v1/subscriptions",
            "/v1/subscriptions/{identity}",
        }
