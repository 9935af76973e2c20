"""The solver's answers are those of trying every customer there can be."""

from hypothesis import assume, given
from hypothesis import strategies as st

from shared.model.conditions import Condition, Connective, Group, Leaf, Phrase
from shared.policy.checks.rulebook import reads
from shared.policy.lowering import leaves
from tests.unit.analysis.asking import FACTS, claims, conditions, everybody, meaning, regions

TRUE, FALSE, UNKNOWN = True, False, None


@given(conditions(), conditions())
def test_a_customer_found_is_one_for_whom_the_conditions_mean_what_was_claimed(
    one: Condition, other: Condition
) -> None:
    said = claims()

    found = regions().customer(said.true(one), said.not_true(other))

    if found is not None:
        assert meaning(one, found) is TRUE
        assert meaning(other, found) is not TRUE


@given(conditions(), conditions(most=3))
def test_nobody_is_found_only_if_there_is_nobody(one: Condition, other: Condition) -> None:
    names = reads(one, other)
    assume(len(names) <= 3)
    said = claims()

    found = regions().customer(said.true(one), said.false(other))

    there_is = any(meaning(one, each) is TRUE and meaning(other, each) is FALSE for each in everybody(names))
    assert (found is not None) is there_is


@given(conditions())
def test_every_condition_is_true_false_or_unknown_for_somebody_as_claimed(condition: Condition) -> None:
    said = claims()
    assert regions().customer(said.true(condition), said.not_true(condition)) is None
    assert regions().customer(said.false(condition), said.not_false(condition)) is None

    unknown = regions().customer(said.not_true(condition), said.not_false(condition))

    if unknown is not None:
        assert meaning(condition, unknown) is UNKNOWN


@given(conditions(), conditions(), st.booleans())
def test_facts_that_are_private_to_a_moment_may_differ_there_and_others_may_not(
    one: Condition, other: Condition, is_private: bool
) -> None:
    assume(all(leaf.phrase is not Phrase.CHANGED for leaf in leaves(other)))  # a customer keeps one past
    said = claims()
    private = frozenset({"tier"}) if is_private else frozenset()

    found = regions().customer(said.true(one), said.true(other).at(1), private=private)

    if found is not None:
        later = type(found)(found.at(1), found.previous, day=found.day)
        assert meaning(one, found) is TRUE
        assert meaning(other, later) is TRUE


def test_the_customer_is_at_the_threshold_and_has_no_fact_that_does_not_matter() -> None:
    condition = Group(
        Connective.ALL, (Leaf("orders", Phrase.AT_LEAST, (4,)), Leaf("tier", Phrase.IS, ("b",)))
    )

    found = regions().customer(claims().true(condition))

    assert found is not None
    assert found.facts == {"orders": 4, "tier": "b"}


def test_between_two_neighbouring_values_there_is_nobody_unless_the_fact_is_as_fine() -> None:
    def between(name: str, low: float, high: float) -> bool:
        parts = Leaf(name, Phrase.MORE_THAN, (low,)), Leaf(name, Phrase.LESS_THAN, (high,))
        return regions().customer(claims().true(Group(Connective.ALL, parts))) is not None

    assert not between("orders", 2, 3)
    assert not between("score", 1, 1.01)  # scores and shares have two decimals
    assert between("score", 1, 1.02)
    assert between("weight", 1, 1.01)  # what publishers send may be any number
    assert {fact.kind.value for fact in FACTS.values()} >= {"integer", "number", "percent"}
