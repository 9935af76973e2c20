"""What actions change, and what their records say."""

from dataclasses import replace

import orjson
import pytest

from shared.contracts.codecs import decision_from_document, decision_to_document
from shared.model.catalogue import Indicator, TraitDef
from shared.model.conditions import Side
from shared.model.rules import Action, Repeat, RolloutMode
from shared.policy.engine.registry import engine_named
from shared.policy.evaluation.program import Program
from tests.unit.evaluation.building import (
    CATALOGUE,
    MONDAY,
    Life,
    add_to,
    all_,
    at_least,
    bundle,
    change_tier,
    changed,
    create_task,
    grant,
    is_,
    less_than,
    life,
    notify,
    outcomes,
    raise_alert,
    remove_from,
    revoke,
    rule,
    set_,
    table,
    within,
)

ALWAYS = at_least("score", 0)


def test_a_tier_brings_its_entitlements_and_takes_them_away_again() -> None:
    li = life(
        [
            rule("up", all_(is_("tier", "none"), at_least("score", 70)), change_tier("gold")),
            rule("down", all_(is_("tier", "gold"), less_than("score", 60)), change_tier("core")),
        ]
    )
    li.event(0, score=80)
    assert li.relationship.facts["entitlements"] == ("fast_lane", "pick_up")
    li.event(1, score=50)
    assert li.relationship.facts["entitlements"] == ("fast_lane",)


def test_entitlements_can_be_granted_and_revoked_beside_the_tier() -> None:
    li = life(
        [
            rule("tea", at_least("orders", 1), grant("free_tea")),
            rule("lane", at_least("orders", 2), revoke("fast_lane")),
            rule("up", at_least("orders", 0), change_tier("core")),
        ]
    )
    li.event(0, orders=0)
    li.event(1, orders=1)
    assert li.relationship.facts["entitlements"] == ("fast_lane", "free_tea")
    li.event(2, orders=2)
    assert li.relationship.facts["entitlements"] == ("free_tea",)


def test_groups_gain_and_lose_customers_and_later_policies_read_them() -> None:
    li = life(
        [
            rule("in", at_least("orders", 1), add_to("vip")),
            rule("out", less_than("orders", 1), remove_from("vip")),
        ],
        [rule("lunch", is_("groups", "vip"), notify("lunch"))],
    )
    assert outcomes(li.event(0, orders=1)) == [("in", "fired"), ("lunch", "fired")]
    assert outcomes(li.event(1, orders=0)) == [("out", "fired")]
    assert li.relationship.facts["groups"] == ()


@pytest.mark.parametrize(
    "action", [change_tier("none"), remove_from("vip"), revoke("free_tea"), set_("stage", "new")]
)
def test_an_action_that_would_change_nothing_is_not_ordered(action: Action) -> None:
    li = life([rule("r", ALWAYS, action)])
    assert li.event(0, score=1) == ()


def test_a_set_by_table_follows_its_inputs() -> None:
    wanted = table(("stage", "importance"), ("lost", None, "low"), (None, "high", "high"), otherwise="low")
    li = life(
        [
            rule("lost", at_least("silence", 5), set_("stage", "lost")),
            rule("i", ALWAYS, set_("importance", "high")),
        ],
        [rule("danger", ALWAYS, set_("danger", wanted))],
    )
    li.event(0, score=1, silence=0.0)
    assert li.relationship.facts["danger"] == "high"
    li.event(1, silence=6.0)
    assert li.relationship.facts["danger"] == "low"


def test_reasons_are_said_in_each_language_with_values_by_kind() -> None:
    because = {
        "en": "score {score}, {coverage} covered, spent {spend}, {orders} orders, {region}, {nonsense}",
        "zh": "总分 {score}，同意联系：{consent}，{region}",
    }
    li = life([rule("r", ALWAYS, notify(), because=because)])
    (decision,) = li.event(0, score=61.5, coverage=80.0, spend=50530, orders=3, consent=True)
    assert decision.reason == {
        "en": "score 61.5, 80% covered, spent 505.30 GBP, 3 orders, unknown, {nonsense}",
        "zh": "总分 61.5，同意联系：是，未知",
    }


def test_personal_facts_stay_out_of_the_record() -> None:
    li = life([rule("r", within("birthday", 366, Side.BEFORE), notify(), because={"en": "born {birthday}"})])
    (decision,) = li.event(0, birthday="03-07")
    assert decision.facts == {"birthday": "profile:birthday"}
    assert decision.reason == {"en": "born profile:birthday"}
    assert b"03-07" not in orjson.dumps(decision_to_document(decision))


def test_texts_of_actions_are_rendered_and_ids_follow_from_the_decision() -> None:
    li = life([rule("r", ALWAYS, create_task(), notify())])
    (decision,) = li.event(0, score=1, orders=7)
    task, note = decision.actions
    assert task.fields == {"task": "call", "title": {"en": "Call, 7 orders"}}
    assert (task.id, note.id) == (f"{decision.id}-0", f"{decision.id}-1")


def test_a_record_holds_facts_leaves_and_episodes() -> None:
    li = life([rule("r", all_(at_least("score", 60), less_than("orders", 9)), notify(), for_days=2)])
    li.event(0, score=70, orders=3)
    (decision,) = li.close(2)
    assert decision.facts == {"score": 70, "orders": 3}
    assert [(leaf.fact, leaf.outcome, leaf.margin) for leaf in decision.leaves] == [
        ("score", True, 10),
        ("orders", True, 6),
    ]
    assert decision.episode_before == {"started": MONDAY, "since": MONDAY}
    assert decision.episode_after["ordered"] is True
    assert (decision.engine, decision.agreed, decision.mode) == ("python", True, "live")


def test_a_record_survives_the_store() -> None:
    li = life([rule("r", is_("groups", "vip"), raise_alert()), rule("g", ALWAYS, add_to("vip"))])
    li.event(0, score=1)
    li.close(0)
    for decision in li.history:
        stored = orjson.loads(orjson.dumps(decision_to_document(decision)))
        assert decision_from_document(stored) == decision


def test_score_lines_add_up_to_the_score() -> None:
    traits = {
        "buying_power": TraitDef(
            "buying_power", {"en": "b"}, 60, 50, (Indicator("orders", 1, ((0, 10), (3, 80))),)
        ),
        "easygoing": TraitDef("easygoing", {"en": "e"}, 40, 50),
    }
    release = replace(bundle([rule("r", ALWAYS, notify())]), catalogue=replace(CATALOGUE, traits=traits))
    li = Life(Program.compile(release, engine_named("python")))
    (decision,) = li.event(0, score=72.0, orders=4, buying_power=80, easygoing=60)
    assert sum(line["contribution"] for line in decision.score_lines) == 7200
    power, easy = decision.score_lines
    assert (power["assessed"], power["indicators"][0]["metric"]) == (False, "orders")
    assert (easy["assessed"], easy["points"]) == (True, 60)


def test_a_change_is_seen_once_by_the_policies_after_it() -> None:
    li = life(
        [rule("lost", at_least("silence", 5), set_("stage", "lost"))],
        [rule("left", changed("stage", "new", "lost"), notify())],
    )
    li.event(0, silence=1.0)
    assert outcomes(li.event(1, silence=6.0)) == [("lost", "fired"), ("left", "fired")]
    assert li.due == 1
    assert li.close(1) == ()
    assert li.event(2, silence=7.0) == ()


def test_a_policy_sees_its_own_change_at_the_next_evaluation() -> None:
    li = life(
        [
            rule("lost", at_least("silence", 5), set_("stage", "lost")),
            rule("left", changed("stage", None, "lost"), notify()),
        ]
    )
    li.event(0, silence=1.0)
    assert outcomes(li.event(1, silence=6.0)) == [("lost", "fired")]
    assert outcomes(li.close(1)) == [("left", "fired")]


def test_dates_wake_the_customer() -> None:
    li = life(
        [
            rule("birthday", within("birthday", 7, Side.BEFORE), create_task()),
            rule("sale", within("sale", 5, Side.BEFORE), notify()),
        ]
    )
    li.event(0, birthday="09-30")  # 45 days after MONDAY
    assert li.due == 15
    assert li.close_each(0, 60) == [(15, "sale"), (38, "birthday")]


def test_a_shadow_rule_is_recorded_and_changes_nothing() -> None:
    shadow = {"rollout": RolloutMode.SHADOW}
    li = life(
        [
            rule("up", is_("tier", "none"), change_tier("core"), **shadow),
            rule("i", ALWAYS, set_("importance", "high"), priority=9, **shadow),
            rule("alert", ALWAYS, raise_alert(), **shadow),
            rule("live", ALWAYS, set_("importance", "low")),
        ]
    )
    li.event(0, score=1)
    li.close_each(0, 5)
    assert outcomes(li.history) == [("i", "fired"), ("up", "fired"), ("alert", "fired"), ("live", "fired")]
    assert [each.mode for each in li.history] == ["shadow", "shadow", "shadow", "live"]
    assert (li.relationship.tier, li.relationship.facts["importance"]) == ("none", "low")
    assert li.relationship.alerts == []


def test_percent_rollout_is_sticky_and_only_grows() -> None:
    names = [f"c{number}" for number in range(300)]

    def touched(percent: float) -> set[str]:
        more = {"rollout": RolloutMode.PERCENT, "rollout_percent": percent}
        program = life([rule("r", ALWAYS, notify(), **more)]).program
        return {name for name in names if Life(program, name).event(0, score=1)}

    ten, half = touched(10), touched(50)
    assert ten == touched(10)
    assert ten < half
    assert 10 <= len(ten) <= 55
    assert touched(0) == set()
    assert touched(100) == set(names)


def test_held_out_customers_are_recorded_once_an_episode_and_never_touched() -> None:
    program = life([rule("r", ALWAYS, create_task(), holdout_percent=20, repeat=Repeat(5))]).program
    lives = [Life(program, f"c{number}") for number in range(200)]
    for each in lives:
        each.event(0, score=1)
        each.close_each(0, 12)
    kinds = {tuple(decision.outcome for decision in each.history) for each in lives}
    assert kinds == {("held_out",), ("fired", "fired", "fired")}
    assert 15 <= sum(len(each.history) == 1 for each in lives) <= 65


def test_a_renamed_rule_keeps_its_episode_and_its_quota() -> None:
    li = life([rule("old", ALWAYS, raise_alert(), cool_down_days=50)])
    li.event(0, score=1)
    renamed = bundle(
        [rule("new", ALWAYS, raise_alert(), cool_down_days=50, formerly=("old",))], digest="release-2"
    )
    li.program = Program.compile(renamed, engine_named("python"))
    assert li.event(1) == ()
    assert list(li.relationship.episodes) == ["new"]
    assert list(li.relationship.firings) == ["new"]


def test_the_alert_of_a_withdrawn_rule_is_closed() -> None:
    li = life([rule("old", ALWAYS, raise_alert()), rule("asleep", ALWAYS, notify())])
    li.event(0, score=1)
    without = bundle([rule("other", at_least("orders", 1), notify())], digest="release-2")
    li.program = Program.compile(without, engine_named("python"))
    assert outcomes(li.event(1)) == [("old", "resolved")]
    assert li.relationship.alerts == []
    assert list(li.relationship.episodes) == ["asleep"]
