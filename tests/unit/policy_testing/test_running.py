"""What a test of rules may say, and when it holds."""

from dataclasses import replace

from shared.policy.testing.tester import run_bundle_tests
from tests.unit.policy_testing.bench import bundle, messages, outcome, pinned, suite


def test_a_customer_exactly_at_the_threshold_becomes_a_member() -> None:
    report = outcome("- {name: at it, given: li, expect: {change_tier: core, because: [score, orders_365d]}}")

    assert (report.passed, messages(report)) == (1, [])


def test_what_a_rule_lacks_is_told_in_units_of_its_threshold() -> None:
    report = outcome("""
        - name: short of two things
          given: {like: li, score: 61, net_spend_365d: 1999.50 GBP}
          expect:
            nothing: true
            nearest: {rule: promote-core, missing: {score: 2, net_spend_365d: 0.50 GBP}}
        - name: told wrongly
          given: {like: li, score: 61}
          expect: {nearest: {rule: promote-core, missing: {score: 1}}}
    """)

    assert messages(report) == ["promote-core lacks {score: 2}, not {score: 1}"]


def test_the_virtual_clock_runs_timers_to_the_day() -> None:
    report = outcome("""
        - name: leaves after thirty days
          given: {like: li, tier: core, score: 57}
          timeline:
            - {at: +0d, expect: {notify: demotion-warning}}
            - {at: +29d, expect: {nothing: true}}
            - {at: +30d, expect: {change_tier: none}}
    """)

    assert messages(report) == []


def test_what_happens_between_two_points_is_not_passed_over() -> None:
    report = outcome("""
        - name: a point too late
          given: {like: li, tier: core, score: 57}
          timeline:
            - {at: +0d, expect: {notify: demotion-warning}}
            - {at: +40d, expect: {nothing: true}}
    """)

    assert messages(report) == ["change_tier: none came already on +30d (2027-01-09), before this point"]


def test_an_action_that_no_expectation_names_fails_the_test() -> None:
    report = outcome("- {name: surprised, given: li, expect: {notify: demotion-warning}}")

    assert messages(report) == [
        "got change_tier: core, which the test does not expect",
        "expected notify: demotion-warning, got change_tier: core",
    ]


def test_a_failure_points_at_its_words_and_shows_how_the_rule_read() -> None:
    report = outcome("- {name: wrong, given: {like: li, score: 61}, expect: {change_tier: core}}")

    (failure,) = report.results[0].failures
    assert (failure.span.file, failure.span.line) == ("rules/tests/spot.test.yaml", 15)
    assert "  ✗ score: at least 63 (is 61, 2 short)" in failure.details
    assert "  ✓ not credit_danger: is high (is low)" in failure.details


def test_facts_are_computed_from_events_as_in_the_scoring_service() -> None:
    report = outcome(
        """
        - name: two orders open a relationship
          timeline:
            - {at: -20d, events: [purchase: {amount: 100 GBP}], expect: {nothing: true}}
            - at: +0d
              events: [purchase: {amount: 50 GBP}]
              expect: {set: {stage: formation}, because: orders_365d}
        """,
        policies="lifecycle",
    )

    assert messages(report) == []


def test_without_policies_all_are_judged_and_what_is_not_named_may_happen_too() -> None:
    report = outcome("- {name: all, given: li, expect: {change_tier: core}}", policies="")

    assert messages(report) == []


def test_a_report_is_the_same_each_time_and_names_what_was_tested() -> None:
    tests = "- {name: at it, given: li, expect: {change_tier: core}}"
    one, other, changed = outcome(tests), outcome(tests), outcome(tests.replace("core", "none"))

    assert one.digest == other.digest != changed.digest
    assert one.tests != changed.tests


def test_a_report_has_the_same_digest_wherever_the_files_lie() -> None:
    tests = suite("- {name: at it, given: li, expect: {change_tier: core}}")
    elsewhere = replace(tests, root="/another/place/rules")

    here, there = run_bundle_tests(bundle(), tests, rules=pinned()), run_bundle_tests(bundle(), elsewhere)

    assert here.results[0].case.span != there.results[0].case.span
    assert here.digest == there.digest
