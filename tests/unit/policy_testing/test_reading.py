"""Faults of test files are told with the codes, places and suggestions of rule files."""

import pytest

from shared.policy.problems import Problem
from shared.policy.release import Sources
from shared.policy.testing.reading import read_suites
from tests.unit.policy_testing.bench import bundle, messages, outcome, suite


def problems(tests: str) -> list[Problem]:
    return read_suites(suite(tests), bundle())[1]


@pytest.mark.parametrize(
    ("test", "code", "says"),
    [
        ("- {name: a, given: {scroe: 1}, expect: {nothing: true}}", "E203", 'unknown fact "scroe"'),
        ("- {name: a, given: {score: 101}, expect: {nothing: true}}", "E209", "out of range"),
        ("- {name: a, given: {coverage: 50}, expect: {nothing: true}}", "E207", "has no unit"),
        ("- {name: a, given: {net_spend_365d: 5 EUR}, expect: {nothing: true}}", "E207", "is not the unit"),
        ("- {name: a, given: {tier: gold}, expect: {nothing: true}}", "E211", "not one of the choices"),
        (
            "- {name: a, given: {score: $keep_score}, expect: {nothing: true}}",
            "E208",
            "follows the threshold",
        ),
        ("- {name: a, given: {holidays: 2026-12-24}, expect: {nothing: true}}", "E217", "is a calendar"),
        ("- {name: a, given: lee, expect: {nothing: true}}", "E210", 'unknown customer "lee"'),
        ("- {name: a, given: {like: lee}, expect: {nothing: true}}", "E210", 'unknown customer "lee"'),
        ("- {name: a, given: li}", "E202", "the test expects nothing"),
        ("- {name: a, given: li, expect: {}}", "E208", "nothing is expected"),
        ("- {name: a, given: li, expect: {nothing: false}}", "E208", "can only be true"),
        ("- {name: a, given: li, expect: {nothing: true, notify: demotion-warning}}", "E208", "as well"),
        ("- {name: a, given: li, expect: {change_teir: core}}", "E201", 'unknown key "change_teir"'),
        ("- {name: a, given: li, expect: {change_tier: cor}}", "E208", '"cor" is nothing that is a tier'),
        ("- {name: a, given: li, expect: {raise_alert: chrun}}", "E208", '"chrun" is nothing'),
        ("- {name: a, given: li, expect: {set: {score: 1}}}", "E217", "no rule can set"),
        ("- {name: a, given: li, expect: {nearest: {rule: nobody, missing: {score: 1}}}}", "E210", "rule"),
        ("- {name: a, given: li, timeline: [{at: soon}]}", "E208", "not a point in time"),
        ("- {name: a, given: li, timeline: [{at: +2d}, {at: +1d}]}", "E208", "before the point above"),
        ("- {name: a, given: li, timeline: [{at: +0d, events: [purhcase]}]}", "E210", "unknown event"),
        ("- {name: a, timeline: [{at: +0d, events: [purchase: {}]}]}", "E210", "purchase needs the field"),
        ("- {name: a, timeline: [{at: +0d, events: [purchase: {amount: 5}]}]}", "E207", "has no unit"),
        (
            "- {name: a, given: {score: 5}, timeline: [{at: +0d, events: [survey.asked]}]}",
            "E217",
            "computed from the events",
        ),
        (
            "- {name: a, expect: {nothing: true}}\n- {name: a, expect: {nothing: true}}",
            "E212",
            "stands on line 15 already",
        ),
    ],
)
def test_a_fault_is_told_by_its_code_and_in_words(test: str, code: str, says: str) -> None:
    found = problems(test)

    assert [each.code for each in found] == [code], found
    assert says in found[0].message
    assert found[0].file == "rules/tests/spot.test.yaml"
    assert found[0].line >= 15


def test_a_misspelt_name_comes_with_the_nearest_one() -> None:
    (found,) = problems("- {name: a, given: {scroe: 1}, expect: {nothing: true}}")

    assert found.suggestion == 'did you mean "score" (Score)?'


def test_what_is_no_yaml_is_told_once() -> None:
    _, found = read_suites(Sources({"tests/a.test.yaml": "suite: [a\n"}, "rules"), bundle())

    assert [each.code for each in found] == ["E101"]


def test_a_suite_without_its_keys_says_which() -> None:
    _, found = read_suites(Sources({"tests/a.test.yaml": "suite: a\n"}, "rules"), bundle())

    assert [each.code for each in found] == ["E202", "E202"]


def test_a_report_with_faulty_files_is_not_ok() -> None:
    report = outcome("- {name: a, given: {scroe: 1}, expect: {nothing: true}}")

    assert (report.ok, len(messages(report))) == (False, 1)


def test_a_customer_may_be_like_another_and_facts_may_be_missing_again() -> None:
    report = outcome(
        """
        - name: like one who is like one
          given: wang
          expect: {nothing: true, nearest: {rule: promote-core, missing: {days_since_purchase: missing}}}
        """,
        customers="""
  li: {score: 63, coverage: 50 percent, orders_365d: 5, net_spend_365d: 2000 GBP, days_since_purchase: 1 day,
       credit_danger: low, stage: stable}
  wang: {like: li, days_since_purchase: missing}
""",
    )

    assert messages(report) == []


def test_values_may_be_written_in_chinese() -> None:
    report = outcome(
        """
        - name: 汉语
          given: {like: li, days_since_purchase: 10 天, coverage: 49%, net_spend_365d: 2000 英镑}
          timeline:
            - {at: +1 天, expect: {nothing: true, nearest: {rule: promote-core, missing: {coverage: 1%}}}}
        """
    )

    assert messages(report) == []
