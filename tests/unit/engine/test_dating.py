"""A date wakes only those whom a condition with dates may concern."""

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.model.catalogue import Calendar, Period
from shared.model.conditions import Condition, Connective, Group, Leaf, Phrase, Side
from shared.model.values import FactValue
from shared.policy.engine.condition_set import ConditionSet
from shared.policy.engine.registry import engine_named
from tests.unit.engine.test_columns_over_time import FACTS

TODAY = date(2010, 6, 1).toordinal()
FAIR = (Period("spring", {}, TODAY + 20, TODAY + 22), Period("autumn", {}, TODAY + 120, TODAY + 125))
STABLE = Leaf("stage", Phrase.IS, ("stable",))
SPENDS = Leaf("spend", Phrase.AT_LEAST, (100,))
NEAR = Leaf("fair", Phrase.WITHIN, (7,), Side.BEFORE)
BIRTHDAY = Leaf("birthday", Phrase.WITHIN, (3,), Side.AROUND)
CHANGED = Leaf("stage", Phrase.CHANGED, (None, None))


def compiled(**conditions: Condition) -> ConditionSet:
    return ConditionSet(conditions, FACTS, {"fair": Calendar("fair", {}, FAIR)}, engine_named("python"))


def all_(*parts: Condition) -> Group:
    return Group(Connective.ALL, parts)


def turn(condition: Condition, **facts: FactValue) -> int | None:
    with compiled(rule=condition) as rules:
        return rules.next_days(facts, TODAY, rules.date_crossings(facts))


def test_a_fair_wakes_whom_the_rule_may_concern() -> None:
    assert turn(all_(STABLE, NEAR), stage="stable") == TODAY + 13


def test_it_wakes_nobody_whom_another_part_rules_out() -> None:
    assert turn(all_(STABLE, NEAR), stage="lost") is None


def test_what_is_unknown_rules_nobody_out() -> None:
    assert turn(all_(STABLE, NEAR)) == TODAY + 13


def test_one_of_several_alternatives_rules_nobody_out() -> None:
    assert turn(Group(Connective.ANY, (STABLE, NEAR)), stage="lost") == TODAY + 13


def test_a_change_rules_nobody_out_because_it_is_over_tomorrow() -> None:
    assert turn(all_(CHANGED, NEAR), stage="lost") == TODAY + 13


PARTS = st.sampled_from([STABLE, SPENDS, NEAR, BIRTHDAY])
CONDITIONS = st.recursive(
    PARTS,
    lambda inner: st.builds(
        lambda connective, parts: Group(connective, tuple(parts)),
        st.sampled_from(Connective),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=6,
)


@settings(deadline=None)
@given(
    CONDITIONS,
    st.sampled_from([None, "stable", "lost"]),
    st.sampled_from([None, 50, 100]),
    st.sampled_from([None, "06-20", "10-04"]),
)
def test_no_answer_changes_before_the_day_that_was_announced(
    condition: Condition, stage: str | None, spend: int | None, birthday: str | None
) -> None:
    facts: dict[str, FactValue] = {"stage": stage, "spend": spend, "birthday": birthday}
    with compiled(rule=condition) as rules:
        announced = rules.next_days(facts, TODAY, rules.date_crossings(facts))
        answers = rules.judge(rules.project(facts, {}, TODAY))
        for day in range(TODAY, min(announced or TODAY + 200, TODAY + 200)):
            assert rules.judge(rules.project(facts, {}, day)) == answers
