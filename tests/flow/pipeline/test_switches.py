"""Stopped rules among live events: what they would do waits, is written down, and reads the same again."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from services.rules.composing import switch_desk
from services.rules.switch_desk import Matchers
from shared.releases.people import operator
from shared.reports.projection import as_line, business_projection
from shared.store.collections import DECISIONS, RELATIONSHIPS, RELEASES, SLOTS, SWITCHES
from shared.store.port import CollectionSpec, Query
from shared.switches.model import SwitchKind
from tests.flow.pipeline.conftest import NewShop
from tests.flow.pipeline.recorded import reproduced
from tests.flow.pipeline.shop import Shop, retail_events
from tests.flow.pipeline.slips import easier_rules, slip

pytestmark = pytest.mark.slow

SALES = 3_000
OPERATOR = operator("root")


def decided(shop: Shop, **wanted: Any) -> list[dict[str, Any]]:
    return [
        each
        for each in shop.everything(DECISIONS)
        if all(each[name] == value for name, value in wanted.items())
    ]


def lines(shop: Shop, spec: CollectionSpec) -> list[bytes]:
    return [as_line(business_projection(spec.name, document)) for document in shop.everything(spec)]


@dataclass(frozen=True)
class Stopped:
    """Sales in three parts: before, while the rule that promotes was paused, and after."""

    shop: Shop
    before: int
    paused: int
    blocked: list[dict[str, Any]]


@pytest.fixture(scope="module")
def stopped(new_shop: NewShop) -> Iterator[Stopped]:
    shop = new_shop(max_records=60)
    log = retail_events(SALES)
    third = len(log) // 3
    shop.publish(log[:third])
    shop.work()
    before = len(decided(shop, rule="segment-value", outcome="fired"))
    shop.board.pause("segment-value", "anna", "looks wrong")
    shop.cuts = [7, 40, 90]
    shop.publish(log[third : 2 * third])
    shop.work()
    paused = len(decided(shop, rule="segment-value", outcome="fired"))
    blocked = decided(shop, rule="segment-value", outcome="blocked")
    shop.board.resume("segment-value", "anna", "it was right")
    shop.cuts = [11, 60]
    shop.publish(log[2 * third :])
    shop.work()
    return Stopped(shop, before, paused, blocked)


def test_a_paused_rule_orders_nothing_and_its_decisions_name_the_switch(stopped: Stopped) -> None:
    assert stopped.before > 0
    assert stopped.paused == stopped.before
    assert stopped.blocked
    assert {each["held_by"] for each in stopped.blocked} == {"paused:1"}


def test_what_waited_is_done_after_the_pause(stopped: Stopped) -> None:
    waited = {each["customer"] for each in stopped.blocked}
    done = {each["customer"] for each in decided(stopped.shop, rule="segment-value", outcome="fired")}
    assert waited & done
    assert len(decided(stopped.shop, rule="segment-value", outcome="fired")) > stopped.paused


def test_the_log_read_anew_with_the_recorded_switches_gives_the_same_bytes(
    stopped: Stopped, new_shop: NewShop
) -> None:
    again = new_shop(active=False, max_records=333, rules_group="rules-again")
    again.bus.close()
    again.bus, again.producer = stopped.shop.bus, stopped.shop.producer
    for spec in (RELEASES, SWITCHES, SLOTS):
        again.collection(spec).insert_absent(list(stopped.shop.everything(spec)))
    again.judge()

    for spec in (DECISIONS, RELATIONSHIPS):
        assert lines(again, spec) == lines(stopped.shop, spec)
    assert sorted(each["_id"] for each in again.everything(SWITCHES)) == sorted(
        each["_id"] for each in stopped.shop.everything(SWITCHES)
    )


def test_a_backtest_reproduces_what_was_held_back(stopped: Stopped) -> None:
    found = reproduced(stopped.shop)
    assert (found.differences, found.fuller) == ([], 0)


def test_a_log_read_anew_without_them_differs(stopped: Stopped, new_shop: NewShop) -> None:
    again = new_shop(active=False, rules_group="rules-without")
    again.bus.close()
    again.bus, again.producer = stopped.shop.bus, stopped.shop.producer
    for spec in (RELEASES, SLOTS):
        again.collection(spec).insert_absent(list(stopped.shop.everything(spec)))
    again.judge()
    assert lines(again, DECISIONS) != lines(stopped.shop, DECISIONS)


def test_a_rule_that_wants_to_demote_everybody_is_braked_and_its_queue_waits_for_a_person(
    new_shop: NewShop, tmp_path: Path
) -> None:
    rules = easier_rules(tmp_path)
    shop = new_shop(rules=rules, max_records=100)
    log = retail_events(6_000)
    shop.publish(log[:4_000])
    shop.work()
    assert shop.board.all() == []
    assert len([each for each in shop.everything(RELATIONSHIPS) if each["tier"] == "core"]) > 50
    slip(rules)
    shop.activate()
    shop.publish(log[4_000:5_000])
    shop.work()
    (brake,) = [each for each in shop.board.all() if each.kind is SwitchKind.BRAKE]
    assert (brake.rule, brake.reason, brake.by) == ("demote-core", "budget", "guanxi")
    assert len(brake.found["waiting"]) == 3
    moved = len(decided(shop, rule="demote-core", outcome="fired"))
    waiting = decided(shop, rule="demote-core", held_by=brake.gate)
    assert waiting

    assert moved <= 6
    shop.publish(log[5_000:5_500])
    shop.work()
    assert len(decided(shop, rule="demote-core", outcome="fired")) == moved
    desk = switch_desk(shop.store, shop.clock)
    (row,) = [each for each in desk.rules() if each["rule"] == "demote-core"]
    assert [each["kind"] for each in row["held_by"]] == ["brake"]

    desk.release("demote-core", OPERATOR, "it is meant")
    shop.publish(log[5_500:])
    shop.work()
    per_day = Counter(each["day"] for each in decided(shop, rule="demote-core", outcome="fired"))
    assert sum(per_day.values()) > moved
    assert max(per_day.values()) <= 3


def test_a_silence_holds_only_what_reaches_outward_and_ends_by_itself(new_shop: NewShop) -> None:
    shop = new_shop()
    log = retail_events(2_000)
    half = len(log) // 2
    desk = switch_desk(shop.store, shop.clock)
    until = shop.clock.now() + timedelta(hours=1)
    desk.silence(Matchers(segment="potential"), OPERATOR, "quiet", until)
    shop.publish(log[:half])
    shop.work()
    held = [each for each in shop.everything(DECISIONS) if each["held_by"] == "silenced:1"]
    assert held
    told = desk.reader.bundle(desk.reader.active().digest)
    outward = {
        rule.id
        for policy in told.policies
        for rule in policy.rules
        if {action.kind.value for action in rule.actions} & {"raise_alert", "create_task", "offer", "notify"}
    }
    assert {each["rule"] for each in held} <= outward
    assert any(each["outcome"] == "fired" for each in decided(shop, policy="segments"))

    shop.clock.advance(3_600)
    shop.publish(log[half:])
    shop.work()
    uses = shop.collection(SWITCHES).find(Query(filter={"kind": "use"})).documents
    assert {tuple(each.document["switches"]) for each in uses} == {(1,), ()}
