"""What moved most is read from two records: the move, and the one a month before."""

from typing import Any

import pytest

from shared.reports.circle import circle
from shared.reports.movers import Moved, MovedMost, added_up, moved_most

DAY = 733_800
METRICS = frozenset({"orders", "silence"})


def record(name: str, day: int, **parts: float) -> dict[str, Any]:
    lines = [{"trait": trait, "contribution": 100 * part, "points": 0} for trait, part in parts.items()]
    return {
        "_id": name, "customer": "li", "day": day, "as_of": f"{day}T00", "score_lines": lines, "facts": {},
    }  # fmt: skip


MONTH_BEFORE = record("old", DAY - 30, loyalty=10, spending=20)
LATELY = record("new", DAY - 3, loyalty=29, spending=20)
ENTRY = record("entry", DAY, loyalty=30, spending=22)


def test_the_trait_that_rose_most_within_the_month_is_why_somebody_entered() -> None:
    assert moved_most(ENTRY, [LATELY, MONTH_BEFORE, ENTRY], METRICS, upwards=True) == Moved(
        "loyalty", 20, True
    )


def test_the_trait_that_fell_most_is_why_somebody_left() -> None:
    left = record("left", DAY, loyalty=9, spending=2)

    assert moved_most(left, [MONTH_BEFORE], METRICS, upwards=False) == Moved("spending", -18, True)


def test_without_a_record_so_old_the_oldest_one_counts() -> None:
    assert moved_most(ENTRY, [LATELY], METRICS, upwards=True) == Moved("spending", 2, True)


@pytest.mark.parametrize(
    "decisions",
    [[], [ENTRY], [record("blind", DAY - 40)], [record("same", DAY - 40, loyalty=30, spending=22)]],
    ids=["nothing", "itself", "without a score", "nothing rose"],
)
def test_where_the_records_do_not_tell_nothing_is_said(decisions: list[dict[str, Any]]) -> None:
    assert moved_most(ENTRY, decisions, METRICS, upwards=True) is None


def test_where_no_earlier_record_knows_the_score_the_metric_that_changed_most_is_told() -> None:
    earlier = {**record("old", DAY - 40), "facts": {"orders": 4, "silence": 10, "tier": "none"}}
    entry = {**ENTRY, "facts": {"orders": 6, "silence": 2, "tier": "none"}}

    assert moved_most(entry, [earlier], METRICS, upwards=True) == Moved("silence", -80.0, False)


def test_a_metric_that_was_zero_or_missing_has_no_share_to_tell() -> None:
    earlier = {**record("old", DAY - 40), "facts": {"orders": 0, "silence": None}}
    entry = {**ENTRY, "facts": {"orders": 6, "silence": 2}}

    assert moved_most(entry, [earlier], METRICS, upwards=True) is None


def test_traits_add_up_by_how_often_they_moved_most() -> None:
    found = added_up([Moved("loyalty", 20, True), Moved("spending", 4, True), Moved("loyalty", 11, True)])

    assert found == (MovedMost("loyalty", 2, 15.5, True), MovedMost("spending", 1, 4.0, True))


def test_the_circle_tells_with_each_rule_what_moved_most() -> None:
    move = {
        **ENTRY, "tier_change": "none>core", "outcome": "fired", "mode": "live", "rule": "promote",
        "reason": {"en": "r"}, "leaves": [],
    }  # fmt: skip
    (month,) = circle([move], ["li"], moved={"entry": Moved("loyalty", 20, True)}).months

    assert month.entered_by[0].moved == (MovedMost("loyalty", 1, 20, True),)
