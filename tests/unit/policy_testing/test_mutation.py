"""Slips in rules: which are made, which are provably harmless, which tests notice."""

from dataclasses import replace

import pytest

from shared.model.conditions import Connective, Group, Leaf, Phrase
from shared.model.rules import Bundle, RolloutMode, RuleDef
from shared.policy.testing.equivalence import is_equivalent
from shared.policy.testing.leaf_changes import changed_leaves, with_leaf
from shared.policy.testing.mutating import mutants_of
from shared.policy.testing.mutation import mutate
from shared.policy.testing.proofs import Proofs
from tests.unit.policy_testing.bench import bundle, suite

AT = "- {name: at, given: li, expect: {change_tier: core}}"


def slips(policy: str, rule: str) -> list[str]:
    found = next(each for each in bundle().policies if each.id == policy)
    return [each.what for each in mutants_of(found, bundle()) if each.rule.id == rule]


def rule_named(name: str, of: Bundle) -> RuleDef:
    return next(rule for policy in of.policies for rule in policy.rules if rule.id == name)


def test_every_threshold_operator_condition_and_duration_of_a_rule_slips() -> None:
    assert slips("membership", "demote-core") == [
        "the rule never acts",
        "tier: is core → is not core",
        "tier: is core → left out",
        "score: less than 58 → less than 57",
        "score: less than 58 → less than 59",
        "score: less than 58 → at least 58",
        "score: less than 58 → at most 58",
        "score: less than 58 → left out",
        "net_spend_365d: less than 1700 GBP → less than 1699 GBP",
        "net_spend_365d: less than 1700 GBP → less than 1701 GBP",
        "net_spend_365d: less than 1700 GBP → at least 1700 GBP",
        "net_spend_365d: less than 1700 GBP → left out",
        "days_since_purchase: more than 150 days → more than 149 days",
        "days_since_purchase: more than 150 days → more than 151 days",
        "days_since_purchase: more than 150 days → at most 150 days",
        "days_since_purchase: more than 150 days → left out",
        "for: 30 days → 29 days",
        "for: 30 days → 31 days",
    ]


@pytest.mark.parametrize(
    ("policy", "rule", "slip"),
    [
        ("membership", "promote-core", "keep_at_least: 60 days → 59 days"),
        ("membership", "warn-before-demotion", "cool_down: 30 days → 31 days"),
        ("risk", "alert-credit", "keep_for: 7 days → 6 days"),
        ("risk", "alert-credit", "overdue_90d: at most 1 → at most 0"),
        ("care", "care-price-bundle", "repeat: every 90 days → every 91 days"),
        ("care", "care-price-bundle", "max_per: 4 → 3 in 365 days"),
        ("care", "care-contact", "row important, high: 14 days → left out"),
        ("care", "care-contact", "row important, high: 14 days → 15 days"),
        ("care", "care-winback", "create_task → left out"),
        ("care", "care-birthday", "birthday: within 7 days before → within 7 days after"),
        ("care", "care-welcome", "tier: changed from none to core → changed from core to none"),
        ("lifecycle", "stage-decline", "stage: one of [formation, stable] → one of [stable]"),
        ("lifecycle", "stage-stable", "priority: 20 ↔ 30 of stage-decline"),
    ],
)
def test_what_else_a_rule_says_slips_too(policy: str, rule: str, slip: str) -> None:
    assert slip in slips(policy, rule)


@pytest.mark.parametrize(
    ("fact", "phrase", "value", "other"),
    [
        ("score", Phrase.AT_LEAST, 0, (Phrase.AT_LEAST, -1)),  # a score is never below 0
        ("orders_365d", Phrase.AT_LEAST, 0, (Phrase.AT_LEAST, -1)),  # nor is a count
        ("orders_365d", Phrase.AT_LEAST, 5, (Phrase.MORE_THAN, 4)),  # whole numbers
        ("coverage", Phrase.AT_MOST, 100, (Phrase.LESS_THAN, 101)),
    ],
)
def test_leaves_that_hold_for_the_same_values_are_equivalent(
    fact: str, phrase: Phrase, value: int, other: tuple[Phrase, int]
) -> None:
    assert is_equivalent(Leaf(fact, phrase, (value,)), Leaf(fact, other[0], (other[1],)), bundle())


@pytest.mark.parametrize(
    ("fact", "phrase", "value", "other"),
    [
        ("score", Phrase.AT_LEAST, 63, (Phrase.MORE_THAN, 62)),  # 62.5 lies between
        ("orders_365d", Phrase.AT_MOST, 0, (Phrase.AT_MOST, -1)),
        ("net_spend_365d", Phrase.AT_LEAST, 0, (Phrase.AT_LEAST, -100)),  # returns may outweigh
    ],
)
def test_leaves_between_whose_thresholds_a_value_may_lie_are_not(
    fact: str, phrase: Phrase, value: int, other: tuple[Phrase, int]
) -> None:
    assert not is_equivalent(Leaf(fact, phrase, (value,)), Leaf(fact, other[0], (other[1],)), bundle())


def test_no_meaning_is_tried_twice() -> None:
    changed = list(changed_leaves(Leaf("orders_365d", Phrase.AT_LEAST, (1,)), bundle()))

    assert changed == [
        Leaf("orders_365d", Phrase.AT_LEAST, (0,)),
        Leaf("orders_365d", Phrase.AT_LEAST, (2,)),
        Leaf("orders_365d", Phrase.LESS_THAN, (1,)),
    ]


def test_a_group_left_without_conditions_goes_as_well() -> None:
    one, other = Leaf("score", Phrase.AT_LEAST, (1,)), Leaf("tier", Phrase.IS, ("core",))
    nested = Group(Connective.ALL, (one, Group(Connective.ANY, (other,))))

    assert with_leaf(nested, 1, None) == Group(Connective.ALL, (one,))
    assert with_leaf(one, 0, None) == Group(Connective.ALL, ())


def test_a_slip_that_no_customer_could_show_is_proved_harmless() -> None:
    policy = next(each for each in bundle().policies if each.id == "risk")
    by_slip = {(each.rule.id, each.what): each for each in mutants_of(policy, bundle())}
    proofs = Proofs(bundle())

    # while news is bad `when` holds, and nobody asks whether to clear
    hidden = by_slip["alert-credit", "bad_credit_news_365d: at most 0 → at most 1"]
    seen = by_slip["alert-credit", "overdue_90d: at most 1 → at most 2"]

    assert proofs.changes_nothing(hidden)
    assert not proofs.changes_nothing(seen)


def test_priorities_of_rules_that_cannot_meet_do_not_slip() -> None:
    assert not [each for each in slips("risk", "churn-high") if each.startswith("priority")]
    assert [each for each in slips("lifecycle", "stage-stable") if each.startswith("priority")]


def test_a_slip_is_survived_only_until_a_test_notices_it() -> None:
    short = "- {name: short, given: {like: li, score: 62}, expect: {nothing: true}}"

    before = {each.what for each in mutate(bundle(), suite(AT), policies=["membership"]).living}
    after = {each.what for each in mutate(bundle(), suite(f"{AT}\n{short}"), policies=["membership"]).living}

    assert "score: at least 63 → at least 62" in before - after
    assert "score: at least 63 → at least 64" not in before
    assert after < before


def test_only_suites_that_judge_a_policy_are_asked() -> None:
    mutation = mutate(bundle(), suite(AT))

    assert mutation.policies == ("membership",)
    assert {each.mutant.rule.policy for each in mutation.found} == {"membership"}


def test_a_rule_in_shadow_has_no_effect_that_a_test_could_see() -> None:
    shadowed = replace(rule_named("promote-core", bundle()), rollout=RolloutMode.SHADOW)
    policy = next(each for each in bundle().policies if each.id == "membership")
    with_shadow = replace(policy, rules=(shadowed, *policy.rules[1:]))

    assert "promote-core" not in {each.rule.id for each in mutants_of(with_shadow, bundle())}
