"""What a change of rules is worth: members times what membership adds, less what its actions cost."""

from typing import Any

import pytest

from shared.worth.premises import PremiseError, Premises
from shared.worth.pricing import Priced, price
from shared.worth.scenarios import parse_scenario
from shared.worth.value import worth

SMALL = Premises(100, churn=0.2, revenue=100, acquisition_cost=30, margin=0.5, years=2, discount=0.1)
LARGE = Premises(10, churn=0.1, revenue=900, acquisition_cost=30, margin=0.5, years=2, discount=0.1)
GROUPS = {"": SMALL, "large": LARGE}


def move(*customers: str) -> list[dict[str, Any]]:
    return [{"customer": customer, "tier": "core"} for customer in customers]


def report(
    gained: list[Any] | None = None, lost: list[Any] | None = None, actions: tuple[Any, ...] = ()
) -> dict[str, Any]:
    moves = {"gained": gained or [], "lost": lost or [], "earlier": move("e"), "later": [], "otherwise": []}
    return {"window": {"days": 730}, "tiers": moves, "actions": list(actions)}


def action(name: str, base: int, candidate: int, each: int) -> dict[str, Any]:
    return {
        "kind": "create_task", "name": name, "base": base, "candidate": candidate,
        "base_cost": base * each, "candidate_cost": candidate * each,
    }  # fmt: skip


def priced(found: dict[str, Any], effect: str = "churn -10 percent") -> Priced:
    return price(found, GROUPS, parse_scenario(effect), lambda name: "large" if name == "big" else "", 2)


def test_a_member_more_is_worth_what_membership_adds_to_one_customer_who_is_there_already() -> None:
    (group,) = priced(report(gained=move("a", "b"))).groups
    # 50 at once, and 50 a year later from the 0.8 who stayed (0.82 of members), in today's money
    assert group.worth_each == pytest.approx(50 + 50 * 0.8 / 1.1)
    assert group.effect_each == pytest.approx(50 * 0.02 / 1.1)
    assert group.value == pytest.approx(2 * group.effect_each)
    assert group.at_stake == pytest.approx(2 * group.worth_each)


def test_each_group_is_priced_by_its_own_premises_and_a_member_lost_takes_away() -> None:
    found = priced(report(gained=move("big"), lost=move("a", "b", "c")))
    assert [(each.group, each.gained, each.lost) for each in found.groups] == [("", 0, 3), ("large", 1, 0)]
    everybody, large = found.groups
    assert everybody.value == pytest.approx(-3 * everybody.effect_each)
    assert large.worth_each == pytest.approx(worth(LARGE).per_customer + LARGE.acquisition_cost)
    assert found.value == pytest.approx(everybody.value + large.value)


def test_who_comes_into_one_tier_and_out_of_another_is_a_member_still() -> None:
    assert priced(report(gained=move("a"), lost=move("a"))).groups == ()


def test_actions_are_priced_by_what_changes_and_the_dearest_stands_first() -> None:
    found = priced(
        report(actions=(action("call", 10, 12, 400), action("card", 5, 1, 300), action("same", 7, 7, 999)))
    )
    assert [(each.name, each.orders, each.cost) for each in found.actions] == [
        ("card", -4, -12.0),
        ("call", 2, 8.0),
    ]
    assert found.cost == pytest.approx(-4.0)


def test_a_year_is_its_share_of_the_window() -> None:
    found = priced(report(gained=move("a"), actions=(action("call", 0, 10, 400),)))
    assert found.net_a_year == pytest.approx((found.value - 40.0) / 2)
    assert found.other_moves == 1


def test_an_effect_that_a_group_does_not_allow_is_refused_by_name() -> None:
    with pytest.raises(PremiseError, match="churn"):
        priced(report(gained=move("big")), "churn -20 points")
