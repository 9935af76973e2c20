"""How each leaf of a condition was read: value, threshold, signed margin, outcome."""

from datetime import date

import pytest

from shared.contracts.decision import LeafTrace
from shared.model.conditions import Connective, Group, Leaf, Phrase, Side
from shared.model.rules import FactDef, FactSource
from shared.model.values import FactValue, Kind
from shared.policy.engine.reference import Situation, trace

FACTS = {
    "score": FactDef("score", Kind.NUMBER, FactSource.SCORE, {}),
    "spend": FactDef("spend", Kind.AMOUNT, FactSource.METRIC, {}),
    "stage": FactDef("stage", Kind.CHOICE, FactSource.POLICY, {}),
    "birthday": FactDef("birthday", Kind.MONTH_DAY, FactSource.PROFILE, {}),
}
SITUATION = Situation(
    facts={"score": 69, "spend~change": -30.5, "stage": "decline", "birthday": "06-04"},
    previous={"stage": "stable"},
    day=date(2010, 6, 1).toordinal(),
    table=FACTS,
    calendars={},
)


@pytest.mark.parametrize(
    ("leaf", "value", "outcome", "threshold", "margin"),
    [
        (Leaf("score", Phrase.AT_LEAST, (70,)), 69, False, 70, -1),
        (Leaf("score", Phrase.LESS_THAN, (70,)), 69, True, 70, 1),
        (Leaf("score", Phrase.MORE_THAN, (69,)), 69, False, 69, 0),
        (Leaf("score", Phrase.BETWEEN, (50, 70)), 69, True, 70, 1),
        (Leaf("score", Phrase.IS, (60,)), 69, False, 60, -9),
        (Leaf("score", Phrase.KNOWN), 69, True, None, None),
        (Leaf("spend", Phrase.AT_LEAST, (70,)), None, None, 70, None),
        (Leaf("spend", Phrase.FELL, (20,)), -30.5, True, 20, 10.5),
        (Leaf("stage", Phrase.IS, ("lost",)), "decline", False, "lost", None),
        (Leaf("stage", Phrase.ONE_OF, ("decline", "lost")), "decline", True, ("decline", "lost"), None),
        (Leaf("stage", Phrase.CHANGED, ("stable", None)), "decline", True, ("stable",), None),
        (Leaf("birthday", Phrase.WITHIN, (7,), Side.BEFORE), 3, True, 7, 4),
        (Leaf("birthday", Phrase.WITHIN, (2,), Side.BEFORE), 3, False, 2, -1),
        (Leaf("birthday", Phrase.WITHIN, (7,), Side.AFTER), 362, False, 7, -355),
    ],
)
def test_a_leaf_shows_its_value_threshold_and_margin(
    leaf: Leaf, value: FactValue, outcome: bool | None, threshold: FactValue, margin: float | None
) -> None:
    (line,) = trace(leaf, SITUATION)

    assert line == LeafTrace(leaf.fact, leaf.phrase.value, value, outcome, threshold, margin)


def test_every_leaf_is_listed_in_the_order_written_with_its_own_outcome() -> None:
    low, lost = Leaf("score", Phrase.LESS_THAN, (70,)), Leaf("stage", Phrase.IS, ("lost",))
    rule = Group(Connective.ALL, (low, Group(Connective.NONE, (lost,))))

    assert [(line.fact, line.outcome) for line in trace(rule, SITUATION)] == [
        ("score", True),
        ("stage", False),
    ]
