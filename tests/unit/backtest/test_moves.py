"""How two ways through the tiers are told apart."""

from collections.abc import Sequence

import pytest

from shared.backtest.blame import Blame
from shared.backtest.changes import Changes
from shared.backtest.moves import Move, moves, way
from shared.contracts.decision import DecisionRecord, OrderedAction
from shared.contracts.snapshot import Cause

Steps = Sequence[tuple[int, str]]


def decided(steps: Steps) -> list[DecisionRecord]:
    return [_decision(day, tier) for day, tier in steps]


def _decision(day: int, tier: str) -> DecisionRecord:
    action = OrderedAction(f"d{day}-0", "change_tier", {"to": tier})
    named = (f"d{day}", "li", f"to-{tier}", "membership", "r")
    return DecisionRecord(*named, "fired", "live", "", day, Cause("day"), {}, (), {}, actions=(action,))


def moved(base: Steps, candidate: Steps, from_day: int = 0) -> list[Move]:
    blame = Blame(Changes({}, {}, measures_alike=True), {})
    return list(moves("li", way(decided(base), from_day), way(decided(candidate), from_day), blame))


@pytest.mark.parametrize(
    ("base", "candidate", "change", "days"),
    [
        ([], [(5, "core")], "gained", 0),
        ([(5, "core")], [], "lost", 0),
        ([(9, "core")], [(5, "core")], "earlier", -4),
        ([(5, "core")], [(9, "core")], "later", 4),
        ([(5, "core"), (50, "none")], [(5, "core"), (80, "none")], "otherwise", 0),
        ([(5, "core"), (50, "none")], [(5, "core"), (50, "none"), (90, "core")], "otherwise", 0),
    ],
)
def test_a_move_is_told_by_its_first_difference(
    base: Steps, candidate: Steps, change: str, days: int
) -> None:
    (move,) = moved(base, candidate)
    assert (move.change, move.tier, move.days) == (change, "core", days)


def test_a_way_that_goes_on_otherwise_is_told_by_the_first_step_that_one_side_alone_takes() -> None:
    (move,) = moved([(5, "core"), (50, "none")], [(5, "core"), (40, "none"), (60, "core")])
    assert (move.change, move.day, move.rule) == ("otherwise", 40, "to-none")


def test_alike_ways_do_not_differ() -> None:
    assert moved([(5, "core"), (50, "none")], [(5, "core"), (50, "none")]) == []


def test_each_tier_is_a_matter_of_its_own() -> None:
    found = moved([(5, "silver"), (60, "gold")], [(5, "silver")])
    told = {(move.change, move.tier) for move in found}
    assert told == {("lost", "gold"), ("otherwise", "silver")}


def test_who_is_a_member_when_the_comparison_begins_is_none_to_be_gained() -> None:
    found = moved([(5, "core")], [(5, "core"), (40, "none")], from_day=30)
    assert [(move.change, move.base_day, move.candidate_day) for move in found] == [("otherwise", None, None)]


def test_changes_of_tier_are_counted_within_any_year() -> None:
    taken = way(decided([(1, "core"), (100, "none"), (365, "core"), (366, "none"), (900, "core")]), 0)
    assert taken.most_within_a_year == 3
