"""The circle balances for every month, and says when it does not."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from shared.reports.circle import circle

FIRST = date(2010, 1, 1).toordinal()


def moved(customer: str, change: str, day: int, rule: str = "r", reason: str = "because") -> dict[str, Any]:
    return {
        "_id": f"{customer}@{day}",
        "customer": customer,
        "day": day,
        "rule": rule,
        "tier_change": change,
        "mode": "live",
        "outcome": "fired",
        "reason": {"en": reason},
    }


def test_opening_plus_entered_minus_left_is_closing_in_every_month() -> None:
    decisions = [
        moved("li", "none>core", FIRST),
        moved("wu", "none>core", FIRST + 40),
        moved("li", "core>none", FIRST + 45),
    ]

    found = circle(decisions, ["wu"])

    assert [(m.opening, m.entered, m.left, m.closing) for m in found.months] == [(0, 1, 0, 1), (1, 1, 1, 1)]
    assert found.problems == ()


def test_quiet_months_stand_in_the_books_too() -> None:
    found = circle([moved("li", "none>core", FIRST)], ["li"], until_day=FIRST + 100)

    assert [month.month for month in found.months] == ["2010-01", "2010-02", "2010-03", "2010-04"]
    assert {month.closing for month in found.months} == {1}


def test_going_from_one_membership_to_another_is_neither_entering_nor_leaving() -> None:
    found = circle([moved("li", "none>core", FIRST), moved("li", "core>gold", FIRST + 1)], ["li"])

    assert [(m.entered, m.left) for m in found.months] == [(1, 0)]


def test_reasons_are_counted_by_rule_and_text() -> None:
    decisions = [
        moved("li", "none>core", FIRST, "promote", "bought much"),
        moved("wu", "none>core", FIRST, "promote", "bought much"),
        moved("he", "none>core", FIRST, "promote", "brought friends"),
    ]

    flow = circle(decisions, ["li", "wu", "he"]).months[0].entered_by[0]

    assert (flow.rule, flow.count) == ("promote", 3)
    assert [(reason.text["en"], reason.count) for reason in flow.reasons] == [
        ("bought much", 2),
        ("brought friends", 1),
    ]


def test_who_comes_back_is_counted_as_won_back() -> None:
    decisions = [
        moved("li", "none>core", FIRST),
        moved("li", "core>none", FIRST + 1),
        moved("li", "none>core", FIRST + 2),
    ]

    assert circle(decisions, ["li"]).months[0].returned == 1


def test_a_member_whom_no_decision_made_one_is_named() -> None:
    assert "no decision made them one" in circle([], ["li"]).problems[0]


def test_a_member_whom_no_decision_ended_is_named() -> None:
    assert "no decision ended it" in circle([moved("li", "none>core", FIRST)], []).problems[0]


def test_a_decision_that_took_a_stranger_for_a_member_is_named() -> None:
    assert "was taken for a member" in circle([moved("li", "core>none", FIRST)], []).problems[0]


def test_rules_in_shadow_and_decisions_held_back_move_nobody() -> None:
    shadow = {**moved("li", "none>core", FIRST), "mode": "shadow"}
    blocked = {**moved("wu", "none>core", FIRST), "outcome": "blocked"}

    assert circle([shadow, blocked], []).problems == ()


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.integers(0, 9)), max_size=40))
def test_the_books_balance_for_any_life(steps: Sequence[tuple[str, int]]) -> None:
    members: set[str] = set()
    decisions, day = [], FIRST
    for customer, days in steps:
        day += days
        change = "core>none" if customer in members else "none>core"
        members ^= {customer}
        decisions.append(moved(customer, change, day))

    found = circle(decisions, members)

    assert found.problems == ()
    assert all(month.balances for month in found.months)
    assert found.members == len(members)
