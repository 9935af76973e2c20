"""Why a rule does not act: everything in its way is named, and nothing that is not."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.contracts.snapshot import Anchor
from shared.explaining.archive import Stored
from shared.explaining.standing import Standing
from shared.explaining.trial import Rulebook, Trial
from shared.explaining.why_not import UnknownRuleError, WhyNot, why_not
from shared.model.rules import Repeat, RolloutMode, RuleDef, WhenMissing
from shared.policy.engine.registry import engine_named
from shared.switches.model import Switch, SwitchKind
from tests.unit.evaluation.building import (
    MONDAY,
    Life,
    all_,
    at_least,
    change_tier,
    create_task,
    is_,
    less_than,
    life,
    notify,
    rule,
)
from tests.unit.evaluation.worlds import DAYS, Happening, happen, happenings, policies

ENGINE = engine_named("python")
WELL = at_least("score", 70)


def stored(li: Life, day: int) -> Stored:
    assert li.snapshot is not None
    return Stored(li.customer, li.relationship, li.snapshot, MONDAY + day, None)


def asked(li: Life, name: str, day: int) -> WhyNot:
    return why_not(stored(li, day), Rulebook.of(li.program.bundle, ENGINE), name)


def obstacles(li: Life, name: str, day: int) -> list[tuple[str, str, int | None]]:
    found = asked(li, name, day).obstacles
    return [(each.kind, each.detail, each.until and each.until - MONDAY) for each in found]


def lived(*rules: RuleDef, score: float | None = 80, **facts: object) -> Life:
    li = life(list(rules))
    li.event(0, score=score, **facts)  # type: ignore[arg-type]
    return li


@pytest.mark.parametrize(
    ("gift", "expected"),
    [
        (rule("gift", at_least("score", 90), notify()), [("condition", "", None)]),
        (rule("gift", at_least("orders", 3), notify()), [("missing", "orders", None)]),
        (
            rule("gift", at_least("orders", 3), notify(), when_missing=WhenMissing.NO),
            [("condition", "", None)],
        ),
        (rule("gift", WELL, notify(), for_days=9), [("for", "9", 9)]),
        (rule("gift", WELL, notify()), [("done", "", None)]),
        (rule("gift", WELL, notify(), repeat=Repeat(30)), [("repeat", "", 30)]),
        (rule("gift", WELL, change_tier("none")), [("no_change", "", None)]),
        (rule("gift", WELL, notify(), effective_from=MONDAY + 40), [("not_in_force", "", 40)]),
        (rule("gift", WELL, notify(), effective_until=MONDAY - 1), [("not_in_force", "", None)]),
        (rule("gift", WELL, notify(), holdout_percent=100), [("holdout", "100", None)]),
        (
            rule("gift", at_least("score", 90), notify(), rollout=RolloutMode.SHADOW),
            [("shadow", "", None), ("condition", "", None)],
        ),
    ],
    ids=lambda given: given[0][0] if isinstance(given, list) else "",
)
def test_what_is_in_the_way_is_named(gift: RuleDef, expected: list[tuple[str, str, int | None]]) -> None:
    assert obstacles(lived(gift), "gift", 1) == expected


def test_a_customer_outside_the_rollout_is_told_so_with_their_place() -> None:
    gift = rule("gift", WELL, notify(), rollout=RolloutMode.PERCENT, rollout_percent=0)
    ((kind, detail, until),) = obstacles(lived(gift), "gift", 1)
    assert (kind, until) == ("rollout", None)
    assert detail.endswith("≥ 0")


def test_a_rule_that_waits_for_a_missing_fact_is_frozen() -> None:
    li = lived(rule("gift", WELL, notify(), for_days=9))
    li.event(3, score=None)
    assert obstacles(li, "gift", 4) == [("missing", "score", None), ("frozen", "score", None)]


def test_a_preferred_rule_is_named() -> None:
    first = rule("first", WELL, create_task(), conflict_group="g", priority=1, repeat=Repeat(1))
    li = lived(first, rule("second", WELL, create_task(), conflict_group="g"))
    assert obstacles(li, "second", 1) == [("conflict", "first", None)]


def test_a_tier_that_is_to_be_kept_holds_until_its_day() -> None:
    up, down = (
        rule("up", WELL, change_tier("core", 30)),
        rule("down", less_than("score", 50), change_tier("none")),
    )
    li = lived(up, down)
    li.event(5, score=10)
    assert obstacles(li, "down", 6) == [("keep_at_least", "", 30)]


def test_a_tier_that_is_to_be_kept_holds_nobody_who_only_names_the_tier_held_already() -> None:
    up, again = (
        rule("up", WELL, change_tier("core", 30)),
        rule("again", less_than("score", 50), change_tier("core", 30), notify()),
    )
    li = lived(up, again)
    li.snapshot = replace(li.snapshot, facts={"score": 10}) if li.snapshot else None
    assert obstacles(li, "again", 6) == []


@pytest.mark.parametrize(
    ("quota", "expected"), [({"cool_down_days": 10}, "cool_down"), ({"max_per": (1, 10)}, "max_per")]
)
def test_a_quota_holds_until_it_has_room(quota: dict[str, object], expected: str) -> None:
    li = lived(rule("gift", WELL, notify(), repeat=Repeat(1), **quota))
    assert obstacles(li, "gift", 1) == [(expected, "", 10)]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [(SwitchKind.PAUSE, "paused"), (SwitchKind.SILENCE, "silenced"), (SwitchKind.BRAKE, "brake")],
)
def test_a_switch_in_force_is_named_with_its_number(kind: SwitchKind, expected: str) -> None:
    li = lived(rule("gift", WELL, notify()), score=10)
    li.facts["score"] = 80
    li.event(0)
    li.relationship.episodes.clear()
    switch = Switch(7, kind, "2010-08-16T09:00:00Z", "op", "wrong coupon", rule="gift")
    stopped = replace(stored(li, 1), switches=(switch,))
    why = why_not(stopped, Rulebook.of(li.program.bundle, ENGINE), "gift")
    assert [(each.kind, each.detail) for each in why.obstacles] == [(expected, "#7")]
    assert why.acts_on is None


def test_conditions_that_would_have_to_turn_come_nearest_first() -> None:
    li = lived(
        rule("gift", all_(at_least("spend", 1000), at_least("orders", 3)), notify()), spend=100, orders=2
    )
    assert [leaf.fact for leaf in asked(li, "gift", 0).turn] == ["orders", "spend"]


def test_the_day_on_which_time_alone_makes_it_act_is_foreseen() -> None:
    li = life([rule("call", at_least("days_since_purchase", 20), notify(), for_days=5)])
    li.event(0, {"days_since_purchase": Anchor(MONDAY)}, score=1)
    assert asked(li, "call", 1).acts_on == MONDAY + 25


def test_facts_that_policies_before_would_set_are_read_as_set() -> None:
    li = life([rule("mark", WELL, change_tier("core"))], [rule("welcome", is_("tier", "core"), notify())])
    li.event(0, score=10)
    assert li.snapshot is not None
    li.snapshot = replace(li.snapshot, facts={"score": 80})
    assert obstacles(li, "welcome", 0) == []


def test_a_rule_that_is_not_there_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UnknownRuleError, match="gift"):
        asked(lived(rule("gift", WELL, notify())), "gif", 0)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(policies(), happenings(), st.integers(0, DAYS - 1))
def test_nothing_is_in_the_way_exactly_of_what_acts_at_the_next_evaluation(
    rules: tuple[tuple[RuleDef, ...], ...], days: list[Happening], last: int
) -> None:
    unbudgeted = [tuple(replace(each, budget=None) for each in policy) for policy in rules]
    li = life(*unbudgeted)
    for day in range(last + 1):
        for each in (each for each in days if each.day == day):
            happen(li, each)
        li.close(day)
    rulebook, now = Rulebook.of(li.program.bundle, ENGINE), stored(li, last + 1)
    acted = {
        record.rule for _, record in Trial.of(now, rulebook).live(now.day, 1) if record.outcome == "fired"
    }
    for each in (each for policy in unbudgeted for each in policy):
        found = [o for o in Standing.of(now, rulebook, each.id).obstacles() if o.kind != "shadow"]
        assert (not found) is (each.id in acted), (each.id, found)
