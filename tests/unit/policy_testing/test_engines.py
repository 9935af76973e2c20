"""Every test runs on both engines; where they part, the test fails and says so."""

from collections.abc import Mapping

import pytest

from shared.model.conditions import Proposition
from shared.policy.engine.generated import PythonEngine
from shared.policy.engine.port import Engine, Matcher
from shared.policy.engine.registry import engine_named
from shared.policy.testing import tester
from tests.unit.policy_testing.bench import messages, outcome


class Forgetful:
    """An engine that overlooks promotions."""

    name = "durable"

    def compile(self, propositions: Mapping[str, Proposition], *, missing_passes: bool = False) -> Matcher:
        kept = {key: value for key, value in propositions.items() if key != "promote-core"}
        return PythonEngine().compile(kept, missing_passes=missing_passes)


def test_engines_that_disagree_fail_a_test_that_holds_on_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def named(name: str) -> Engine:
        return Forgetful() if name == "durable" else engine_named(name)

    monkeypatch.setattr(tester, "engine_named", named)
    report = outcome("- {name: at it, given: li, expect: {change_tier: core}}")

    assert messages(report) == [
        "the engines disagree: python decides by ['promote-core'], durable by []",
    ]


def test_both_engines_are_named_in_the_report() -> None:
    report = outcome("- {name: at it, given: li, expect: {change_tier: core}}")

    assert report.engines == ("python", "durable")
