from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notification.contacts import Contact, ContactRecord, ContactState
from services.notification.limits import Limits
from services.notification.planning import Planned, plan
from services.notification.routing import outward_kinds
from services.notification.subscriptions import Subscription
from shared.contracts.decision import DecisionRecord
from shared.model.contacts import Keep
from shared.model.rules import ActionKind, Bundle, NotificationPlan, Route

Call = tuple[str, dict[str, Any]]
Decide = Callable[..., DecisionRecord]
ALERT = ("raise_alert", {"alert": "churn", "severity": "high", "title": {"en": "Leaving", "zh": "流失"}})
WARN = ("notify", {"template": "demotion-warning"})
HOOK = Subscription("sub_1", "webhook", "https://example.org/hook", "2010-01-01T00:00:00Z")


def planned(
    decision: DecisionRecord, bundle: Bundle, state: ContactState | None = None, **changed: Any
) -> Planned:
    notifications = replace(bundle.notifications, **changed)
    return plan(state or ContactState(), decision, notifications, bundle, [HOOK])


class TestCareTasks:
    def test_a_task_is_due_so_many_days_after_the_decision(
        self, bundle: Bundle, decide: Decide, call: Call
    ) -> None:
        (task,) = planned(decide(call), bundle).tasks

        assert task["due_date"] == "2010-06-18"
        assert (task["status"], task["customer"], task["task"]) == ("open", "c1", "winback-call")
        assert task["title"] == {"en": "Call", "zh": "致电"}
        assert task["opened_by"] == "d1"

    def test_the_owner_is_the_customers_own_else_the_rules(
        self, bundle: Bundle, decide: Decide, call: Call
    ) -> None:
        known = ContactState(profile={"owner": "anna"})

        assert planned(decide(call), bundle, known).tasks[0]["owner"] == "anna"
        assert planned(decide(call), bundle).tasks[0]["owner"] == "crm"

    def test_a_task_that_is_open_already_is_not_piled_up(
        self, bundle: Bundle, decide: Decide, call: Call
    ) -> None:
        result = planned(decide(call), bundle, ContactState(open_tasks={"winback-call": "task_old"}))

        assert result.tasks == ()
        assert [(held.reason, held.detail) for held in result.held] == [
            ("already_open", "already open: task_old")
        ]
        assert result.notifications[0].outcome == "dropped"
        assert result.notifications[0].held_by == "already_open: already open: task_old"

    def test_a_replay_finds_its_own_task_open_and_plans_the_same(
        self, bundle: Bundle, decide: Decide, call: Call
    ) -> None:
        first = planned(decide(call), bundle)
        again = planned(
            decide(call), bundle, ContactState(open_tasks={"winback-call": first.tasks[0]["_id"]})
        )

        assert again == first

    def test_a_known_refusal_of_consent_forbids_a_call(
        self, bundle: Bundle, decide: Decide, call: Call
    ) -> None:
        refused = planned(decide(call, facts={"consent": False}), bundle)
        silent = planned(decide(call, facts={}), bundle)

        assert [held.reason for held in refused.held] == ["no_consent"]
        assert len(silent.tasks) == 1

    def test_work_inside_the_company_is_no_contact(self, bundle: Bundle, decide: Decide, call: Call) -> None:
        review = ("create_task", {**call[1], "task": "file-review", "channel": "desk"})

        result = planned(decide(review, facts={"consent": False}), bundle, contact_cap=(0, 30))

        assert len(result.tasks) == 1
        assert result.contacts == ()


class TestContactCap:
    def test_contacts_over_all_rules_count_by_the_local_day_of_the_decision(
        self, bundle: Bundle, decide: Decide, call: Call
    ) -> None:
        decision = decide(call)
        within = ContactState(contacts=(Contact(decision.day - 29, "a"), Contact(decision.day, "b")))
        outside = ContactState(contacts=(Contact(decision.day - 30, "a"), Contact(decision.day, "b")))

        assert [held.reason for held in planned(decision, bundle, within).held] == ["contact_cap"]
        assert len(planned(decision, bundle, outside).tasks) == 1

    def test_contacts_of_one_decision_count_for_each_other(
        self, bundle: Bundle, decide: Decide, call: Call
    ) -> None:
        calls = [("create_task", {**call[1], "task": f"call-{number}"}) for number in range(3)]

        result = planned(decide(*calls), bundle)

        assert len(result.tasks) == 2
        assert [held.what for held in result.held] == ["task:call-2"]

    def test_the_last_contact_may_be_kept_for_key_events(
        self, bundle: Bundle, decide: Decide, call: Call
    ) -> None:
        birthday = ("create_task", {**call[1], "key_event": "birthday"})
        once = ContactState(contacts=(Contact(decide(call).day, "a"),))

        routine = planned(decide(call), bundle, once, keeps=(Keep(1),))
        occasion = planned(decide(birthday), bundle, once, keeps=(Keep(1),))

        assert [(held.reason, held.detail) for held in routine.held] == [
            (
                "contact_cap",
                (
                    "1 contacts in 30 days, allowed are 2, the last 1 for key events; "
                    "this one has priority 0, made before it: a (priority 0, 2010-06-15)"
                ),
            )
        ]
        assert len(occasion.tasks) == 1

    def test_key_events_do_not_go_beyond_the_cap(self, bundle: Bundle, decide: Decide, call: Call) -> None:
        birthday = ("create_task", {**call[1], "key_event": "birthday"})
        day = decide(call).day
        twice = ContactState(contacts=(Contact(day, "a"), Contact(day, "b")))

        result = planned(decide(birthday), bundle, twice, keeps=(Keep(1),))

        assert [held.reason for held in result.held] == ["contact_cap"]

    @given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 3)), max_size=30))
    def test_the_cap_holds_over_any_sequence_of_decisions(self, steps: list[tuple[int, int]]) -> None:
        cap, window = 2, 30
        record = ContactRecord()
        for day, wanted in sorted(steps):
            for number in range(wanted):
                limits = Limits(
                    NotificationPlan(contact_cap=(cap, window)),
                    _decision_on(day + 1_000),
                    ContactState(contacts=record.contacts),
                    "UTC",
                )
                if limits.on_contact() is None:
                    record.remember((Contact(day + 1_000, f"{day}/{number}"),), (), "", day + 1_000)
        made = [contact.day for contact in record.contacts]
        assert all(sum(last - window < day <= last for day in made) <= cap for last in made)


def _decision_on(day: int) -> Any:
    class OnlyDay:
        def __init__(self) -> None:
            self.day = day

    return OnlyDay()


class TestNotices:
    def test_a_notice_goes_through_every_channel_of_its_route(self, bundle: Bundle, decide: Decide) -> None:
        result = planned(decide(ALERT), bundle)

        (message,) = result.inbox
        (delivery,) = result.deliveries
        assert message["to"] == "manager"
        assert message["subject"] == {"en": "c1: Leaving", "zh": "c1：流失"}
        assert message["body"] == {"en": "silent for 90 days. Spent 1,234.56 GBP."}
        assert delivery["subscription"] == "sub_1"
        assert delivery["payload"]["type"] == "guanxi.notification"
        assert [told.outcome for told in result.notifications] == ["sent", "queued"]

    def test_actions_of_one_group_are_told_together(self, bundle: Bundle, decide: Decide) -> None:
        result = planned(decide(ALERT, ("raise_alert", {**ALERT[1], "alert": "credit"})), bundle)

        assert len(result.inbox) == 1
        assert result.deliveries[0]["payload"]["data"]["actions"] == ["d1/0", "d1/1"]
        assert result.inbox[0]["group"] == "alerts/2010-06-15/rule=silent"

    def test_an_action_that_no_route_matches_is_not_told(self, bundle: Bundle, decide: Decide) -> None:
        low = ("raise_alert", {**ALERT[1], "severity": "low"})

        assert planned(decide(low), bundle) == Planned()

    def test_a_template_without_a_route_is_recorded(self, bundle: Bundle, decide: Decide) -> None:
        result = planned(decide(("notify", {"template": "other"})), bundle)

        assert [(held.what, held.reason) for held in result.held] == [("notify:other", "no_route")]

    def test_a_channel_that_is_not_set_up_is_recorded(self, bundle: Bundle, decide: Decide) -> None:
        routes = (replace(bundle.notifications.routes[0], channels=("sms", "inbox")),)

        result = planned(decide(ALERT), bundle, routes=routes)

        assert [held.reason for held in result.held] == ["channel_unavailable"]
        assert len(result.inbox) == 1

    def test_nobody_is_told_of_a_task_that_was_held(self, bundle: Bundle, decide: Decide, call: Call) -> None:
        route = replace(bundle.notifications.routes[0], match={"action": ("create_task",)})

        result = planned(decide(call), bundle, routes=(route,), contact_cap=(0, 30))

        assert {held.reason for held in result.held} == {"contact_cap"}
        assert result.inbox == result.deliveries == ()

    def test_a_subscriber_gets_only_the_routes_it_asked_for(self, bundle: Bundle, decide: Decide) -> None:
        other = replace(HOOK, routes=("warning",))

        result = plan(ContactState(), decide(ALERT), bundle.notifications, bundle, [other])

        assert result.deliveries == ()
        assert len(result.inbox) == 1

    def test_people_of_the_company_are_told_by_e_mail_and_customers_never(
        self, bundle: Bundle, decide: Decide
    ) -> None:
        person = replace(HOOK, id="sub_2", kind="email", target="manager@example.org")
        alerts, warning = (replace(each, channels=("email",)) for each in bundle.notifications.routes[:2])
        routes = replace(bundle.notifications, routes=(alerts, warning))

        told = plan(ContactState(), decide(ALERT), routes, bundle, [person])
        warned = plan(ContactState(), decide(WARN, facts={"consent": True}), routes, bundle, [person])

        assert [each["subscription"] for each in told.deliveries] == ["sub_2"]
        assert [held.reason for held in warned.held] == ["channel_unavailable"]
        assert warned.deliveries == ()

    def test_a_notice_that_reaches_nobody_is_recorded_and_is_no_contact(
        self, bundle: Bundle, decide: Decide
    ) -> None:
        result = plan(ContactState(), decide(WARN), bundle.notifications, bundle, [])

        assert [(held.reason, held.detail) for held in result.held] == [
            ("no_subscriber", "nobody subscribed to webhook")
        ]
        assert result.contacts == ()


class TestCustomers:
    @pytest.mark.parametrize(
        ("consent", "reason"), [(False, "no_consent"), (None, "consent_unknown"), (("sms",), "no_consent")]
    )
    def test_what_reaches_a_customer_directly_needs_their_known_consent(
        self, bundle: Bundle, decide: Decide, consent: Any, reason: str
    ) -> None:
        result = planned(decide(WARN, facts={"consent": consent}), bundle)

        assert [held.reason for held in result.held] == [reason]
        assert result.deliveries == ()

    def test_consent_is_taken_from_the_profile_when_the_rule_did_not_read_it(
        self, bundle: Bundle, decide: Decide
    ) -> None:
        result = planned(decide(WARN, facts={}), bundle, ContactState(profile={"consent": True}))

        assert len(result.deliveries) == 1

    def test_a_message_at_night_waits_for_the_morning(self, bundle: Bundle, decide: Decide) -> None:
        at_night = planned(decide(WARN, as_of="2010-06-15T22:59:59Z"), bundle).deliveries[0]
        by_day = planned(decide(WARN), bundle).deliveries[0]

        assert at_night["next_attempt_at"] == "2010-06-16T07:00:00Z"  # 08:00 in London
        assert by_day["next_attempt_at"] == "2010-06-15T12:00:00Z"

    def test_a_message_to_a_customer_counts_once_whatever_its_channels(
        self, bundle: Bundle, decide: Decide
    ) -> None:
        route = replace(bundle.notifications.routes[1], channels=("webhook", "inbox"))

        assert len(planned(decide(WARN), bundle, routes=(route,)).contacts) == 1

    def test_a_missing_fact_reads_as_a_dash(self, bundle: Bundle, decide: Decide) -> None:
        result = planned(decide(WARN, facts={"consent": True}), bundle)

        assert result.notifications[0].body == {"en": "Dear –"}


class TestNothing:
    @pytest.mark.parametrize("outcome", ["blocked", "resolved", "stopped", "held_out"])
    def test_only_a_rule_that_fired_has_effects(
        self, bundle: Bundle, decide: Decide, call: Call, outcome: str
    ) -> None:
        assert planned(decide(call, ALERT, outcome=outcome), bundle) == Planned()

    def test_a_rule_in_shadow_has_no_outward_effect(self, bundle: Bundle, decide: Decide, call: Call) -> None:
        assert planned(decide(call, ALERT, mode="shadow"), bundle) == Planned()

    def test_the_same_decision_plans_the_same(self, bundle: Bundle, decide: Decide, call: Call) -> None:
        assert planned(decide(call, ALERT, WARN), bundle) == planned(decide(call, ALERT, WARN), bundle)

    def test_every_id_is_unique(self, bundle: Bundle, decide: Decide, call: Call) -> None:
        one = planned(decide(call, ALERT, WARN, name="d1"), bundle)
        two = planned(decide(call, ALERT, WARN, name="d2"), bundle)

        ids = [told.id for told in (*one.notifications, *two.notifications)]
        assert len(ids) == len(set(ids)) == 8


class TestPassingBy:
    @pytest.mark.parametrize(
        ("match", "kinds"),
        [
            ({"action": ("offer",)}, {"offer"}),
            ({"template": ("x",)}, set()),
            ({"severity": ("high",), "policy": ("risk",)}, {"raise_alert"}),
            ({"policy": ("risk",)}, {kind.value for kind in ActionKind}),
        ],
    )
    def test_only_kinds_that_tasks_or_routes_take_are_looked_at(
        self, bundle: Bundle, match: dict[str, tuple[str, ...]], kinds: set[str]
    ) -> None:
        notifications = NotificationPlan(routes=(replace(bundle.notifications.routes[0], match=match),))

        assert outward_kinds(notifications) == {"create_task", "notify"} | kinds


def test_whoever_is_told_of_a_task_learns_its_id(bundle: Bundle, decide: Decide, call: Call) -> None:
    route = Route("tasks", {"action": ("create_task",)}, "owner", ("inbox",), {"en": "{title}"}, {"en": ""})

    result = planned(decide(call, ALERT), bundle, routes=(route, *bundle.notifications.routes))

    told = {each.route: each.task for each in result.notifications if each.route}
    assert told["tasks"] == result.tasks[0]["_id"]
    assert told["alerts"] == ""
