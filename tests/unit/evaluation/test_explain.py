"""How far a customer is from the rules that would move the tier or raise an alert."""

from shared.model.conditions import Side
from shared.policy.evaluation.explain import near_misses
from tests.unit.evaluation.building import (
    MONDAY,
    Life,
    all_,
    any_,
    at_least,
    change_tier,
    is_,
    less_than,
    life,
    none_,
    notify,
    raise_alert,
    rule,
    within,
)


def nearest(li: Life, day: int = 0) -> list[tuple[str, list[tuple[str, float | None]], int]]:
    assert li.snapshot is not None
    misses = near_misses(li.relationship, li.snapshot, li.program, MONDAY + day)
    return [
        (miss.rule, [(leaf.fact, leaf.margin) for leaf in miss.leaves], miss.days_left) for miss in misses
    ]


def test_one_point_short_names_the_point() -> None:
    li = life([rule("up", all_(is_("tier", "none"), at_least("score", 70)), change_tier("core"))])
    li.event(0, score=69)
    assert nearest(li) == [("up", [("score", -1)], 0)]


def test_of_several_ways_the_shortest_is_shown() -> None:
    ways = any_(all_(at_least("score", 70), at_least("orders", 3)), at_least("spend", 1000))
    li = life([rule("up", ways, change_tier("core"))])
    li.event(0, score=10, orders=0, spend=400)
    assert nearest(li) == [("up", [("spend", -600)], 0)]


def test_what_must_not_hold_is_shown_as_well() -> None:
    li = life([rule("up", all_(at_least("score", 70), none_(is_("danger", "low"))), change_tier("core"))])
    li.event(0, score=80)
    assert nearest(li) == [("up", [("danger", None)], 0)]


def test_a_missing_fact_is_part_of_the_way() -> None:
    li = life([rule("up", all_(at_least("score", 70), at_least("orders", 3)), change_tier("core"))])
    li.event(0, orders=3)
    assert nearest(li) == [("up", [("score", None)], 0)]


def test_a_rule_in_its_grace_says_how_long_is_left() -> None:
    li = life([rule("down", less_than("score", 60), change_tier("none"), for_days=30)])
    li.event(0, score=50)
    assert nearest(li, 10) == [("down", [], 20)]


def test_active_rules_and_rules_of_other_kinds_are_not_listed() -> None:
    li = life(
        [rule("alert", at_least("silence", 3), raise_alert()), rule("n", at_least("orders", 1), notify())]
    )
    li.event(0, silence=4, orders=0)
    assert nearest(li) == []


def test_the_nearest_rule_comes_first() -> None:
    li = life(
        [
            rule("gold", all_(at_least("score", 90), at_least("orders", 9)), change_tier("gold")),
            rule("core", all_(at_least("score", 70), at_least("orders", 3)), change_tier("core")),
        ]
    )
    li.event(0, score=60, orders=5)
    assert [name for name, _, _ in nearest(li)] == ["core", "gold"]


def test_personal_facts_are_not_shown() -> None:
    li = life([rule("r", all_(within("birthday", 3, Side.BEFORE), is_("region", "north")), raise_alert())])
    li.event(0, birthday="12-01", region="south")
    assert li.snapshot is not None
    (miss,) = near_misses(li.relationship, li.snapshot, li.program, MONDAY)
    assert "profile:birthday" in [leaf.value for leaf in miss.leaves]
