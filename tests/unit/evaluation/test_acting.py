"""Who acts and who is held back: conflict groups, quotas, budgets, pause, disagreement."""

import pytest

from shared.model.conditions import Junction
from shared.model.rules import Budget, Repeat
from shared.policy.engine.port import Matcher
from shared.policy.engine.reference import ReferenceEngine
from shared.policy.evaluation.evaluate import MemoryAdmissions
from shared.policy.evaluation.program import Program
from shared.policy.evaluation.relationship import Relationship
from tests.unit.evaluation.building import (
    Life,
    all_,
    at_least,
    bundle,
    change_tier,
    create_task,
    fired,
    is_,
    less_than,
    life,
    notify,
    outcomes,
    rule,
    set_,
)

ALWAYS = at_least("score", 0)


def test_the_larger_priority_wins_its_group_and_the_loser_is_recorded_with_it() -> None:
    li = life(
        [
            rule("cycle", ALWAYS, create_task("call"), conflict_group="contact", priority=1),
            rule("birthday", ALWAYS, create_task("greet"), conflict_group="contact", priority=9),
        ]
    )
    won, lost = li.event(0, score=5)
    assert (won.rule, won.outcome) == ("birthday", "fired")
    assert won.losers == ({"rule": "cycle", "reason": "conflict:birthday"},)
    assert (lost.rule, lost.outcome, lost.held_by) == ("cycle", "blocked", "conflict:birthday")


def test_a_loser_stays_due_and_acts_once_the_winner_is_done() -> None:
    li = life(
        [
            rule("cycle", ALWAYS, create_task("call"), conflict_group="contact", priority=1),
            rule("birthday", ALWAYS, create_task("greet"), conflict_group="contact", priority=9),
        ]
    )
    li.event(0, score=5)
    assert li.due == 0
    assert outcomes(li.close(0)) == [("cycle", "fired")]
    assert li.close(1) == ()
    assert li.due is None


def test_all_tier_rules_share_a_group() -> None:
    li = life([rule("up", ALWAYS, change_tier("core"), priority=1), rule("top", ALWAYS, change_tier("gold"))])
    assert outcomes(li.event(0, score=5)) == [("up", "fired"), ("top", "blocked")]


def test_groups_are_local_to_a_policy() -> None:
    li = life(
        [rule("a", ALWAYS, create_task(), conflict_group="g", priority=1)],
        [rule("b", ALWAYS, create_task(), conflict_group="g")],
    )
    assert outcomes(li.event(0, score=5)) == [("a", "fired"), ("b", "fired")]


def test_a_set_rule_holds_its_fact_while_active_and_the_next_one_takes_over_when_it_ends() -> None:
    li = life(
        [
            rule("important", at_least("spend", 100), set_("importance", "high"), priority=2),
            rule("general", ALWAYS, set_("importance", "low"), priority=1),
        ]
    )
    assert outcomes(li.event(0, score=1, spend=500)) == [("important", "fired"), ("general", "blocked")]
    li.close(0)
    assert li.due is None
    assert li.close_each(1, 5) == []
    assert outcomes(li.event(6, spend=50)) == [("general", "fired")]
    assert li.relationship.facts["importance"] == "low"


def test_a_set_value_stays_when_no_rule_is_active_any_more() -> None:
    li = life([rule("important", at_least("spend", 100), set_("importance", "high"))])
    li.event(0, spend=500)
    assert li.event(1, spend=50) == ()
    assert li.relationship.facts["importance"] == "high"


def test_later_policies_read_what_earlier_ones_set_and_rules_beside_it_do_not() -> None:
    li = life(
        [
            rule("stable", ALWAYS, set_("stage", "stable")),
            rule("beside", is_("stage", "stable"), notify("beside")),
        ],
        [rule("later", is_("stage", "stable"), notify("later"))],
    )
    assert outcomes(li.event(0, score=1)) == [("stable", "fired"), ("later", "fired")]
    assert outcomes(li.close(0)) == [("beside", "fired")]


def test_a_tier_is_kept_at_least_as_long_as_said() -> None:
    li = life(
        [
            rule("up", all_(is_("tier", "none"), at_least("score", 70)), change_tier("core", keep=60)),
            rule("down", all_(is_("tier", "core"), less_than("score", 60)), change_tier("none")),
        ]
    )
    li.event(0, score=70)
    (held,) = li.event(5, score=50)
    assert (held.outcome, held.held_by) == ("blocked", "keep_at_least")
    assert li.due == 60
    assert li.close_each(5, 61) == [(60, "down")]
    assert len(li.history) == 3


def test_what_people_decide_need_not_wait_until_a_tier_was_kept_long_enough() -> None:
    li = life(
        [
            rule("up", all_(is_("tier", "none"), at_least("score", 70)), change_tier("core", keep=60)),
            rule(
                "by-hand",
                all_(is_("tier", "core"), less_than("score", 60)),
                change_tier("none", at_once=True),
            ),
        ]
    )
    li.event(0, score=70)
    assert outcomes(li.event(5, score=50)) == [("by-hand", "fired")]


def test_of_several_orders_of_one_day_the_larger_priority_comes_first() -> None:
    """So that it takes the last contact that a cap allows."""
    li = life(
        [
            rule("routine", ALWAYS, create_task("contact")),
            rule("birthday", ALWAYS, create_task("birthday"), priority=20),
            rule("topic", ALWAYS, create_task("topic"), priority=10),
        ]
    )
    assert [name for name, _ in outcomes(li.event(0, score=1))] == ["birthday", "topic", "routine"]


def test_cool_down_counts_over_episodes() -> None:
    li = life([rule("thank", at_least("orders", 1), notify(), cool_down_days=30)])
    assert len(fired(li.event(0, orders=1))) == 1
    li.event(1, orders=0)
    (held,) = li.event(2, orders=1)
    assert held.held_by == "cool_down"
    assert li.due == 30
    assert li.close_each(3, 40) == [(30, "thank")]


def test_no_more_firings_than_allowed_in_a_sliding_window() -> None:
    li = life([rule("care", ALWAYS, create_task(), repeat=Repeat(10), max_per=(3, 90))])
    li.event(0, score=1)
    assert li.close_each(0, 130) == [(day, "care") for day in (10, 20, 90, 100, 110)]
    assert [each.held_by for each in li.history if each.outcome == "blocked"] == ["max_per", "max_per"]


def test_a_budget_holds_back_whom_it_cannot_take_until_there_is_room() -> None:
    program = Program.compile(bundle([rule("gift", ALWAYS, notify(), budget=Budget(1))]), ReferenceEngine())
    shared = MemoryAdmissions()
    li, wang = (Life(program, name, shared) for name in ("li", "wang"))
    assert outcomes(li.event(0, score=1)) == [("gift", "fired")]
    assert outcomes(wang.event(0, score=1)) == [("gift", "blocked")]
    assert wang.close(0) == ()
    assert wang.due == 1
    assert outcomes(wang.close(1)) == [("gift", "fired")]


def test_a_budget_can_be_a_share_of_all_customers() -> None:
    budget = Budget(max_per_day=5, max_share_percent=2)
    admissions = MemoryAdmissions(customers=100)
    answers = [admissions.admit("r", 1, decision, budget) for decision in ("a", "b", "c", "a")]
    assert [answer.number for answer in answers] == [1, 2, None, 1]
    assert {answer.places for answer in answers} == {2}


def test_only_what_would_act_asks_for_a_budget() -> None:
    shared = MemoryAdmissions()
    rules = [
        rule("first", ALWAYS, create_task(), conflict_group="g", priority=1, budget=Budget(9)),
        rule("second", ALWAYS, create_task(), conflict_group="g", budget=Budget(9)),
    ]
    li = life(rules, admissions=shared)
    li.event(0, score=1)
    assert [name for name, _ in shared._admitted] == ["first"]


def test_a_paused_rule_waits_and_leaves_its_group_to_others() -> None:
    li = life(
        [
            rule("a", ALWAYS, create_task(), conflict_group="g", priority=2),
            rule("b", ALWAYS, create_task(), conflict_group="g", priority=1),
        ],
        paused={"a": "paused:7"},
    )
    held, took = li.event(0, score=1)
    assert (held.rule, held.held_by) == ("a", "paused:7")
    assert (took.rule, took.outcome) == ("b", "fired")
    li.paused = {}
    assert outcomes(li.close(0)) == [("a", "fired")]


class _Wrong:
    """Says that everything holds."""

    name = "wrong"

    def compile(self, propositions: dict[str, object], **_: object) -> Matcher:
        return ReferenceEngine().compile(dict.fromkeys(propositions, Junction(True, ())))


def test_an_engine_that_reads_a_condition_wrongly_moves_nobody() -> None:
    li = life([rule("up", at_least("score", 70), change_tier("core"))], engine=_Wrong())
    (held,) = li.event(0, score=5)
    assert (held.outcome, held.held_by, held.agreed) == ("blocked", "disagreement", False)
    assert held.actions == ()
    assert li.relationship.tier == "none"


@pytest.mark.parametrize("fact", ["score", "coverage"])
def test_a_decision_on_the_score_carries_its_lines(fact: str) -> None:
    li = life([rule("r", at_least(fact, 1), notify())])
    (decision,) = li.event(0, **{fact: 5})
    assert decision.score_lines == ()  # this catalogue has no traits


def test_a_relationship_without_history_is_no_member() -> None:
    assert Relationship().tier == "none"
    assert Relationship().alerts == []
