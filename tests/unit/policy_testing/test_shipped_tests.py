"""The tests that are shipped with the rules hold, and guard them."""

import pytest

from shared.policy.testing.files import load_tests
from shared.policy.testing.mutation import mutate
from shared.policy.testing.tester import run_bundle_tests
from tests.unit.policy_testing.bench import RULES, built, shipped

ONCE_A_YEAR = {
    ("care-christmas", "cool_down"),
    ("care-new-products", "cool_down"),
}
"""Their calendars come round but once a year: a day more or less of pause changes nothing."""


@pytest.mark.slow
def test_every_shipped_test_holds_on_both_engines_and_sees_every_condition() -> None:
    report = run_bundle_tests(built(shipped), load_tests(RULES), rules=shipped())

    failures = [str(failure) for result in report.results for failure in result.failures]
    assert failures == []
    assert report.coverage is not None
    unseen = {each.rule.id: each.missing for each in report.coverage.leaves.values() if each.missing}
    assert unseen == {}
    assert report.coverage.idle_rules == ()


@pytest.mark.slow
@pytest.mark.timeout(1200)  # some 40 s of a processor that may have much else to do
def test_no_slip_in_any_shipped_policy_goes_unnoticed() -> None:
    mutation = mutate(built(shipped), load_tests(RULES))

    assert set(mutation.policies) == {policy.id for policy in built(shipped).policies}
    unnoticed = [
        (each.rule.id, each.what) for each in mutation.living if (each.rule.id, each.key) not in ONCE_A_YEAR
    ]
    assert unnoticed == []
