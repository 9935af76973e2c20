"""Suites written on the spot, over rules that tuning does not move."""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from textwrap import dedent, indent

from shared.model.rules import Bundle
from shared.policy.release import Sources, build, load_directory
from shared.policy.testing.report import Report
from shared.policy.testing.tester import run_bundle_tests

RULES = Path(__file__).parents[3] / "rules"
PINNED = Path(__file__).parent / "pinned"
LI = """
  li:
    tier: none
    score: 63
    coverage: 50 percent
    orders_365d: 5
    net_spend_365d: 2000 GBP
    days_since_purchase: 10 days
    credit_danger: low
    stage: stable
"""


@lru_cache(maxsize=1)
def shipped() -> Sources:
    """The rules as they are shipped."""
    return load_directory(RULES)


@lru_cache(maxsize=1)
def pinned() -> Sources:
    """The shipped rules, with the policies that tests look at closely as they once were."""
    texts = {
        path.relative_to(PINNED).as_posix(): path.read_text(encoding="utf-8")
        for path in PINNED.rglob("*.yaml")
    }
    return Sources({**shipped().files, **texts}, "rules")


@lru_cache(maxsize=2)
def built(sources: Callable[[], Sources]) -> Bundle:
    """The bundle of *sources*."""
    found = build(sources())
    assert found.bundle is not None, found.problems
    return found.bundle


def bundle() -> Bundle:
    """The pinned rules."""
    return built(pinned)


def suite(tests: str, policies: str = "membership", now: str = "2026-12-10", customers: str = LI) -> Sources:
    """A suite of *tests* as one file."""
    head = f"suite: written on the spot\nnow: {now}\n" + (f"policies: [{policies}]\n" if policies else "")
    text = f"{head}customers:{customers}tests:\n{indent(dedent(tests).strip(), '  ')}\n"
    return Sources({"tests/spot.test.yaml": text}, "rules")


def outcome(tests: str, **more: str) -> Report:
    """What comes of *tests* on both engines."""
    return run_bundle_tests(bundle(), suite(tests, **more), rules=pinned())


def messages(report: Report) -> list[str]:
    """Everything that is wrong, in words."""
    failures = [failure.message for result in report.results for failure in result.failures]
    return [problem.message for problem in report.problems] + failures
