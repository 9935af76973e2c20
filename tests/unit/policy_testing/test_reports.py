"""Reports as JUnit XML and in lines for people."""

from xml.etree.ElementTree import fromstring

from shared.policy.testing.human import report_lines
from shared.policy.testing.junit import to_junit
from tests.unit.policy_testing.bench import outcome

MIXED = """
- {name: "fine <&> 好", given: li, expect: {change_tier: core}}
- {name: wrong, given: {like: li, score: 61}, expect: {change_tier: core}}
"""


def test_junit_counts_agree_with_its_elements() -> None:
    root = fromstring(to_junit(outcome(MIXED)))

    assert root.attrib | {"name": ""} == {"name": "", "tests": "2", "failures": "1", "errors": "0"}
    (suite,) = root
    assert suite.attrib["name"] == "written on the spot"
    assert [case.attrib["name"] for case in suite] == ["fine <&> 好", "wrong"]
    (failure,) = suite[1]
    assert failure.attrib["message"] == "expected change_tier: core, got nothing"
    assert "✗ score: at least 63 (is 61, 2 short)" in (failure.text or "")


def test_faults_of_test_files_are_errors() -> None:
    root = fromstring(to_junit(outcome("- {name: a, given: {scroe: 1}, expect: {nothing: true}}")))

    assert root.attrib["errors"] == "1"
    (error,) = root[-1][0]
    assert (error.tag, error.attrib["type"]) == ("error", "E203")


def test_characters_that_xml_cannot_hold_are_replaced() -> None:
    root = fromstring(to_junit(outcome('- {name: "bell \\a", given: li, expect: {change_tier: core}}')))

    assert root[0][0].attrib["name"] == "bell \N{REPLACEMENT CHARACTER}"


def test_people_are_told_the_place_and_how_the_rule_read() -> None:
    lines = list(report_lines(outcome(MIXED)))

    assert lines[0] == "✗ rules/tests/spot.test.yaml  written on the spot: 2 tests"
    assert lines[1] == "  ✗ wrong"
    assert lines[2].strip() == "rules/tests/spot.test.yaml:16:71 expected change_tier: core, got nothing"
    assert "1 passed, 1 failed, on python and durable" in lines[-1]
