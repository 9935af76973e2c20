"""What must hold of every policy and every life: skipping, storing, repeating and engines change nothing."""

from collections.abc import Callable

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.model.rules import RuleDef
from shared.policy.evaluation.relationship import Relationship
from tests.unit.evaluation.building import Life, life
from tests.unit.evaluation.worlds import DAYS, Happening, happen, happenings, policies

Policies = tuple[tuple[RuleDef, ...], ...]
Days = list[Happening]
QUICK = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def live(li: Life, days: Days, is_judged: Callable[[int], bool], before: Callable[[], None]) -> Life:
    """Let the events happen; close each day on which *is_judged*, doing *before* ahead of each judgement."""
    for day in range(DAYS):
        for each in days:
            if each.day == day:
                before()
                happen(li, each)
        if is_judged(day):
            before()
            li.close(day)
    return li


def every_close(li: Life, days: Days) -> Life:
    """The meaning, spelt out: judged at each event and each close, every policy each time."""
    return live(li, days, lambda day: True, li.relationship.forget_idle)


@pytest.mark.slow
@QUICK
@given(policies(), happenings())
def test_judging_only_on_due_days_decides_the_same(rules: Policies, days: Days) -> None:
    li = life(*rules)
    live(li, days, lambda day: li.due is not None and li.due <= day, lambda: None)
    assert li.history == every_close(life(*rules), days).history


@pytest.mark.slow
@QUICK
@given(policies(), happenings())
def test_passing_over_idle_policies_decides_the_same(rules: Policies, days: Days) -> None:
    li = live(life(*rules), days, lambda day: True, lambda: None)
    assert li.history == every_close(life(*rules), days).history


@pytest.mark.slow
@QUICK
@given(policies(), happenings())
def test_storing_and_loading_at_any_moment_changes_nothing(rules: Policies, days: Days) -> None:
    li = life(*rules)

    def reload() -> None:
        stored = orjson.dumps(li.relationship.to_document())
        loaded = Relationship.from_document(orjson.loads(stored))
        assert loaded == li.relationship
        li.relationship = loaded

    live(li, days, lambda day: True, reload)
    assert li.history == every_close(life(*rules), days).history


@settings(QUICK, max_examples=20)
@given(policies(), happenings(), st.sampled_from(["durable", "reference"]))
def test_all_engines_decide_the_same(rules: Policies, days: Days, engine: str) -> None:
    def told(name: str) -> list[tuple[object, ...]]:
        li = every_close(life(*rules, engine=name), days)
        li.program.close()
        return [(each.id, each.outcome, each.held_by, each.actions, each.reason) for each in li.history]

    assert told(engine) == told("python")


@pytest.mark.slow
@QUICK
@given(policies(), happenings())
def test_records_have_ids_of_their_own_and_lead_to_the_state(rules: Policies, days: Days) -> None:
    li = every_close(life(*rules), days)
    assert len({each.id for each in li.history}) == len(li.history)
    live_decisions = [each for each in li.history if each.mode != "shadow"]
    tier = "none"
    opened: dict[str, str] = {}
    for decision in live_decisions:
        if decision.tier_change:
            before, after = decision.tier_change.split(">")
            assert before == tier
            tier = after
        for action in decision.actions:
            if action.kind == "raise_alert":
                opened[action.id] = decision.rule
            elif action.kind == "resolve_alert":
                assert opened.pop(action.fields["raised_by"]) == decision.rule
    assert li.relationship.tier == tier
    assert {alert["id"] for alert in li.relationship.alerts} == set(opened)
