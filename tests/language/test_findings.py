"""What rules would do together: proofs that two rules never meet, and findings that must not be missed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.model.conditions import Condition, Connective, Group, Leaf, Phrase
from shared.policy.checks.domains import exclusive
from shared.policy.release import Sources, build, load_directory
from tests.language.test_broken_files import BASE, HERE

TIERS = ("none", "core", "top")


def leaf_on_score() -> st.SearchStrategy[Leaf]:
    number = st.integers(0, 6)
    one = st.sampled_from(
        [Phrase.AT_LEAST, Phrase.MORE_THAN, Phrase.AT_MOST, Phrase.LESS_THAN, Phrase.IS, Phrase.IS_NOT]
    )
    between = st.tuples(number, number).map(lambda pair: Leaf("score", Phrase.BETWEEN, tuple(sorted(pair))))
    return st.builds(lambda phrase, value: Leaf("score", phrase, (value,)), one, number) | between


def leaf_on_tier() -> st.SearchStrategy[Leaf]:
    several = st.lists(st.sampled_from(TIERS), min_size=1, max_size=3).map(tuple)
    return st.builds(
        Leaf, st.just("tier"), st.sampled_from([Phrase.ONE_OF, Phrase.NONE_OF]), several
    ) | st.sampled_from([Leaf("tier", Phrase.KNOWN), Leaf("score", Phrase.MISSING)])


def conditions() -> st.SearchStrategy[Condition]:
    leaves = leaf_on_score() | leaf_on_tier()
    return st.recursive(
        leaves,
        lambda parts: st.builds(
            lambda connective, inner: Group(connective, tuple(inner)),
            st.sampled_from(Connective),
            st.lists(parts, min_size=1, max_size=3),
        ),
        max_leaves=5,
    )


def holds(condition: Condition, facts: dict[str, object]) -> bool | None:
    """Kleene logic, naively."""
    if isinstance(condition, Leaf):
        return said(condition, facts.get(condition.fact))
    answers = [holds(part, facts) for part in condition.parts]
    if condition.connective is Connective.ALL:
        return False if False in answers else (None if None in answers else True)
    any_of = True if True in answers else (None if None in answers else False)
    if condition.connective is Connective.ANY:
        return any_of
    return None if any_of is None else not any_of


def said(leaf: Leaf, value: object) -> bool | None:
    if leaf.phrase is Phrase.KNOWN:
        return value is not None
    if leaf.phrase is Phrase.MISSING:
        return value is None
    if value is None:
        return None
    if leaf.phrase in {Phrase.IS, Phrase.ONE_OF}:
        return value in leaf.values
    if leaf.phrase in {Phrase.IS_NOT, Phrase.NONE_OF}:
        return value not in leaf.values
    assert isinstance(value, (int, float))
    low, high = leaf.values[0], leaf.values[-1]
    assert isinstance(low, (int, float))
    assert isinstance(high, (int, float))
    return {
        Phrase.AT_LEAST: value >= low,
        Phrase.MORE_THAN: value > low,
        Phrase.AT_MOST: value <= low,
        Phrase.LESS_THAN: value < low,
        Phrase.BETWEEN: low <= value <= high,
    }[leaf.phrase]


@given(conditions(), conditions())
def test_conditions_proved_exclusive_never_hold_together(one: Condition, other: Condition) -> None:
    if not exclusive(one, other, lists=frozenset()):
        return
    for tier in (None, *TIERS):
        for half in (None, *range(-1, 15)):
            facts = {"tier": tier, "score": None if half is None else half / 2}
            assert not (holds(one, facts) and holds(other, facts)), facts


@pytest.mark.parametrize(
    ("one", "other", "proved"),
    [
        ("tier: is none", "tier: is core", True),
        ("score: at least 60", "score: less than 60", True),
        ("score: at least 60", "score: at most 60", False),
        ("tier: one of [none, core]", "tier: is core", False),
        ("birthday: is missing", "birthday: within 7 days before", True),
    ],
)
def test_rules_of_one_group_need_priorities_only_if_they_can_meet(one: str, other: str, proved: bool) -> None:
    rules = "".join(
        f"""  - id: rule-{index}
    title: {{en: Rule}}
    when:
      {leaf}
    then:
      - notify: demotion-warning
    conflict_group: greetings
"""
        for index, leaf in enumerate((one, other))
    )
    path = "policies/membership.yaml"

    found = {
        problem.code for problem in build(Sources({**BASE.files, path: BASE.files[path] + rules})).problems
    }

    assert found == (set() if proved else {"E311"})


def test_a_guard_that_the_new_value_ends_is_no_feedback() -> None:
    small = load_directory(HERE / "small")

    assert build(small).problems == []
