"""Suggested tests close what they say they close, and read as tests that a person wrote."""

from dataclasses import replace

import pytest

from shared.policy.release import Sources
from shared.policy.testing.desk import Suggestion
from shared.policy.testing.mutation import mutate
from shared.policy.testing.reading import read_suites
from shared.policy.testing.suggesting import suggest, with_suggestions
from shared.policy.testing.tester import run_bundle_tests
from tests.unit.policy_testing.bench import bundle, suite

AT = "- {name: at, given: li, expect: {change_tier: core}}"
UNSEEN_BY_ACTIONS = {"tier: is none → left out"}
"""A member who fulfils everything is not promoted anyway; only `nearest` or `because` tell the two apart."""


def suggested(tests: Sources, policy: str) -> tuple[tuple[Suggestion, ...], Sources]:
    mutation = mutate(bundle(), tests, policies=[policy])
    found = suggest(bundle(), tests, policies=[policy], mutation=mutation)
    return found, replace(tests, files={**tests.files, **with_suggestions(tests, found)})


@pytest.mark.slow
def test_one_test_of_membership_grows_into_a_suite_that_notices_every_slip() -> None:
    _, grown = suggested(suite(AT), "membership")

    report = run_bundle_tests(bundle(), grown)
    living = mutate(bundle(), grown, policies=["membership"]).living

    assert report.ok
    assert {each.what for each in living} <= UNSEEN_BY_ACTIONS
    assert report.coverage is not None
    assert report.coverage.share(["membership"]) == 100


@pytest.mark.slow
@pytest.mark.parametrize("policy", ["lifecycle", "review"])
def test_a_policy_without_tests_gets_a_file_of_its_own(policy: str) -> None:
    found, grown = suggested(suite(AT), policy)

    assert {each.file for each in found} == {f"tests/{policy}.test.yaml"}
    assert run_bundle_tests(bundle(), grown).ok
    before = len(mutate(bundle(), suite(AT), policies=[policy]).living)
    assert len(mutate(bundle(), grown, policies=[policy]).living) < before / 4


@pytest.mark.slow
def test_a_suggestion_says_what_the_rules_do_now_and_asks_to_be_read() -> None:
    found, _ = suggested(suite(AT), "membership")

    (short,) = [each for each in found if "net_spend_365d: at least 2000 GBP → at least 1999" in each.closes]
    assert short.text.splitlines() == [
        "# Suggested: this is what the rules do now. Read it; if it is what you want, delete this line.",
        "- name: promote-core, net_spend_365d 1999 GBP",
        "  given: {like: li, net_spend_365d: 1999 GBP}",
        "  expect: {nothing: true}",
    ]


def test_suggestions_are_put_at_the_end_of_the_tests_and_change_nothing_else() -> None:
    text = (
        "suite: a\nnow: 2026-12-10\ntests:\n  # first\n  - {name: one, expect: {nothing: true}}\n"
        "policies: review  # after the tests\n"
    )
    tests = Sources({"tests/a.test.yaml": text}, "rules")
    made = Suggestion("tests/a.test.yaml", "review", "x", "# s\n- name: two\n  expect: {nothing: true}\n")

    grown = with_suggestions(tests, [made])["tests/a.test.yaml"]

    suites, problems = read_suites(Sources({"tests/a.test.yaml": grown}, "rules"), bundle())
    assert problems == []
    assert [case.name for case in suites[0].cases] == ["one", "two"]
    kept = [line for line in grown.splitlines() if line in text.splitlines()]
    assert kept == text.splitlines()


def test_what_every_test_has_seen_is_not_suggested_again() -> None:
    found, grown = suggested(suite(AT), "review")

    again = suggest(bundle(), grown, policies=["review"])

    assert found
    assert again == ()
