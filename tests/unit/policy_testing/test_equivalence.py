"""What is called equivalent is: no value tells the two apart."""

from hypothesis import given
from hypothesis import strategies as st

from shared.model.conditions import Leaf, Phrase
from shared.policy.engine.truth import Situation, truth
from shared.policy.testing.distances import unit
from shared.policy.testing.equivalence import domain, is_equivalent
from shared.policy.testing.leaf_changes import changed_leaves
from tests.unit.policy_testing.bench import bundle

FACTS = ("score", "coverage", "orders_365d", "net_spend_365d", "days_since_purchase", "silence_ratio")
ORDERINGS = (Phrase.AT_LEAST, Phrase.MORE_THAN, Phrase.AT_MOST, Phrase.LESS_THAN)
limits = st.one_of(st.integers(-3, 3), st.integers(95, 105), st.sampled_from([0.5, 99.5, 2.25]))


def holds(leaf: Leaf, value: float) -> bool | None:
    rules = bundle()
    return truth(leaf, Situation({leaf.fact: value}, {}, 730_000, rules.facts, rules.catalogue.calendars))


def values(fact: str, *leaves: Leaf) -> list[float]:
    """Values that the fact can have, on and around every threshold."""
    kind, (least, most) = bundle().facts[fact].kind, domain(bundle().facts[fact], bundle())
    steps = (0, 1, -1) if kind.value in ("integer", "days", "amount") else (0, 1, -1, 0.25, -0.25)
    around = {limit + step for leaf in leaves for limit in leaf.values for step in steps}  # type: ignore[operator]
    whole = kind.value in ("integer", "days", "amount")
    return [v for v in sorted(around) if least <= v <= most and (not whole or v == int(v))]


@given(st.sampled_from(FACTS), st.sampled_from(ORDERINGS), limits, st.sampled_from(ORDERINGS), limits)
def test_equivalent_leaves_agree_on_every_value_their_fact_can_have(
    fact: str, phrase: Phrase, limit: float, other: Phrase, moved: float
) -> None:
    one, two = Leaf(fact, phrase, (limit,)), Leaf(fact, other, (moved,))

    differ = [value for value in values(fact, one, two) if holds(one, value) is not holds(two, value)]

    assert not (differ and is_equivalent(one, two, bundle())), differ


@given(st.sampled_from(FACTS), st.sampled_from(ORDERINGS), limits)
def test_a_threshold_slips_by_one_unit_unless_that_is_harmless(
    fact: str, phrase: Phrase, limit: float
) -> None:
    leaf = Leaf(fact, phrase, (limit,))
    step = unit(leaf, bundle().facts[fact], bundle().catalogue.minor_digits)
    changed = list(changed_leaves(leaf, bundle()))

    for moved in (Leaf(fact, phrase, (limit - step,)), Leaf(fact, phrase, (limit + step,))):
        known = any(is_equivalent(moved, each, bundle()) for each in (leaf, *changed))
        assert moved in changed or known
