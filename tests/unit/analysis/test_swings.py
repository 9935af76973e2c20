"""Customers who go back and forth although nothing changes are found, and only those."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.model.conditions import Condition
from shared.model.rules import Action, Repeat, RuleDef
from shared.policy.checks.regions.customer import Customer
from shared.policy.checks.watching import Watch
from tests.unit.analysis.books import lived, swings_of
from tests.unit.evaluation.building import (
    MONDAY,
    add_to,
    all_,
    any_,
    at_least,
    bundle,
    change_tier,
    is_,
    less_than,
    none_,
    remove_from,
    rule,
    set_,
)

TIERS = ("none", "core", "gold")


def promote(when: Condition, **more: int) -> RuleDef:
    return rule("promote", all_(is_("tier", "none"), when), change_tier("core"), priority=20, **more)


def demote(when: Condition, **more: int) -> RuleDef:
    return rule("demote", all_(is_("tier", "core"), when), change_tier("none"), priority=10, **more)


def test_promotion_and_demotion_that_meet_send_a_customer_back_and_forth() -> None:
    rules = [promote(at_least("score", 60)), demote(any_(less_than("score", 60), less_than("spend", 500)))]

    (found,) = swings_of(rules)

    assert set(found.rules) == {"promote", "demote"}
    tiers = [each.rule for each in lived(found, 5, rules)]
    assert tiers[:4] == ["promote", "demote", "promote", "demote"]


def test_promotion_and_demotion_that_do_not_meet_are_no_swing() -> None:
    assert swings_of([promote(at_least("score", 70)), demote(less_than("score", 60))]) == []


@pytest.mark.parametrize(("keep", "grace"), [(0, 0), (60, 0), (0, 30), (60, 30)])
def test_keeping_and_grace_only_slow_a_swing_and_the_words_say_how_much(keep: int, grace: int) -> None:
    up = rule(
        "promote", all_(is_("tier", "none"), at_least("score", 60)), change_tier("core", keep), priority=2
    )
    rules = [up, demote(at_least("score", 60), for_days=grace)]

    (found,) = swings_of(rules)

    days = [each.day for each in lived(found, 400, rules) if each.rule == "promote"]
    turn = days[-1] - days[-2]
    assert turn >= max(keep, grace)
    assert f"one turn every {turn} day" in found.en.message


def test_a_longer_way_round_three_tiers_is_found() -> None:
    rules = [
        rule("one", all_(is_("tier", "none"), at_least("score", 10)), change_tier("core")),
        rule("two", all_(is_("tier", "core"), at_least("score", 20)), change_tier("gold")),
        rule("three", all_(is_("tier", "gold"), less_than("spend", 500)), change_tier("none")),
    ]

    (found,) = swings_of(rules)

    assert set(found.rules) == {"one", "two", "three"}
    assert [each.rule for each in lived(found, 9, rules)][:6] == ["one", "two", "three"] * 2


def test_a_rule_without_a_guard_acts_once_and_does_not_swing_unless_it_repeats() -> None:
    up = rule("promote", at_least("score", 60), change_tier("core"), priority=20)
    down = demote(less_than("spend", 500))

    assert swings_of([up, down]) == []

    again = rule("promote", at_least("score", 60), change_tier("core"), priority=20, repeat=Repeat(10))
    assert len(swings_of([again, down])) == 1


def test_going_in_and_out_of_a_group_is_a_swing() -> None:
    inside = is_("groups", "lunch")
    rules = [
        rule("in", all_(none_(inside), at_least("score", 50)), add_to("lunch")),
        rule("out", all_(inside, less_than("score", 60)), remove_from("lunch")),
    ]

    (found,) = swings_of(rules)

    assert [each.rule for each in lived(found, 4, rules)][:4] == ["in", "out"] * 2


def test_a_fact_that_two_rules_of_a_policy_set_from_each_others_value_is_a_swing() -> None:
    rules = [
        rule("back", all_(is_("stage", "lost"), at_least("orders", 1)), set_("stage", "new")),
        rule("away", all_(is_("stage", "new"), at_least("silence", 5)), set_("stage", "lost")),
    ]

    assert len(swings_of(rules)) == 1


def test_a_swing_that_an_earlier_rule_rules_out_is_none() -> None:
    """Whoever is silent is in danger, and who is in danger is not promoted."""
    danger = [
        rule("high", at_least("silence", 5), set_("danger", "high"), priority=2),
        rule("low", less_than("silence", 5), set_("danger", "low"), priority=1),
    ]
    tiers = [promote(is_("danger", "low")), demote(at_least("silence", 6))]

    assert swings_of(danger, tiers) == []
    assert len(swings_of(danger, [promote(is_("danger", "high")), demote(at_least("silence", 6))])) == 1


THRESHOLDS = (1, 2)
numbers = st.sampled_from(THRESHOLDS)
plain = st.one_of(
    st.builds(at_least, st.sampled_from(["score", "orders"]), numbers),
    st.builds(less_than, st.sampled_from(["score", "orders"]), numbers),
)
tests = plain | st.builds(any_, plain, plain) | st.builds(all_, plain, plain) | st.builds(none_, plain)


@st.composite
def bundles(draw: st.DrawFn) -> list[RuleDef]:
    rules = []
    for number in range(draw(st.integers(2, 4))):
        here = draw(st.sampled_from(TIERS))
        there = draw(st.sampled_from([tier for tier in TIERS if tier != here]))
        guard = is_("tier", here)
        when = draw(st.sampled_from([all_(guard, draw(tests)), draw(tests)]))
        action: Action = change_tier(there, draw(st.sampled_from([0, 0, 2])))
        rules.append(
            rule(f"r{number}", when, action, priority=number, for_days=draw(st.sampled_from([0, 0, 2])))
        )
    return rules


def really_swings(rules: list[RuleDef]) -> bool:
    """Try every customer: does anybody's tier go on changing?"""
    watch = Watch.over(bundle(rules))
    values = (None, 0, 1, 2)
    for tier, score, orders in product(TIERS, values[1:], values):
        facts = {"tier": tier, "score": score, "orders": orders}
        fired = watch.life(Customer({k: v for k, v in facts.items() if v is not None}), MONDAY, 60)
        if len(fired) > 12:  # more than every rule once, with all of them waiting for each other
            return True
    return False


@settings(max_examples=60)
@given(bundles())
def test_a_swing_is_found_exactly_if_some_customer_goes_on_moving(rules: list[RuleDef]) -> None:
    assert bool(swings_of(rules)) is really_swings(rules)
