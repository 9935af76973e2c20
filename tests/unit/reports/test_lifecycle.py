"""Stages, moves between them and days in them; the books end where customers stand."""

from typing import Any

from shared.reports.lifecycle import Frame, Standing, lifecycle

FRAME = Frame(("new", "stable", "lost"), 100, 200, 300)


def moved(customer: str, stage: str, day: int, outcome: str = "fired", mode: str = "live") -> dict[str, Any]:
    action = {"id": "a", "kind": "set", "fields": {"fact": "stage", "value": stage}}
    return {"customer": customer, "day": day, "outcome": outcome, "mode": mode, "actions": [action]}


def test_moves_of_the_period_are_counted_from_the_stage_before() -> None:
    decisions = [moved("li", "stable", 50), moved("li", "lost", 150), moved("li", "new", 250)]

    found = lifecycle(decisions, {"li": Standing("new", 1)}, "stage", FRAME)

    assert [(move.before, move.after, move.count) for move in found.moves] == [("stable", "lost", 1)]
    assert found.problems == ()


def test_days_in_a_stage_are_those_of_stays_that_ended_in_the_period() -> None:
    decisions = [moved("li", "stable", 120), moved("wu", "stable", 130), moved("li", "lost", 160)]
    now = {"li": Standing("lost", 100), "wu": Standing("stable", 90)}

    found = {each.stage: each for each in lifecycle(decisions, now, "stage", FRAME).stages}

    assert (found["new"].median_days, found["stable"].median_days, found["lost"].median_days) == (
        30,
        40,
        None,
    )
    assert (found["stable"].median_days_so_far, found["lost"].median_days_so_far) == (170, 140)
    assert (found["stable"].came, found["stable"].went, found["stable"].share_percent) == (2, 1, 50.0)


def test_every_customer_stands_in_one_stage() -> None:
    now = {name: Standing(stage, 1) for name, stage in (("li", "new"), ("wu", "lost"), ("he", "elsewhere"))}

    found = lifecycle([], now, "stage", FRAME)

    assert sum(each.customers for each in found.stages) == found.customers == 3


def test_a_move_that_was_held_back_is_none_and_a_difference_is_named() -> None:
    decisions = [moved("li", "stable", 120, "blocked"), moved("li", "stable", 120, mode="shadow")]

    found = lifecycle(decisions, {"li": Standing("lost", 1)}, "stage", FRAME)

    assert not found.moves
    assert found.problems == ("li stands at lost, but decisions led to new",)
