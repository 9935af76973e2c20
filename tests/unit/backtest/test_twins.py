"""Both sides judged in one go come out as each judged by itself, whatever was edited."""

import pytest

from shared.backtest.replay import Replayed
from shared.backtest.sides import Sides, sides
from shared.contracts.decision import DecisionRecord
from shared.model.rules import Bundle
from shared.policy.engine.registry import engine_named
from shared.policy.evaluation.relationship import Relationship
from shared.quick_dataclass import replace
from tests.unit.backtest.trying import CARE, MEMBERSHIP, METRICS, bar, release, sales

pytestmark = pytest.mark.slow

RISK = "policies/risk.yaml"
FIRST_RULE = "  - id: promote-core\n"
EARLY = """  - id: greet-buyers
    title: {en: Bought twice}
    when:
      all:
        - tier: is none
        - orders_365d: at least 2
    then:
      - notify: demotion-warning
    because: {en: "{orders_365d} orders"}
"""

CLEARS = "any:\n        - silence_ratio: less than $silent\n"
GRACE = "for: 30 days                 # the grace"
ALERT = "    owner: account-managers\n    when:\n      all:\n        - any:\n"
WARNED = "cool_down: 30 days\n"

EDITS = {
    "a lower bar": (MEMBERSHIP, bar(61)),
    "a higher bar": (MEMBERSHIP, bar(70)),
    "another fact": (MEMBERSHIP, ("- orders_365d: at least 5\n", "- orders_90d: at least 3\n")),
    "a shorter silence": (MEMBERSHIP, ("at most 120 days    #", "at most 20 days    #")),
    "a shorter grace": (MEMBERSHIP, (GRACE, GRACE.replace("30", "3"))),
    "an earlier reminder": (MEMBERSHIP, (WARNED, "cool_down: 5 days\n")),
    "words alone": (MEMBERSHIP, ("title: {en: Becomes a core customer", "title: {en: Comes in")),
    "a rule more": (MEMBERSHIP, (FIRST_RULE, EARLY + FIRST_RULE)),
    "a rule in shadow": (MEMBERSHIP, (WARNED, f"{WARNED}    rollout: {{mode: shadow}}\n")),
    "an alert that clears sooner": (RISK, (CLEARS, CLEARS.replace("$silent", "1.9"))),
    "an alert that stays a while": (
        RISK,
        (ALERT, ALERT.replace("    when", "    keep_for: 9 days\n    when")),
    ),
    "a table": (CARE, ("- [important, low, 60 days]", "- [important, low, 5 days]")),
}


def compared(candidate: Bundle) -> Sides:
    return sides(release(), candidate, engine_named("python"), terse=True)


@pytest.mark.parametrize("edit", EDITS)
def test_together_or_apart_everybody_comes_out_the_same(edit: str) -> None:
    path, change = EDITS[edit]
    both = compared(release(path, change))
    assert both.pairing is not None
    course = sales().courses[0]
    for log in sales().logs():
        pair = both.customer(log, course)
        alone = both.base.customer(log, course), both.candidate.customer(log, course)
        for found, wanted in zip(pair, alone, strict=True):
            assert [known(each) for each in found.decisions] == [known(each) for each in wanted.decisions]
            assert stored(found) == stored(wanted)


def known(decision: DecisionRecord) -> DecisionRecord:
    """Records of what both decided alike are the base's: its release, and the facts that its rules name."""
    return replace(decision, release="", facts={})


def stored(found: Replayed) -> Relationship:
    return found.case.relationship


def test_some_customers_part_and_most_do_not() -> None:
    both, course = compared(release(MEMBERSHIP, bar(61))), sales().courses[0]
    pairs = [both.customer(log, course) for log in sales().logs()]
    parted = sum(base.decisions is not candidate.decisions for base, candidate in pairs)
    assert 0 < parted < len(pairs) / 2


def test_what_measures_otherwise_is_not_judged_in_one_go() -> None:
    text = "orders_365d:\n    count: [purchase]\n    window: 365 days"
    assert compared(release(METRICS, (text, text.replace("365 days", "20 days")))).pairing is None
