"""What a policy can tell apart, and what is answered once for all who look alike."""

from bisect import bisect_left, bisect_right

from hypothesis import given
from hypothesis import strategies as st

from shared.model.conditions import Leaf, Phrase
from shared.model.rules import FactDef, FactSource
from shared.model.values import Kind
from shared.policy.engine.condition_set import ConditionSet
from shared.policy.engine.reference import ReferenceEngine
from shared.policy.evaluation.looking import look_of
from shared.policy.evaluation.verdicts import RememberedVerdicts

NUMBERS = st.one_of(st.integers(-50, 50), st.floats(-50, 50))
SPEND = FactDef("spend", Kind.INTEGER, FactSource.METRIC, {"en": "Spend"})
RICH = Leaf("spend", Phrase.AT_LEAST, (100,))


@given(value=NUMBERS, limits=st.lists(NUMBERS, min_size=1, max_size=6, unique=True).map(sorted))
def test_a_number_is_seen_by_its_place_among_few_thresholds_as_among_many(value, limits) -> None:
    look = look_of(["spend"], {"spend": tuple(limits)}, frozenset())

    assert look({"spend": value}) == (bisect_left(limits, value) + bisect_right(limits, value),)


def test_values_between_the_same_thresholds_look_alike() -> None:
    look = look_of(["spend", "stage"], {"spend": (10, 20)}, frozenset())

    assert look({"spend": 11, "stage": "new"}) == look({"spend": 19.5, "stage": "new"})
    assert look({"spend": 11, "stage": "new"}) != look({"spend": 20, "stage": "new"})
    assert look({"spend": 11, "stage": "new"}) != look({"spend": 11, "stage": "old"})


def test_what_is_of_the_wrong_type_looks_like_no_number() -> None:
    for exact in (frozenset(), frozenset({"spend"})):
        look = look_of(["spend"], {"spend": (1,)}, exact)
        seen = [look({"spend": value}) for value in (True, 1, "1", None, float("inf"))]
        assert len(set(seen)) == len(seen)


def test_a_list_can_be_looked_at_like_a_tuple() -> None:
    for thresholds in ({}, {"groups": (1,)}):
        look = look_of(["groups"], thresholds, frozenset())
        assert hash(look({"groups": ["vip"]})) == hash(look({"groups": ["vip"]}))
        assert look({"groups": ["vip"]}) != look({"groups": ["new"]})


class Counting(ConditionSet):
    """Counts how often it is asked."""

    asked = 0

    def judge(self, row):
        self.asked += 1
        return super().judge(row)


def test_customers_who_look_alike_are_judged_once() -> None:
    conditions = Counting({"rich": RICH}, {"spend": SPEND}, {}, ReferenceEngine())
    look = look_of(conditions.reads, conditions.thresholds, conditions.watched)
    verdicts = RememberedVerdicts(conditions)

    def judged(spend: int | None) -> bool | None:
        facts = {"spend": spend}
        return verdicts.of(look(facts), facts, {}, 1, None)["rich"]

    assert [judged(spend) for spend in (150, 200, 99, 5, None)] == [True, True, False, False, None]
    assert conditions.asked == 3


def test_a_date_that_turns_is_judged_anew() -> None:
    conditions = Counting(
        {"rich": Leaf("spend", Phrase.AT_LEAST, (100,))}, {"spend": SPEND}, {}, ReferenceEngine()
    )
    verdicts = RememberedVerdicts(conditions)

    for day, turn in ((1, 5), (4, 5), (5, 9)):
        verdicts.of((2,), {"spend": 150}, {}, day, turn)

    assert conditions.asked == 2
