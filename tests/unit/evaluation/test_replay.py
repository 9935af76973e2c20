"""Any decision made under any policy is made again, byte for byte, from its record and its release alone."""

from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.contracts.codecs import decision_from_document, decision_to_data, decision_to_document
from shared.contracts.decision import DecisionRecord
from shared.model.conditions import Side
from shared.model.rules import Budget, Bundle, RuleDef
from shared.policy.engine.registry import engine_named
from shared.policy.evaluation.evaluate import MemoryAdmissions
from shared.policy.evaluation.program import Program
from shared.policy.evaluation.recorded import Personal
from shared.policy.evaluation.replay import Remaker
from shared.quick_dataclass import replace
from shared.reports.projection import as_line
from tests.unit.evaluation.building import (
    MONDAY,
    Life,
    at_least,
    bundle,
    change_tier,
    less_than,
    life,
    notify,
    outcomes,
    raise_alert,
    rule,
    within,
)
from tests.unit.evaluation.worlds import DAYS, Happening, happen, happenings, policies

Policies = tuple[tuple[RuleDef, ...], ...]
PAUSED = st.dictionaries(
    st.sampled_from(["r0-0", "r0-1", "r1-0", "r1-1"]), st.sampled_from(["paused:1", "silenced:2", "brake:3"])
)
PYTHON = engine_named("python")
PROPERTY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@dataclass
class Checked:
    """A life whose every decision is made again at once, while its birthday is known."""

    li: Life
    before: dict[str, object] = field(default_factory=dict)
    made: int = 0

    def look(self) -> None:
        birthday = {"birthday": self.li.facts.get("birthday")}
        personal = Personal(birthday, self.before)  # type: ignore[arg-type]
        for record in self.li.history:
            assert again(stored(record), self.li.program.bundle, personal) == as_line(
                decision_to_data(record)
            )
        self.made += len(self.li.history)
        self.li.history.clear()
        self.before = birthday


def stored(record: DecisionRecord) -> DecisionRecord:
    """The record as it comes back from the store."""
    return decision_from_document(orjson.loads(orjson.dumps(decision_to_document(record))))


def again(record: DecisionRecord, release: Bundle, personal: Personal) -> bytes:
    remaker = Remaker(engine_named(record.engine))
    made = remaker.remake(record, release, personal)
    remaker.close()
    assert made is not None, record
    return as_line(decision_to_data(made))


def lived(li: Life, days: list[Happening], paused: dict[str, str]) -> Checked:
    """Live through all days; on every fifth some rules are paused."""
    checked = Checked(li)
    for day in range(DAYS):
        li.paused = paused if day % 5 == 2 else {}
        for each in days:
            if each.day == day:
                happen(li, each)
                checked.look()
        li.close(day)
        checked.look()
    return checked


@pytest.mark.slow
@settings(PROPERTY, max_examples=200)
@given(policies(), happenings(), PAUSED)
def test_every_decision_of_a_random_life_is_made_again_identically(
    rules: Policies, days: list[Happening], paused: dict[str, str]
) -> None:
    lived(life(*rules), days, paused)


@pytest.mark.parametrize("engine", ["durable", "reference"])
@settings(PROPERTY, max_examples=15)
@given(rules=policies(), days=happenings())
def test_whatever_engine_made_it(engine: str, rules: Policies, days: list[Happening]) -> None:
    li = life(*rules, engine=engine)
    lived(li, days, {})
    li.program.close()


def remade(li: Life) -> list[bytes]:
    return [again(stored(record), li.program.bundle, Personal()) for record in li.history]


def as_made(li: Life) -> list[bytes]:
    return [as_line(decision_to_data(record)) for record in li.history]


def test_a_tier_kept_for_some_days_holds_the_rule_back_again() -> None:
    up = rule("up", at_least("score", 70), change_tier("core", 30), priority=1)
    down = rule("down", less_than("score", 50), change_tier("none"))
    li = life([up, down])
    li.event(0, score=80)
    li.event(5, score=10)
    assert outcomes(li.history) == [("up", "fired"), ("down", "blocked")]
    assert li.history[1].basis == {"tier_kept_until": MONDAY + 30}
    assert remade(li) == as_made(li)


def test_a_full_budget_holds_the_rule_back_again_and_its_counters_are_told() -> None:
    program = Program.compile(
        bundle([rule("gift", at_least("score", 1), notify(), budget=Budget(1))]), PYTHON
    )
    shared = MemoryAdmissions()
    li, wang = (Life(program, name, shared) for name in ("li", "wang"))
    li.event(0, score=1)
    wang.event(0, score=1)
    assert [each.budget for each in (*li.history, *wang.history)] == [
        {"number": 1, "places": 1},
        {"number": None, "places": 1},
    ]
    assert remade(li) + remade(wang) == as_made(li) + as_made(wang)


def test_alerts_of_a_rule_that_is_gone_are_closed_again() -> None:
    li = life([rule("old", at_least("score", 1), raise_alert())])
    li.event(0, score=5)
    li.history.clear()
    li.program = Program.compile(
        bundle([rule("new", at_least("score", 1), notify())], digest="release-2"), PYTHON
    )
    li.event(1, score=6)
    assert outcomes(li.history) == [("old", "resolved"), ("new", "fired")]
    assert remade(li) == as_made(li)


@pytest.mark.parametrize(
    "change",
    [
        {"facts": {"score": 69, "tier": "none"}},
        {"reason": {"en": "because"}},
        {"episode_after": {}},
        {"tier_change": "gold>core"},
        {"losers": ({"rule": "down", "reason": "conflict:up"},)},
    ],
)
def test_a_record_that_somebody_changed_is_not_made_again(change: dict[str, Any]) -> None:
    li = life([rule("up", at_least("score", 70), change_tier("core"), because={"en": "{score} points"})])
    (record,) = li.event(0, score=80)
    forged = replace(record, **change)
    made = Remaker(PYTHON).remake(forged, li.program.bundle)
    assert made is None or as_line(decision_to_data(made)) != as_line(decision_to_data(forged))


def test_how_far_a_personal_fact_is_from_its_threshold_is_not_told() -> None:
    li = life([rule("card", within("birthday", 7, Side.BEFORE), notify())])
    (record,) = li.event(0, birthday="08-20")
    assert record.leaves[0].value == "profile:birthday"
    assert record.leaves[0].margin is None
