"""Every engine says what the reference says, for random conditions on random and nasty facts.

Each example compiles a few conditions and judges many situations: the cases counted are pairs of both.
"""

import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.model.catalogue import Calendar, Period
from shared.model.conditions import (
    Comparison,
    Condition,
    Connective,
    Group,
    Junction,
    Leaf,
    Phrase,
    Proposition,
    Side,
    Test,
)
from shared.model.rules import FactDef, FactSource
from shared.model.values import Kind
from shared.policy.engine.condition_set import ConditionSet
from shared.policy.engine.durable import DurableEngine
from shared.policy.engine.generated import PythonEngine
from shared.policy.engine.port import Engine
from shared.policy.engine.reference import Situation, holds, truth
from shared.policy.engine.registry import engine_named
from shared.policy.envelope import fits
from shared.policy.lowering import lower

FACTS = {
    "n": FactDef("n", Kind.NUMBER, FactSource.METRIC, {}),
    "a~b": FactDef("a~b", Kind.AMOUNT, FactSource.METRIC, {}),
    "id": FactDef("id", Kind.CHOICE, FactSource.PROFILE, {}),
    "$s": FactDef("$s", Kind.TEXT, FactSource.PROFILE, {}),
    "flag": FactDef("flag", Kind.BOOLEAN, FactSource.PROFILE, {}),
    "list": FactDef("list", Kind.TEXTS, FactSource.POLICY, {}),
    "born": FactDef("born", Kind.MONTH_DAY, FactSource.PROFILE, {}),
    "ends": FactDef("ends", Kind.DATE, FactSource.PROFILE, {}),
    "fair": FactDef("fair", Kind.DATE, FactSource.CALENDAR, {}),
}
NUMERIC = ["n", "a~b"]
TEXTUAL = ["id", "$s"]
CALENDARS = {
    "fair": Calendar(
        "fair",
        {},
        (
            Period("x", {}, 733_000, 733_020),
            Period("y", {}, 733_010, 733_012),
            Period("x", {}, 733_040, 733_040),
        ),
    )
}
NUMBERS = [0, 1, 2, 2.5, -1, 1e-05, 5e-324, 2**53 - 1, 2**53, 0.1, 0.30000000000000004, -0.0]
NASTY_NUMBERS = [
    *NUMBERS,
    1e16,
    2**53 + 1,
    2**63,
    -(10**30),
    1e300,
    float("nan"),
    float("inf"),
    -float("inf"),
    10**400,
]
TEXTS = ["", "a", "b", "1", "true", "é", "中", 'q"\\', "a\nb", "\x00"]
NASTY_TEXTS = [*TEXTS, "\ud800", "a" * 70_000, "a b", "None"]
MONTH_DAYS = ["02-29", "01-01", "12-31", "03-10", "2-1", "13-01", ""]
DATES = ["2007-12-06", "2008-02-29", "0001-01-01", "9999-12-31", "2007-02-29", "soon"]
ODDITIES: list[Any] = [None, True, "1", 1, (), ("a", "b"), [], 0.5]

sides = st.sampled_from(Side)
numbers, texts = st.sampled_from(NUMBERS), st.sampled_from(TEXTS)
days = st.tuples(st.integers(0, 40))
TREE = settings(deadline=None, suppress_health_check=list(HealthCheck))


def leaf(facts: list[str], phrases: list[Phrase], values: st.SearchStrategy[tuple[Any, ...]]) -> Any:
    return st.builds(Leaf, st.sampled_from(facts), st.sampled_from(phrases), values)


PRESENCE = [Phrase.KNOWN, Phrase.MISSING]
SAMENESS = [Phrase.IS, Phrase.IS_NOT]
MEMBERSHIP = [Phrase.ONE_OF, Phrase.NONE_OF]
ORDERING = [Phrase.AT_LEAST, Phrase.MORE_THAN, Phrase.AT_MOST, Phrase.LESS_THAN]
leaves = st.one_of(
    leaf(NUMERIC, [*SAMENESS, *ORDERING, Phrase.ROSE, Phrase.FELL], st.tuples(numbers)),
    leaf(NUMERIC, [Phrase.BETWEEN], st.tuples(numbers, numbers)),
    leaf(NUMERIC, MEMBERSHIP, st.lists(numbers, max_size=6).map(tuple)),
    leaf(NUMERIC, [Phrase.CHANGED], st.tuples(st.none() | numbers, st.none() | numbers)),
    leaf([*TEXTUAL, "list"], SAMENESS, st.tuples(texts)),
    leaf([*TEXTUAL, "list"], MEMBERSHIP, st.lists(texts, max_size=6).map(tuple)),
    leaf(TEXTUAL, [Phrase.CHANGED], st.tuples(st.none() | texts, st.none() | texts)),
    leaf(["flag"], SAMENESS, st.tuples(st.booleans())),
    leaf([name for name in FACTS if name != "fair"], [*PRESENCE, Phrase.CHANGED], st.just(())),
    st.builds(
        Leaf, st.sampled_from(["born", "ends", "fair"]), st.just(Phrase.WITHIN), days, st.sampled_from(Side)
    ),
    st.builds(
        Leaf, st.just("fair"), st.just(Phrase.WITHIN), days, st.sampled_from(Side), st.sampled_from("xyz")
    ),
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    leaves,
    lambda parts: st.builds(
        Group, st.sampled_from(Connective), st.lists(parts, min_size=1, max_size=4).map(tuple)
    ),
    max_leaves=9,
)


def situation(dice: random.Random) -> Situation:
    day = 733_000 + dice.randint(-60, 420)
    return Situation(facts(dice), facts(dice), day, FACTS, CALENDARS)


def facts(dice: random.Random) -> dict[str, Any]:
    pools: dict[str, list[Any]] = {
        "n": NASTY_NUMBERS,
        "a~b": NASTY_NUMBERS,
        "n~change": NASTY_NUMBERS,
        "a~b~change": NASTY_NUMBERS,
        "id": NASTY_TEXTS,
        "$s": NASTY_TEXTS,
        "flag": [True, False],
        "list": [(), ("a",), ("a", "b", "中"), ["1"]],
        "born": MONTH_DAYS,
        "ends": DATES,
    }
    known = {name: dice.choice(pool) for name, pool in pools.items() if dice.random() < 0.75}
    if dice.random() < 0.2:
        known[dice.choice(list(pools))] = dice.choice(ODDITIES)
    return known


@pytest.mark.slow
@settings(TREE, max_examples=120)
@given(st.lists(conditions, min_size=3, max_size=12), st.integers(0, 2**32))
def test_all_engines_give_the_three_valued_meaning_of_any_condition(
    rules: list[Condition], seed: int
) -> None:
    dice = random.Random(seed)
    named = {f"rule {number}": rule for number, rule in enumerate(rules)}
    situations = [situation(dice) for _ in range(60)]
    expected = [{name: truth(rule, each) for name, rule in named.items()} for each in situations]

    for engine in ("durable", "python", "reference"):
        with ConditionSet(named, FACTS, CALENDARS, engine_named(engine)) as compiled:
            for each, answers in zip(situations, expected, strict=True):
                row = compiled.project(each.facts, each.previous, each.day)
                assert compiled.judge(row) == answers, (engine, each)


@settings(TREE, max_examples=60)
@given(conditions, st.integers(0, 2**32))
def test_possible_spelt_out_says_what_certain_says_where_missing_passes(rule: Condition, seed: int) -> None:
    dice = random.Random(seed)
    lowered = lower(rule, FACTS)
    with ConditionSet({"rule": rule}, FACTS, CALENDARS, engine_named("reference")) as compiled:
        for _ in range(40):
            each = situation(dice)
            row = compiled.project(each.facts, each.previous, each.day)
            meaning = truth(rule, each)
            assert holds(lowered.certain, row) is (meaning is True)
            assert holds(lowered.possible, row) is (meaning is not False)
            assert holds(lowered.certain, row, missing_passes=True) is (meaning is not False)


COLUMNS = ["id", "sid", "$s", "$forward", "a.b", "x", "y", 'q"']
constants = st.one_of(numbers, texts, st.booleans())
typed_tests = st.builds(Test, st.sampled_from(COLUMNS), st.sampled_from(Comparison), constants)
propositions: st.SearchStrategy[Proposition] = st.recursive(
    typed_tests | st.builds(Junction, st.booleans(), st.just(())),
    lambda parts: st.builds(Junction, st.booleans(), st.lists(parts, max_size=5).map(tuple)),
    max_leaves=14,
)


def any_row(dice: random.Random) -> dict[str, Any]:
    pool = [*NASTY_NUMBERS, *NASTY_TEXTS, *ODDITIES, {}, {"a": 1}, object()]
    return {column: dice.choice(pool) for column in COLUMNS if dice.random() < 0.7}


ENGINES: dict[str, Engine] = {"durable": DurableEngine(remember=0), "python": PythonEngine()}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("missing_passes", [False, True])
@settings(TREE, max_examples=40)
@given(st.lists(propositions, min_size=1, max_size=20), st.integers(0, 2**32))
def test_engines_are_exact_for_any_proposition_on_any_row(
    engine: str, missing_passes: bool, drawn: list[Proposition], seed: int
) -> None:
    dice = random.Random(seed)
    named = {f"p{number}": each for number, each in enumerate(drawn) if fits(each) is None}
    matcher = ENGINES[engine].compile(named, missing_passes=missing_passes)
    reference = engine_named("reference").compile(named, missing_passes=missing_passes)
    for _ in range(50):
        row = any_row(dice)
        assert matcher.match(row) == reference.match(row), row
    matcher.close()
