"""What happens when: grace, hysteresis, repetition, late wake-ups."""

import pytest

from shared.contracts.snapshot import Anchor
from shared.model.rules import Repeat, WhenMissing
from tests.unit.evaluation.building import (
    MONDAY,
    all_,
    at_least,
    change_tier,
    create_task,
    fired,
    is_,
    less_than,
    life,
    notify,
    outcomes,
    raise_alert,
    rule,
    set_,
    table,
)

MEMBERSHIP = [
    rule("promote", all_(is_("tier", "none"), at_least("score", 70)), change_tier("core"), priority=20),
    rule("warn", all_(is_("tier", "core"), less_than("score", 60)), notify(), priority=5),
    rule(
        "demote",
        all_(is_("tier", "core"), less_than("score", 60)),
        change_tier("none"),
        for_days=30,
        priority=10,
    ),
]


@pytest.mark.parametrize("engine", ["durable", "python", "reference"])
def test_a_member_in_decline_is_warned_then_leaves_after_thirty_days(engine: str) -> None:
    li = life(MEMBERSHIP, engine=engine)
    assert outcomes(li.event(0, score=70)) == [("promote", "fired")]
    assert outcomes(li.event(3, score=55)) == [("warn", "fired")]
    assert li.close_each(3, 32) == []
    assert li.relationship.tier == "core"
    (left,) = li.close(33)
    assert (left.rule, left.tier_change) == ("demote", "core>none")
    assert li.relationship.tier == "none"


def test_recovering_for_a_day_starts_the_grace_again() -> None:
    li = life(MEMBERSHIP)
    li.event(0, score=70)
    li.event(1, score=55)
    li.event(20, score=60)
    li.event(21, score=55)
    assert li.close_each(21, 50) == []
    assert li.close_each(51, 51) == [(51, "demote")]


def test_a_late_wake_up_acts_once_and_counts_from_then() -> None:
    reminders = rule("remind", at_least("score", 1), create_task(), for_days=10, repeat=Repeat(7))
    li = life([reminders])
    li.event(0, score=5)
    assert li.due == 10
    assert li.close_each(15, 15) == [(15, "remind")]
    assert li.close_each(16, 30) == [(22, "remind"), (29, "remind")]


def test_between_threshold_and_clearing_point_an_alert_stays_as_it_is() -> None:
    danger = rule("danger", at_least("silence", 3), raise_alert(), clear_when=less_than("silence", 2))
    li = life([danger])
    assert outcomes(li.event(0, silence=3.0)) == [("danger", "fired")]
    for day, silence in enumerate((2.5, 3.5, 2.0, 3.0), start=1):
        assert li.event(day, silence=silence) == ()
    assert len(li.relationship.alerts) == 1
    (over,) = li.event(9, silence=1.9)
    assert over.outcome == "resolved"
    assert over.actions[0].fields["raised_by"] == li.history[0].actions[0].id
    assert li.relationship.alerts == []
    assert li.event(10, silence=2.5) == ()


def test_flapping_inside_keep_for_raises_one_alert() -> None:
    li = life([rule("danger", at_least("silence", 3), raise_alert(), keep_for_days=5)])
    li.event(0, silence=4)
    for day in range(1, 20, 2):
        assert li.event(day, silence=1) == ()
        assert li.event(day + 1, silence=4) == ()
    li.event(21, silence=1)
    assert li.due == 26
    assert [li.close(day) for day in range(21, 26)] == [()] * 5
    assert outcomes(li.close(26)) == [("danger", "resolved")]


def test_a_reason_that_was_true_at_one_event_only_is_over_at_the_next() -> None:
    li = life([rule("alert", at_least("silence", 3), raise_alert())])
    assert outcomes(li.event(0, silence=3)) == [("alert", "fired")]
    assert outcomes(li.event(0, silence=1)) == [("alert", "resolved")]
    assert outcomes(li.event(0, silence=3)) == [("alert", "fired")]
    assert len({each.id for each in li.history}) == 3


@pytest.mark.parametrize(("later", "days"), [(False, [0, 30, 60]), (True, [30, 60])])
def test_repeating_fires_each_period_at_once_or_after_one(later: bool, days: list[int]) -> None:
    li = life([rule("care", at_least("score", 1), create_task(), repeat=Repeat(30, later=later))])
    li.event(0, score=5)
    li.close_each(0, 65)
    assert [each.day - MONDAY for each in fired(li.history)] == days


def test_the_contact_cycle_follows_its_table_as_danger_changes() -> None:
    cycle = table(("importance", "danger"), ("high", "high", 7), ("high", None, 30), otherwise=90)
    li = life(
        [
            rule("important", at_least("spend", 100), set_("importance", "high"), priority=1),
            rule("silent", at_least("silence", 3), set_("danger", "high")),
            rule("calm", less_than("silence", 3), set_("danger", "low")),
        ],
        [rule("cycle", at_least("score", 1), create_task(), repeat=Repeat(table=cycle, later=True))],
    )
    li.event(0, score=5, spend=200, silence=1.0)
    assert li.close_each(0, 35) == [(30, "cycle")]
    li.event(36, silence=3.0)
    assert li.close_each(36, 44) == [(37, "cycle"), (44, "cycle")]


def test_an_unknown_table_input_waits() -> None:
    cycle = table(("importance",), ("high", 7), otherwise=30)
    li = life([rule("cycle", at_least("score", 1), create_task(), repeat=Repeat(table=cycle))])
    assert li.event(0, score=5) == ()
    assert li.relationship.episodes == {}


def test_waiting_for_a_missing_fact_stops_the_clock() -> None:
    li = life([rule("demote", less_than("score", 60), notify(), for_days=30)])
    li.event(0, score=50)
    li.event(10, score=None)
    assert li.due is None
    li.event(15, score=50)
    assert li.due == 35
    assert li.close_each(15, 40) == [(35, "demote")]


def test_a_missing_fact_can_count_as_no() -> None:
    li = life([rule("r", less_than("score", 60), notify(), for_days=30, when_missing=WhenMissing.NO)])
    li.event(0, score=50)
    li.event(10, score=None)
    li.event(15, score=50)
    assert li.due == 45


def test_a_missing_fact_can_stop_an_alert_and_says_so() -> None:
    li = life([rule("r", less_than("score", 60), raise_alert(), when_missing=WhenMissing.STOP)])
    li.event(0, score=50)
    stopped, over = li.event(10, score=None)
    assert (stopped.outcome, over.outcome) == ("stopped", "resolved")
    assert "score" in stopped.reason["en"]
    assert stopped.actions == ()
    assert li.event(11) == ()


def test_a_rule_acts_only_between_its_effective_dates() -> None:
    li = life(
        [
            rule(
                "summer",
                at_least("score", 1),
                raise_alert(),
                effective_from=MONDAY + 10,
                effective_until=MONDAY + 20,
            )
        ]
    )
    assert li.event(0, score=5) == ()
    assert li.due == 10
    assert outcomes(li.close(10)) == [("summer", "fired")]
    assert outcomes(li.close(20)) == []
    assert li.due == 21
    assert outcomes(li.close(21)) == [("summer", "resolved")]
    assert li.close(22) == ()
    assert li.due is None


def test_a_day_count_wakes_the_customer_when_it_reaches_a_threshold() -> None:
    li = life([rule("silent", at_least("days_since_purchase", 90), raise_alert())])
    li.event(0, anchors={"days_since_purchase": Anchor(MONDAY)})
    assert li.due == 90
    assert outcomes(li.close(90)) == [("silent", "fired")]


def test_days_in_tier_start_again_with_each_tier() -> None:
    li = life(
        [rule("promote", all_(is_("tier", "none"), at_least("score", 70)), change_tier("core"))],
        [rule("thanks", all_(is_("tier", "core"), at_least("days_in_tier", 30)), notify())],
    )
    li.event(0, score=10)
    li.event(100, score=70)
    li.close(100)
    assert li.due == 130
    assert li.close_each(101, 131) == [(130, "thanks")]
