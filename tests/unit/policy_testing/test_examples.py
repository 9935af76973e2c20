"""The suites in the documents are suites, and hold with the rules that are shipped."""

import re
from pathlib import Path

import pytest

from shared.policy.release import Sources
from shared.policy.testing.shapes import EXPECT, SUBJECTS
from shared.policy.testing.tester import run_bundle_tests
from tests.unit.policy_testing.bench import built, messages, shipped

DOCS = Path(__file__).parents[3] / "docs"
PAGES = ("testing-policies.md", "testing-policies.zh-CN.md")
SUITES = re.compile(r"^```yaml\n(suite: .*?)^```", re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", PAGES)
def test_every_suite_of_the_page_holds(page: str) -> None:
    suites = SUITES.findall((DOCS / page).read_text(encoding="utf-8"))
    tests = Sources({f"tests/{n}.test.yaml": text for n, text in enumerate(suites)}, "rules")

    report = run_bundle_tests(built(shipped), tests)

    assert messages(report) == []
    assert len(suites) == 2
    assert report.passed == 4


@pytest.mark.parametrize("page", PAGES)
def test_the_page_names_everything_that_may_be_expected(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")

    assert [key.name for key in EXPECT.keys if f"`{key.name}" not in text] == []
    assert SUBJECTS.keys() <= {key.name for key in EXPECT.keys}
