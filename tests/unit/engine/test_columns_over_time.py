"""When idle customers must be looked at again because a date came nearer, and what a condition set reads."""

import random
from datetime import date
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.model.catalogue import Calendar, Period
from shared.model.conditions import Condition, Connective, Group, Leaf, Phrase, Side
from shared.model.rules import FactDef, FactSource
from shared.model.values import Kind
from shared.policy.engine.condition_set import ConditionSet
from shared.policy.engine.registry import engine_named

FACTS = {
    "spend": FactDef("spend", Kind.AMOUNT, FactSource.METRIC, {}, compare=True),
    "stage": FactDef("stage", Kind.CHOICE, FactSource.POLICY, {}),
    "groups": FactDef("groups", Kind.TEXTS, FactSource.POLICY, {}),
    "birthday": FactDef("birthday", Kind.MONTH_DAY, FactSource.PROFILE, {}),
    "ends": FactDef("ends", Kind.DATE, FactSource.PROFILE, {}),
    "fair": FactDef("fair", Kind.DATE, FactSource.CALENDAR, {}),
}


def ordinal(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def compiled(calendar: tuple[Period, ...] = (), **conditions: Condition) -> ConditionSet:
    return ConditionSet(conditions, FACTS, {"fair": Calendar("fair", {}, calendar)}, engine_named("python"))


sides = st.sampled_from(Side)
month_days = st.sampled_from(["02-29", "02-28", "03-01", "12-31", "01-01", "07-15"])
spans = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 40)), max_size=4)


@settings(deadline=None)
@given(sides, st.integers(0, 400), month_days, st.integers(0, 1_500), spans)
def test_no_date_condition_turns_before_the_day_it_was_announced_for(
    side: Side, within: int, birthday: str, start: int, drawn: list[tuple[int, int]]
) -> None:
    today = ordinal("2007-01-01") + start
    periods = tuple(
        Period("p", {}, today - 200 + first, today - 200 + first + length) for first, length in drawn
    )
    ends = date.fromordinal(today + random.Random(start).randint(-500, 500)).isoformat()
    facts = {"birthday": birthday, "ends": ends}
    conditions = {name: Leaf(name, Phrase.WITHIN, (within,), side) for name in ("birthday", "ends", "fair")}

    with compiled(periods, **conditions) as rules:
        answers = rules.judge(rules.project(facts, {}, today))
        announced = rules.next_days(facts, today)
        until = min(announced if announced is not None else today + 400, today + 400)
        assert announced is None or announced > today
        for day in range(today, until):
            assert rules.judge(rules.project(facts, {}, day)) == answers, (day - today, announced)


def test_the_next_day_is_the_earliest_over_all_dates_compared() -> None:
    before = Leaf("birthday", Phrase.WITHIN, (7,), Side.BEFORE)
    after = Leaf("ends", Phrase.WITHIN, (3,), Side.AFTER)
    with compiled(before=before, after=after) as rules:
        facts = {"birthday": "03-10", "ends": "2010-03-01"}

        assert rules.next_days(facts, ordinal("2010-02-01")) == ordinal("2010-03-01")
        assert rules.next_days(facts, ordinal("2010-03-01")) == ordinal("2010-03-03")
        assert rules.next_days({"birthday": "03-10"}, ordinal("2010-03-10")) == ordinal("2010-03-11")
        assert rules.next_days({}, ordinal("2010-03-10")) is None


def test_a_set_tells_what_it_reads_watches_and_compares_with() -> None:
    when = Group(
        Connective.ANY,
        (
            Leaf("spend", Phrase.BETWEEN, (100, 500)),
            Leaf("spend", Phrase.FELL, (20,)),
            Leaf("stage", Phrase.CHANGED, (None, "decline")),
            Leaf("groups", Phrase.IS, ("vip",)),
            Leaf("fair", Phrase.WITHIN, (3,), Side.BEFORE, "spring"),
        ),
    )
    with compiled(a=when, b=Leaf("spend", Phrase.LESS_THAN, (50,))) as rules:
        assert rules.reads == {"spend", "spend~change", "stage", "groups", "fair"}
        assert rules.watched == {"stage"}
        assert rules.thresholds == {"spend": (50, 100, 500), "spend~change": (-20,)}


def test_facts_that_no_condition_reads_do_not_enter_the_row() -> None:
    with compiled(a=Leaf("spend", Phrase.LESS_THAN, (50,))) as rules:
        facts: dict[str, Any] = {"spend": 10, "stage": "stable", "unheard of": 1}

        assert rules.project(facts, {}, 733_000) == {"spend": 10}
