"""One budget of contacts over all policies: what matters most comes first, whatever the order of files.

Each decision is asked of the tests' ledger as well: rule tests say what the notification service does.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.notification.contacts import ContactRecord, ContactState, Held
from services.notification.planning import plan
from shared.contracts.decision import DecisionRecord
from shared.model.contacts import Keep, Weight
from shared.model.rules import (
    Action,
    ActionKind,
    Bundle,
    NotificationPlan,
    Repeat,
    RolloutMode,
    Route,
    RuleDef,
)
from shared.policy.contacting import in_order_of_weight, weights_of
from shared.policy.engine.registry import engine_named
from shared.policy.evaluation.program import Program
from shared.policy.testing.contacting import Ledger
from tests.unit.evaluation.building import MONDAY, Life, at_least, bundle, rule, set_

Policies = Sequence[Sequence[RuleDef]]
QUICK = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def contact(name: str, priority: int = 0, *, key_event: bool = False, **more: Any) -> RuleDef:
    fields = {"task": name, "channel": "phone", "key_event": name if key_event else None, "due_days": 3}
    score = more.pop("score", 1)
    task = Action(ActionKind.CREATE_TASK, fields)
    return rule(name, at_least("score", score), task, priority=priority, **more)


@dataclass
class Company:
    """A customer who is judged by policies, and contacted within a cap."""

    rules: Bundle
    engine: str = "python"
    record: ContactRecord = field(default_factory=ContactRecord)
    held: list[Held] = field(default_factory=list)
    ledger: Ledger = field(init=False)
    life: Life = field(init=False)

    def __post_init__(self) -> None:
        self.ledger = Ledger.of(self.rules)
        self.life = Life(Program.compile(self.rules, engine_named(self.engine)))

    def judge(self, day: int, score: int) -> tuple[list[str], list[str]]:
        """What one evaluation has made of contacts, and what was held: rules, in order."""
        return self.tell(self.life.event(day, score=score))

    def close(self, day: int) -> tuple[list[str], list[str]]:
        return self.tell(self.life.close(day))

    def tell(self, decisions: Sequence[DecisionRecord]) -> tuple[list[str], list[str]]:
        made, held = [], []
        for each in decisions:
            decision = replace(each, as_of="2010-08-16T12:00:00Z")
            state = ContactState(contacts=self.record.contacts)
            planned = plan(state, decision, self.rules.notifications, self.rules)
            self.record.remember(planned.contacts, planned.held, "", decision.day)
            made += [contact.rule for contact in planned.contacts]
            held += [refused.rule for refused in planned.held]
            assert self.ledger.holds(decision) == bool(planned.held)
            self.held += planned.held
        return made, held


def company(
    *policies: Sequence[RuleDef], cap: tuple[int, int] = (1, 30), engine: str = "python", **more: Any
) -> Company:
    made = bundle(*policies)
    return Company(replace(made, notifications=NotificationPlan(contact_cap=cap, **more)), engine)


@pytest.mark.parametrize("engine", ["python", "durable"])
class TestOneEvaluation:
    def test_a_later_policys_contact_goes_first_if_it_matters_more(self, engine: str) -> None:
        routine, birthday = [contact("routine", 10)], [contact("birthday", 20)]

        assert company(routine, birthday, engine=engine).judge(0, 1) == (["birthday"], ["routine"])
        assert company(birthday, routine, engine=engine).judge(0, 1) == (["birthday"], ["routine"])

    def test_of_one_priority_key_events_come_first_then_the_order_of_policies_and_rules(
        self, engine: str
    ) -> None:
        policies = [contact("a"), contact("b")], [contact("c", key_event=True), contact("d")]

        made, held = company(*policies, cap=(3, 30), engine=engine).judge(0, 1)

        assert (made, held) == (["c", "a", "b"], ["d"])

    def test_contacts_may_have_another_priority_than_their_rule(self, engine: str) -> None:
        policies = [contact("loud", 90, contact_priority=1)], [contact("quiet", 2)]

        assert company(*policies, engine=engine).judge(0, 1) == (["quiet"], ["loud"])

    def test_what_orders_no_contact_is_told_before_in_its_own_order(self, engine: str) -> None:
        fact = rule("fact", at_least("score", 1), set_("stage", "stable"))
        desk = rule(
            "desk", at_least("score", 1), Action(ActionKind.CREATE_TASK, {"task": "d", "channel": "internal"})
        )
        policies = [contact("a"), fact], [contact("b", 5), desk]

        company_of = company(*policies, engine=engine)
        told = company_of.life.event(0, score=1)

        assert [each.rule for each in told] == ["fact", "desk", "b", "a"]

    def test_the_held_one_names_what_was_made_instead(self, engine: str) -> None:
        found = company([contact("routine", 10)], [contact("birthday", 20)], engine=engine)
        found.judge(0, 1)

        (held,) = found.held
        assert (held.rule, held.reason, held.ahead) == ("routine", "contact_cap", ("birthday",))
        assert held.detail == (
            "1 contacts in 30 days, allowed are 1; this one has priority 10, "
            "made before it: birthday (priority 20, 2010-08-16)"
        )


class TestWhatIsAContact:
    def test_a_notice_counts_where_its_route_does(self) -> None:
        warn = rule(
            "warn", at_least("score", 1), Action(ActionKind.NOTIFY, {"template": "warning"}), priority=3
        )
        route = Route("r", {"template": ("warning",)}, "customer", ("inbox",), {}, {}, counts_as_contact=True)
        silent = replace(route, counts_as_contact=False)
        made = bundle([warn], [contact("shadow", rollout=RolloutMode.SHADOW), contact("live", 1)])

        def weights(told: Route) -> dict[str, Weight]:
            return dict(weights_of(replace(made, notifications=NotificationPlan((told,)))))

        assert weights(route) == {"warn": Weight(3), "live": Weight(1)}
        assert weights(silent) == {"live": Weight(1)}

    def test_one_contact_among_other_decisions_stays_in_its_place(self) -> None:
        found = company([contact("a"), rule("fact", at_least("score", 1), set_("stage", "stable"))])
        told = found.life.event(0, score=1)

        assert in_order_of_weight(told, {"a": Weight()}) == told
        assert [each.rule for each in told] == ["a", "fact"]


class TestAcrossDays:
    def test_the_last_contacts_wait_for_those_of_a_priority(self) -> None:
        keeps = (Keep(2, priority=10), Keep(1))
        rules = [contact(f"low-{n}", 0, score=n) for n in (1, 2, 3)] + [
            contact("high-4", 10, score=4),
            contact("high-5", 10, score=5),
            contact("key-6", 0, key_event=True, score=6),
            contact("high-key-7", 10, key_event=True, score=7),
        ]
        found = company(rules, cap=(3, 30), keeps=keeps)

        told = [found.judge(day, day) for day in range(1, 8)]

        made = [name for each in told for name in each[0]]
        assert made == ["low-1", "high-4", "high-key-7"]
        assert [each.detail.partition(";")[0] for each in found.held] == [
            "1 contacts in 30 days, allowed are 3, the last 2 for priority at least 10",
            "1 contacts in 30 days, allowed are 3, the last 2 for priority at least 10",
            "2 contacts in 30 days, allowed are 3, the last 1 for key events",
            "2 contacts in 30 days, allowed are 3, the last 2 for priority at least 10",
        ]

    def test_contacts_leave_the_window_and_make_room_again(self) -> None:
        found = company(
            [contact("a", score=1), contact("b", score=2)], cap=(2, 30), keeps=(Keep(1, priority=5),)
        )

        assert found.judge(0, 1) == (["a"], [])
        assert found.judge(29, 2) == ([], ["b"])
        again = company(
            [contact("a", score=1), contact("b", score=2)], cap=(2, 30), keeps=(Keep(1, priority=5),)
        )
        assert (again.judge(0, 1), again.judge(30, 2)) == ((["a"], []), (["b"], []))


# -- over random customers, policies, and orders of policy files

_keeps = st.lists(
    st.builds(Keep, st.integers(1, 3), st.one_of(st.none(), st.integers(-1, 3))), max_size=3
).map(tuple)


@st.composite
def contacts(draw: st.DrawFn, *, distinct: bool = False) -> list[list[RuleDef]]:
    """Rules that contact at several scores, some again and again, spread over policies."""
    priorities = draw(st.permutations(range(-4, 4))) if distinct else None
    policies: list[list[RuleDef]] = [[], [], []]
    for number in range(draw(st.integers(2, 8))):
        made = contact(
            f"r{number}",
            priorities[number] if priorities else draw(st.integers(-1, 3)),
            key_event=draw(st.booleans()),
            score=draw(st.integers(1, 3)),
            repeat=draw(st.sampled_from([None, Repeat(every_days=5), Repeat(every_days=9, later=True)])),
        )
        policies[draw(st.integers(0, 2))].append(made)
    return policies


_TOLD = Route("told", {"action": ("create_task",)}, "manager", ("inbox",), {}, {}, counts_as_contact=True)
_routes = st.sampled_from([(), (_TOLD,), (replace(_TOLD, counts_as_contact=False),)])
_news = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 4)), max_size=8).map(sorted)


def lived(found: Company, news: Sequence[tuple[int, int]]) -> list[tuple[list[str], list[str]]]:
    """Each evaluation in forty days: at news, and at every close."""
    told = []
    scores = dict(news)
    found.life.event(0, score=0)
    for day in range(41):
        if day in scores:
            told.append(found.judge(day, scores[day]))
        told.append(found.close(day))
    return told


@QUICK
@given(contacts(), _news, st.tuples(st.integers(1, 4), st.integers(1, 20)), _keeps, _routes)
def test_never_more_than_the_cap_in_any_window_and_none_before_a_weightier_one(
    policies: Policies,
    news: Sequence[tuple[int, int]],
    cap: tuple[int, int],
    keeps: tuple[Keep, ...],
    routes: tuple[Route, ...],
) -> None:
    most, days = cap
    found = company(*policies, cap=cap, keeps=keeps, routes=routes)
    told = lived(found, news)

    contacted = [each.day for each in found.record.contacts]
    assert all(sum(last - days < day <= last for day in contacted) <= most for last in contacted)
    weights = weights_of(found.rules)
    for made, held in told:
        for first, second in ((weights[one], weights[other]) for one in made for other in held):
            reserved = any(keep.serves(first) and not keep.serves(second) for keep in keeps)
            assert first >= second or reserved


@QUICK
@given(contacts(distinct=True), _news, st.integers(1, 4), _keeps, st.randoms(use_true_random=False))
def test_the_order_of_policy_files_and_rules_changes_no_contact(
    policies: list[list[RuleDef]],
    news: Sequence[tuple[int, int]],
    most: int,
    keeps: tuple[Keep, ...],
    chance: Any,
) -> None:
    shuffled = [chance.sample(rules, len(rules)) for rules in chance.sample(policies, len(policies))]

    one, other = (company(*each, cap=(most, 15), keeps=keeps) for each in (policies, shuffled))

    assert lived(one, news) == lived(other, news)
    assert [each.day - MONDAY for each in one.record.contacts] == [
        each.day - MONDAY for each in other.record.contacts
    ]
