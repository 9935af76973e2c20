"""Which condition decided: so that reasons with everybody's own numbers can be added up."""

from typing import Any

from shared.reports.circle import circle
from shared.reports.decisive import Decided, decided_by


def leaf(fact: str, threshold: Any, margin: float | None, *, holds: bool = True) -> dict[str, Any]:
    phrase = "at least" if margin is not None else "is"
    return {"fact": fact, "phrase": phrase, "threshold": threshold, "margin": margin, "outcome": holds}


def test_of_conditions_that_must_all_hold_the_last_to_be_reached_decided() -> None:
    found = decided_by([leaf("tier", "none", None), leaf("score", 60, 6), leaf("spend", 200_000, 1_000)])

    assert found == Decided("spend", "at least", 200_000)


def test_where_one_is_enough_the_one_furthest_beyond_its_threshold_decided() -> None:
    found = decided_by([
        leaf("score", 60, -5, holds=False), leaf("spend", 100, 1), leaf("silence", 100, 80)
    ])  # fmt: skip

    assert found == Decided("silence", "at least", 100)


def test_a_rule_that_measures_nothing_names_no_condition() -> None:
    assert decided_by([leaf("tier", "none", None)]) is None
    assert decided_by([]) is None


def test_what_decided_is_counted_over_the_month() -> None:
    moves = [
        {
            "_id": name, "customer": name, "day": 734_000, "rule": "promote", "tier_change": "none>core",
            "mode": "live", "outcome": "fired", "reason": {"en": f"score 6{margin}"},
            "leaves": [leaf("score", 60, margin), leaf("orders", 5, orders)],
        }
        for name, margin, orders in (("li", 1, 3), ("wu", 2, 4), ("he", 9, 0))
    ]  # fmt: skip

    (flow,) = circle(moves, ["li", "wu", "he"]).months[0].entered_by

    assert flow.decided == ((Decided("score", "at least", 60), 2), (Decided("orders", "at least", 5), 1))
