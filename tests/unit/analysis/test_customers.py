"""Each finding comes with a customer, and the evaluator of production shows the finding on that customer."""

from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from shared.model.rules import Bundle, RuleDef
from shared.model.values import FactValue, Kind
from shared.policy.checks.as_tests import suites
from shared.policy.checks.regions.customer import Customer
from shared.policy.checks.watching import Watch
from shared.policy.engine.truth import Situation, truth
from shared.policy.problems import Problem
from shared.policy.quantities import ValueType, parse_value
from shared.policy.release import Sources, build, bundle_from_canonical, canonical, load_directory
from shared.policy.testing.tester import run_bundle_tests

SMALL = load_directory(Path(__file__).parents[2] / "language" / "small")
MEMBERSHIP = "policies/membership.yaml"


def checked(text: str, path: str = MEMBERSHIP) -> tuple[list[Problem], Bundle]:
    """Problems of the small bundle with rules added (or instead), and the bundle as if there were none."""
    sources = Sources({**SMALL.files, path: SMALL.files[path] + text}, "rules")
    return build(sources).problems, bundle_from_canonical(canonical(sources))


def only(problems: Iterable[Problem], code: str) -> Problem:
    found = [problem for problem in problems if problem.code == code]
    assert len(found) == 1, [str(problem) for problem in problems]
    assert found[0].customer
    return found[0]


def customer_of(problem: Problem, bundle: Bundle) -> Customer:
    return Customer({name: typed(name, text, bundle) for name, text in problem.customer})


def typed(name: str, text: str, bundle: Bundle) -> FactValue:
    fact = bundle.facts[name]
    if fact.kind is Kind.TEXTS:
        return tuple(text.strip("[]").split(", ")) if text != "[]" else ()
    return parse_value(text, ValueType(fact.kind, bundle.catalogue.currency, fact.choices))


def rule_named(name: str, bundle: Bundle) -> RuleDef:
    return next(rule for policy in bundle.policies for rule in policy.rules if rule.id == name)


def holds(name: str, facts: Mapping[str, FactValue], bundle: Bundle) -> bool:
    rule = rule_named(name, bundle)
    return truth(rule.when, Situation(facts, {}, 738_000, bundle.facts, bundle.catalogue.calendars)) is True


def rule(name: str, when: str, then: str, more: str = "") -> str:
    return f"  - id: {name}\n    title: {{en: Try}}\n    when: {when}\n    then: [{then}]\n{more}"


def test_opposite_orders_are_both_carried_out_for_the_customer() -> None:
    give = rule("give", "{spend_365d: at least 9000 GBP}", "grant: fast_lane")
    problems, bundle = checked(give + rule("take", "{score: less than 50}", "revoke: fast_lane"))

    shown = customer_of(only(problems, "E302"), bundle)

    fired = Watch.over(bundle).life(shown, 738_000, 5)
    assert {"give", "take"} <= {each.rule for each in fired}


def test_rules_of_equal_priority_both_hold_for_the_customer() -> None:
    when = "{all: [{tier: is none}, {spend_365d: at least 9000 GBP}, {score: at least 65}]}"
    problems, bundle = checked(rule("other", when, "change_tier: {to: core}", "    priority: 20\n"))

    shown = customer_of(only(problems, "E311"), bundle)

    assert holds("other", shown.facts, bundle)
    assert holds("promote-core", shown.facts, bundle)


def test_a_gap_as_narrow_as_the_noise_lets_the_customer_fall_by_one_step() -> None:
    when = "{all: [{tier: is none}, {spend_365d: at least 9000 GBP}, {score: at least 60}]}"
    problems, bundle = checked(rule("other", when, "change_tier: {to: core}", "    priority: 30\n"))

    shown = customer_of(only(problems, "W304"), bundle)

    assert holds("other", shown.facts, bundle)
    score = shown.facts["score"]
    assert isinstance(score, int)
    assert holds("demote-core", {**shown.facts, "tier": "core", "score": score - 1}, bundle)
    assert "score" in only(problems, "W304").message


@pytest.mark.parametrize(
    ("score", "is_narrow"), [("60", True), ("60.99", True), ("61", False), ("70", False)]
)
def test_the_gap_has_to_be_wider_than_the_noise(score: str, is_narrow: bool) -> None:
    when = f"{{all: [{{tier: is none}}, {{spend_365d: at least 9000 GBP}}, {{score: at least {score}}}]}}"
    problems, _ = checked(rule("other", when, "change_tier: {to: core}", "    priority: 30\n"))

    assert ("W304" in {problem.code for problem in problems}) is is_narrow


def test_a_metric_may_declare_its_noise() -> None:
    text = SMALL.files["metrics.yaml"].replace(
        "    window: 90 days\n    compare: true", "    window: 90 days\n    noise: 500 GBP\n    compare: true"
    )
    rules = rule("up", "{all: [{groups: is not north}, {spend_90d: at least 3000 GBP}]}", "add_to: north")
    rules += rule(
        "down", "{all: [{groups: is north}, {spend_90d: less than 2600 GBP}]}", "remove_from: north"
    )
    files = {**SMALL.files, MEMBERSHIP: SMALL.files[MEMBERSHIP] + rules}

    assert build(Sources(files)).problems == []
    found = build(Sources({**files, "metrics.yaml": text})).problems

    assert [problem.code for problem in found] == ["W304"]


def test_feedback_shows_a_customer_for_whom_the_rule_holds_after_its_own_change() -> None:
    text = rule("up", '{importance: "one of [special, important]"}', "set: {importance: important}")
    problems, bundle = checked(text, "policies/segments.yaml")

    shown = customer_of(only(problems, "E305"), bundle)

    assert holds("up", shown.facts, bundle)
    assert shown.facts["importance"] == "important"


def test_a_rule_that_a_stronger_one_always_beats_never_fires_for_its_customer() -> None:
    strong = rule("strong", "{score: at least 40}", "set: {importance: special}", "    priority: 9\n")
    weak = rule("weak", "{score: at least 50}", "set: {importance: general}", "    priority: 1\n")
    problems, bundle = checked(strong + weak, "policies/segments.yaml")

    found = only(problems, "E301")

    fired = Watch.over(bundle).life(customer_of(found, bundle), 738_000, 60)
    assert "weak" in found.message
    assert "weak" not in {each.rule for each in fired}
    assert "strong" in {each.rule for each in fired}


def test_a_condition_no_stronger_rule_covers_is_reachable() -> None:
    strong = rule("strong", "{score: at least 60}", "set: {importance: special}", "    priority: 9\n")
    weak = rule("weak", "{score: at least 50}", "set: {importance: general}", "    priority: 1\n")

    assert checked(strong + weak, "policies/segments.yaml")[0] == []


THREE_TIERS = """
tiers:
  none: {title: {en: Not a member}}
  silver: {title: {en: Silver}}
  gold: {title: {en: Gold}}
entitlements:
  fast_lane: {title: {en: Fast lane}}
"""


def ladder(silver: str) -> list[Problem]:
    rules = "policy: membership\nrules:\n"
    rules += rule("to-silver", f"{{all: [{{tier: is none}}, {silver}]}}", "change_tier: {to: silver}")
    gold = "{all: [{tier: is silver}, {spend_365d: at least 5000 GBP}]}"
    rules += rule("to-gold", gold, "change_tier: {to: gold}")
    down = '{all: [{tier: "one of [silver, gold]"}, {spend_365d: less than 500 GBP}]}'
    rules += rule("down", down, "change_tier: {to: none}", "    priority: 5\n")
    notifications = SMALL.files["notifications.yaml"]
    files = {**SMALL.files, MEMBERSHIP: rules, "tiers.yaml": THREE_TIERS, "notifications.yaml": notifications}
    return build(Sources(files, "rules")).problems


def test_who_spends_too_much_for_the_first_rung_is_told_of() -> None:
    found = only(ladder("{spend_365d: between 1000 GBP and 4000 GBP}"), "W307")

    assert dict(found.customer) == {"tier": "none", "spend_365d": "5000 GBP"}
    assert ladder("{spend_365d: at least 1000 GBP}") == []


def test_what_a_condition_says_already_adds_nothing_and_what_narrows_it_does() -> None:
    def codes(*parts: str) -> list[str]:
        when = f"{{all: [{', '.join(parts)}]}}"
        return [problem.code for problem in checked(rule("try", when, "notify: demotion-warning"))[0]]

    assert codes("{score: at least 70}", "{score: at least 60}") == ["W306"]
    assert codes("{score: at least 70}", "{orders_365d: at least 3}") == []
    assert codes("{score: at least 70}", "{birthday: is known}") == []
    # unknown without the second part, false with it: it ends an episode that would wait otherwise
    assert codes("{spend_90d: at least 70 GBP}", "{spend_90d: is known}") == []


def test_a_suggested_test_fails_on_the_rules_that_were_found_fault_with_and_passes_once_they_are_mended() -> (
    None
):
    when = "{all: [{tier: is none}, {spend_365d: at least 9000 GBP}%s]}"
    swing = rule("other", when % "", "change_tier: {to: core}", "    priority: 30\n")
    mended = rule("other", when % ", {score: at least 65}", "change_tier: {to: core}", "    priority: 30\n")
    problems, bundle = checked(swing)

    tests = Sources({"tests/found.test.yaml": suites(problems, "2026-12-10")}, "rules")

    before, after = run_bundle_tests(bundle, tests), run_bundle_tests(checked(mended)[1], tests)
    assert before.problems == after.problems == ()
    assert [result.passed for result in before.results] == [False]
    assert [result.passed for result in after.results] == [True]
