"""Why customers leave: ways, months, what came before, and what declined."""

from typing import Any

from shared.reports.churn import churn, first_days
from shared.reports.declines import best_and_last, declines
from shared.reports.last_months import NO_CARE, PROMOTION, Trading, last_months
from shared.reports.leavings import ALARMED, LEFT, LOST, leavings

DAY = 734_000  # 2010-08-16
TRADING = Trading(frozenset({"purchase"}), frozenset({"care.given"}), [(DAY - 5, DAY + 5)])


def decided(customer: str, day: int = DAY, **more: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "_id": f"{customer}@{day}", "customer": customer, "day": day, "as_of": f"{day}", "rule": "r",
        "tier_change": None, "mode": "live", "outcome": "fired", "actions": [], "leaves": [], "facts": {},
        "score_lines": [],
    }  # fmt: skip
    return {**base, **more}


def action(kind: str, **fields: Any) -> dict[str, Any]:
    return {"id": "a", "kind": kind, "fields": fields}


def scored(customer: str, day: int, points: int, **facts: float) -> dict[str, Any]:
    lines = [{"trait": "buying_power", "points": points, "contribution": points * 100}]
    return decided(customer, day, score_lines=lines, facts=facts)


def test_leaving_the_circle_the_alert_and_the_last_stage_are_ways_to_leave() -> None:
    found = leavings(
        [
            decided("li", tier_change="core>none"),
            decided("wu", actions=[action("raise_alert", alert="churn")]),
            decided("he", actions=[action("set", fact="stage", value="lost")]),
            decided(
                "no", actions=[action("set", fact="stage", value="stable"), action("raise_alert", alert="x")]
            ),
        ],
        "none",
    )

    assert [(each.customer, each.way) for each in found] == [("li", LEFT), ("wu", ALARMED), ("he", LOST)]


def test_what_was_held_back_or_in_shadow_is_no_leaving() -> None:
    held = decided("li", tier_change="core>none", outcome="blocked")
    shadow = decided("wu", tier_change="core>none", mode="shadow")

    assert not list(leavings([held, shadow, decided("he", tier_change="core>gold")], "none"))


def test_leavings_add_up_by_rule_and_month_and_customers_count_once() -> None:
    found = list(
        leavings(
            [decided("li", tier_change="core>none"), decided("li", DAY + 30, tier_change="core>none")], "none"
        )
    )

    told = churn(found, (), declines([], set()))

    assert (told.customers, [kind.count for kind in told.kinds]) == (1, [2])
    assert [(month.month, month.ways) for month in told.months] == [
        ("2010-08", {LEFT: 1}),
        ("2010-09", {LEFT: 1}),
    ]
    assert first_days(found) == {"li": DAY}


def test_what_came_before_is_compared_with_those_who_stayed() -> None:
    events = {
        "li": [(DAY - 95, "suggestion"), (DAY, "purchase"), (DAY + 3, "complaint"), (DAY + 99, "return")],
        "wu": [(DAY - 40, "purchase"), (DAY - 39, "care.given")],
        "he": [(DAY, "complaint")],
    }

    found = last_months(events, {"li": DAY + 50}, DAY + 200, TRADING)

    assert {each.what: (each.leavers, each.others) for each in found} == {
        "complaint": (1, 0), PROMOTION: (1, 0), NO_CARE: (1, 0), "care.given": (0, 1),
    }  # fmt: skip
    assert found[-1].what == "care.given"


def test_a_promotion_that_began_soon_after_the_last_purchase_counts_and_a_later_one_does_not() -> None:
    soon, late = [(DAY - 25, "purchase")], [(DAY - 60, "purchase")]

    found = last_months({"li": soon, "wu": late}, {"li": DAY, "wu": DAY}, DAY, TRADING)

    assert [each.leavers for each in found if each.what == PROMOTION] == [1]


def test_traits_and_metrics_are_compared_between_the_best_days_and_the_leaving() -> None:
    records = [
        scored("li", DAY, 40, spend=9),
        scored("li", DAY + 1, 80, spend=10),
        scored("li", DAY + 9, 50, spend=5),
    ]
    pair = best_and_last(records, DAY + 9)
    assert pair is not None

    found = declines([pair], {"spend"})

    assert [(each.name, each.best, each.leaving, each.customers) for each in found.traits] == [
        ("buying_power", 80, 50, 1)
    ]
    assert [(each.name, each.change) for each in found.metrics] == [("spend", -5)]


def test_what_was_recorded_after_the_leaving_is_no_decline() -> None:
    assert best_and_last([scored("li", DAY, 80), scored("li", DAY + 9, 20)], DAY + 1) is None
