"""What engines refuse, and that everything they accept stays inside durable-rules' limits."""

import random

import pytest

from shared.model.conditions import (
    Comparison,
    Connective,
    Group,
    Junction,
    Leaf,
    Phrase,
    Proposition,
    Test,
)
from shared.model.rules import FactDef, FactSource
from shared.model.values import Kind
from shared.policy.engine.durable import DurableEngine
from shared.policy.engine.reference import ReferenceEngine
from shared.policy.engine.registry import engine_named
from shared.policy.envelope import MAX_BRANCHES, MAX_GROUPS, EnvelopeError, branches, fits, groups, split
from shared.policy.lowering import LoweringError, lower

SCORE = FactDef("score", Kind.NUMBER, FactSource.SCORE, {})
TIER = FactDef("tier", Kind.CHOICE, FactSource.POLICY, {})
HOLIDAYS = FactDef("holidays", Kind.DATE, FactSource.CALENDAR, {})
FACTS = {fact.name: fact for fact in (SCORE, TIER, HOLIDAYS)}


def at_least(column: str, number: float) -> Test:
    return Test(column, Comparison.GE, number)


def alternatives(*sizes: int) -> Junction:
    """All of several `any` groups: their alternatives multiply."""
    return Junction(
        True,
        tuple(
            Junction(False, tuple(at_least(f"f{group}", number) for number in range(size)))
            for group, size in enumerate(sizes)
        ),
    )


@pytest.mark.parametrize(
    ("proposition", "complaint"),
    [
        (alternatives(*[4] * 12), "alternatives"),
        (Junction(True, tuple(at_least(f"f{n}", n) for n in range(101))), "more than 100 tests"),
        (at_least("f", float("inf")), "not a number"),
        (at_least("f", float("nan")), "not a number"),
        (at_least("f", 2**53 + 1), "2^53"),
        (at_least("f", -1e17), "2^53"),
        (Test("f", Comparison.EQ, "长" * 3_334), "10002 bytes"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(proposition: Proposition, complaint: str) -> None:
    assert complaint in str(fits(proposition))
    for engine in ("durable", "python"):
        with pytest.raises(EnvelopeError, match='"my-rule": '):
            engine_named(engine).compile({"my-rule": proposition})


def test_endless_nesting_is_refused_before_anything_recurses() -> None:
    proposition: Proposition = at_least("f", 1)
    for _ in range(50_000):
        proposition = Junction(True, (proposition,))

    assert "nested" in str(fits(proposition))
    while isinstance(proposition, Junction):  # taken apart by hand: freeing it at once would recurse too
        proposition = proposition.parts[0]


@pytest.mark.parametrize(
    "proposition",
    [
        at_least("f", 2**53),
        Test("f", Comparison.EQ, "\ud800"),
        alternatives(10, 10, 10),
        Junction(False, tuple(at_least(f"f{n}", n) for n in range(300))),
        Junction(True, ()),
        Junction(False, ()),
        Test("f", Comparison.LT, "text"),
        Test("f", Comparison.EQ),
    ],
)
def test_what_fits_matches_as_the_reference_does(proposition: Proposition) -> None:
    assert fits(proposition) is None
    rows = [{}, {"f": 2**53}, {"f": 2**53 - 1}, {"f": "\ud800"}, {"f0": 3, "f1": 0, "f2": 9.5}, {"f299": 299}]
    for missing_passes in (False, True):
        matcher = DurableEngine().compile({"p": proposition}, missing_passes=missing_passes)
        reference = ReferenceEngine().compile({"p": proposition}, missing_passes=missing_passes)
        for row in rows:
            assert matcher.match(row) == reference.match(row), row
        matcher.close()


def test_splitting_keeps_every_part_within_the_limits() -> None:
    parts = list(split(alternatives(8, 8, 8, 2)))

    assert len(parts) > 1
    assert all(branches(part) <= MAX_BRANCHES and groups(part) <= MAX_GROUPS for part in parts)
    assert sum(map(branches, parts)) == 8 * 8 * 8 * 2


@pytest.mark.parametrize("missing_passes", [False, True])
def test_hundreds_of_rules_over_hundreds_of_columns_match_exactly(missing_passes: bool) -> None:
    dice = random.Random(7)
    columns = [f"column {number}" for number in range(400)]

    def some_test() -> Test:
        comparison = dice.choice([Comparison.EQ, Comparison.NE, Comparison.GE, Comparison.LT])
        return Test(dice.choice(columns), comparison, dice.randint(0, 9))

    propositions: dict[str, Proposition] = {
        f"rule {number}": Junction(
            True, (some_test(), Junction(False, (some_test(), some_test(), some_test())), some_test())
        )
        for number in range(400)
    }
    matcher = DurableEngine().compile(propositions, missing_passes=missing_passes)
    reference = ReferenceEngine().compile(propositions, missing_passes=missing_passes)
    for _ in range(20):
        row = {column: dice.randint(0, 9) for column in columns if dice.random() < 0.8}
        assert matcher.match(row) == reference.match(row)
    matcher.close()


def test_a_rule_with_many_facts_still_fits_when_any_of_them_may_be_missing() -> None:
    facts = {f"f{n}": FactDef(f"f{n}", Kind.NUMBER, FactSource.METRIC, {}) for n in range(30)}
    rule = Group(Connective.ALL, tuple(Leaf(name, Phrase.AT_LEAST, (1,)) for name in facts))

    assert fits(lower(rule, facts).certain) is None


@pytest.mark.parametrize(
    "leaf",
    [
        Leaf("unknown", Phrase.IS, (1,)),
        Leaf("score", Phrase.IS, ("high",)),
        Leaf("score", Phrase.IS, (True,)),
        Leaf("score", Phrase.IS, ()),
        Leaf("tier", Phrase.AT_LEAST, (1,)),
        Leaf("tier", Phrase.ROSE, (1,)),
        Leaf("tier", Phrase.WITHIN, (3,)),
        Leaf("holidays", Phrase.KNOWN),
        Leaf("holidays", Phrase.WITHIN, (-1,)),
    ],
)
def test_a_condition_the_checker_should_have_refused_stops_the_release(leaf: Leaf) -> None:
    with pytest.raises(LoweringError):
        lower(leaf, FACTS)
