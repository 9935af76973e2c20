"""The gap between what opens an alert and what clears it."""

from tests.language.bundles import edited, problems_of

RULES = "policies/risk.yaml"
CLEARS = "        - return_share_365d: less than 70 percent\n"


def test_an_alert_may_clear_when_its_number_is_missing() -> None:
    missing = "        - return_share_365d: is missing\n"

    assert problems_of(edited(RULES, (CLEARS, missing))) == []


def test_an_alert_may_not_clear_at_the_number_that_opens_it() -> None:
    same = "        - return_share_365d: less than 101 percent\n"

    assert "E313" in {problem.code for problem in problems_of(edited(RULES, (CLEARS, same)))}
