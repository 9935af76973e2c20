"""Who left the circle is listed with worth, call and return; what came of it adds up."""

from typing import Any

from shared.reports.winback import HELD_OUT, NOT_CALLED, Known, winback

DAY = 734_000


def left(customer: str, day: int = DAY, change: str = "core>none", outcome: str = "fired") -> dict[str, Any]:
    return {
        "customer": customer, "day": day, "rule": "demote", "reason": {"en": "silent"}, "tier_change": change,
        "outcome": outcome, "mode": "live",
    }  # fmt: skip


def test_worth_is_the_year_before_and_coming_back_is_buying_again() -> None:
    bought = {"li": [(DAY - 400, 7.0), (DAY - 10, 100.0), (DAY, -20.0), (DAY + 4, -5.0), (DAY + 9, 50.0)]}

    (found,) = winback(
        [left("li")], Known(purchases=bought, entries={"li": [DAY - 99, DAY + 12]}), "none"
    ).leavers

    assert (found.worth, found.since) == (80.0, 45.0)
    assert (found.bought_again, found.member_again) == (DAY + 9, DAY + 12)


def test_what_is_bought_after_the_next_leaving_belongs_to_that_one() -> None:
    known = Known(purchases={"li": [(DAY + 20, 9.0), (DAY + 70, 8.0)]}, entries={"li": [DAY + 30]})

    found = winback([left("li"), left("li", DAY + 60)], known, "none").leavers

    assert {each.day: (each.since, each.member_again) for each in found} == {
        DAY: (9.0, DAY + 30), DAY + 60: (8.0, None),
    }  # fmt: skip


def test_who_is_still_away_and_was_worth_most_stands_first() -> None:
    bought = {"li": [(DAY, 9.0)], "wu": [(DAY, 70.0)], "he": [(DAY, 99.0), (DAY + 1, 1.0)]}

    found = winback([left("li"), left("wu"), left("he")], Known(purchases=bought), "none")

    assert [each.customer for each in found.leavers] == ["wu", "li", "he"]


def test_results_stand_apart_by_what_became_of_the_call() -> None:
    calls = {"li": [(DAY, "done")], "wu": [(DAY, HELD_OUT)], "he": [(DAY - 90, "done")]}
    known = Known(purchases={"li": [(DAY + 1, 10.0)]}, calls=calls)

    found = winback([left("li"), left("wu"), left("he")], known, "none")

    assert [(each.call, each.leavers, each.came_back, each.came_back_percent) for each in found.results] == [
        ("done", 1, 1, 100.0), (HELD_OUT, 1, 0, 0.0), (NOT_CALLED, 1, 0, 0.0),
    ]  # fmt: skip


def test_who_was_kept_or_only_changed_tier_did_not_leave() -> None:
    held, higher = left("li", outcome="blocked"), left("wu", change="core>gold")

    assert not winback([held, higher], Known(), "none").leavers
