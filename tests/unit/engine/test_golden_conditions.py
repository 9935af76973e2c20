"""What each phrase means, case by case, on every engine. The table is the document; the engines obey it."""

from collections.abc import Iterator, Mapping
from datetime import date

import pytest

from shared.model.catalogue import Calendar, Period
from shared.model.conditions import Condition, Connective, Group, Leaf, Phrase, Side
from shared.model.rules import FactDef, FactSource
from shared.model.values import FactValue, Kind
from shared.policy.engine.condition_set import ConditionSet
from shared.policy.engine.registry import engine_named

FACTS = {
    name: FactDef(name, kind, source, {"en": name})
    for name, kind, source in [
        ("score", Kind.NUMBER, FactSource.SCORE),
        ("spend", Kind.AMOUNT, FactSource.METRIC),
        ("orders", Kind.INTEGER, FactSource.METRIC),
        ("tier", Kind.CHOICE, FactSource.POLICY),
        ("country", Kind.TEXT, FactSource.PROFILE),
        ("consent", Kind.BOOLEAN, FactSource.PROFILE),
        ("groups", Kind.TEXTS, FactSource.POLICY),
        ("birthday", Kind.MONTH_DAY, FactSource.PROFILE),
        ("contract_end", Kind.DATE, FactSource.PROFILE),
        ("holidays", Kind.DATE, FactSource.CALENDAR),
    ]
}


def ordinal(text: str) -> int:
    return date.fromisoformat(text).toordinal()


def period(name: str, first: str, last: str) -> Period:
    return Period(name, {"en": name}, ordinal(first), ordinal(last))


CALENDARS = {
    "holidays": Calendar(
        "holidays",
        {"en": "Holidays"},
        (
            period("christmas", "2010-12-24", "2010-12-26"),
            period("new-year", "2011-01-01", "2011-01-01"),
            period("sale", "2011-02-01", "2011-02-28"),
        ),
    )
}

Facts = Mapping[str, FactValue]
NOTHING: Facts = {}


def score(phrase: Phrase, *values: float) -> Leaf:
    return Leaf("score", phrase, values)


def all_of(*parts: Condition) -> Group:
    return Group(Connective.ALL, parts)


def any_of(*parts: Condition) -> Group:
    return Group(Connective.ANY, parts)


def none_of(*parts: Condition) -> Group:
    return Group(Connective.NONE, parts)


RICH = score(Phrase.AT_LEAST, 70)
BRITISH = Leaf("country", Phrase.IS, ("GB",))
WILLING = Leaf("consent", Phrase.IS, (True,))

BY_VALUE: list[tuple[Condition, Facts, bool | None]] = [
    (RICH, {"score": 70}, True),
    (RICH, {"score": 69.99}, False),
    (RICH, NOTHING, None),
    (RICH, {"score": None}, None),
    (RICH, {"score": "70"}, None),  # not of its kind: as good as missing
    (RICH, {"score": True}, None),
    (RICH, {"score": float("nan")}, None),
    (RICH, {"score": float("inf")}, None),
    (RICH, {"score": 10**400}, True),
    (RICH, {"score": -(10**400)}, False),
    (score(Phrase.MORE_THAN, 70), {"score": 70}, False),
    (score(Phrase.MORE_THAN, 70), {"score": 70.00000000000001}, True),
    (score(Phrase.AT_MOST, 70), {"score": 70}, True),
    (score(Phrase.AT_MOST, 70), {"score": 71}, False),
    (score(Phrase.LESS_THAN, 70), {"score": 70}, False),
    (score(Phrase.LESS_THAN, 70), {"score": 5e-324}, True),
    (score(Phrase.BETWEEN, 60, 70), {"score": 60}, True),
    (score(Phrase.BETWEEN, 60, 70), {"score": 70}, True),
    (score(Phrase.BETWEEN, 60, 70), {"score": 70.5}, False),
    (score(Phrase.BETWEEN, 60, 70), NOTHING, None),
    (score(Phrase.IS, 70), {"score": 70.0}, True),
    (score(Phrase.IS_NOT, 70), {"score": 70.0}, False),
    (score(Phrase.IS_NOT, 70), NOTHING, None),
    (score(Phrase.ONE_OF, 1, 2), {"score": 2.0}, True),
    (score(Phrase.ONE_OF, 1, 2, 3, 4, 5, 6), {"score": 6}, True),
    (score(Phrase.NONE_OF, 1, 2, 3, 4, 5, 6), {"score": 6}, False),
    (BRITISH, {"country": "GB"}, True),
    (BRITISH, {"country": "gb"}, False),
    (BRITISH, {"country": ""}, False),
    (BRITISH, {"country": "G" * 70_000}, False),
    (BRITISH, {"country": "\ud800"}, False),
    (Leaf("country", Phrase.IS, ("中国",)), {"country": "中国"}, True),
    (Leaf("country", Phrase.IS, ('a"b\\\n',)), {"country": 'a"b\\\n'}, True),
    (Leaf("country", Phrase.IS_NOT, ("GB",)), {"country": "FR"}, True),
    (Leaf("country", Phrase.IS_NOT, ("GB",)), NOTHING, None),
    (Leaf("country", Phrase.ONE_OF, ("FR", "DE")), {"country": "DE"}, True),
    (Leaf("country", Phrase.ONE_OF, tuple("ABCDEFGH")), {"country": "H"}, True),
    (Leaf("country", Phrase.ONE_OF, tuple("ABCDEFGH")), {"country": "I"}, False),
    (Leaf("country", Phrase.ONE_OF, tuple("ABCDEFGH")), NOTHING, None),
    (Leaf("country", Phrase.ONE_OF, ()), {"country": "DE"}, False),
    (Leaf("country", Phrase.NONE_OF, ()), {"country": "DE"}, True),
    (Leaf("country", Phrase.NONE_OF, ()), NOTHING, None),
    (Leaf("country", Phrase.NONE_OF, ("FR", "DE")), {"country": "DE"}, False),
    (Leaf("country", Phrase.NONE_OF, ("FR", "DE")), {"country": "GB"}, True),
    (WILLING, {"consent": True}, True),
    (WILLING, {"consent": False}, False),
    (WILLING, {"consent": 1}, None),
    (Leaf("country", Phrase.KNOWN), NOTHING, False),
    (Leaf("country", Phrase.KNOWN), {"country": ""}, True),
    (Leaf("country", Phrase.MISSING), NOTHING, True),
    (Leaf("groups", Phrase.KNOWN), {"groups": ()}, True),
    (Leaf("groups", Phrase.IS, ("vip",)), {"groups": ("lunch", "vip")}, True),
    (Leaf("groups", Phrase.IS, ("vip",)), {"groups": ()}, False),
    (Leaf("groups", Phrase.IS, ("vip",)), NOTHING, None),
    (Leaf("groups", Phrase.IS_NOT, ("vip",)), {"groups": ("lunch",)}, True),
    (Leaf("groups", Phrase.ONE_OF, ("vip", "lunch")), {"groups": ("lunch",)}, True),
    (Leaf("groups", Phrase.NONE_OF, ("vip", "lunch")), {"groups": ("golf",)}, True),
    (Leaf("spend", Phrase.ROSE, (20,)), {"spend~change": 20}, True),
    (Leaf("spend", Phrase.ROSE, (20,)), {"spend~change": 19.9}, False),
    (Leaf("spend", Phrase.ROSE, (20,)), {"spend": 5000}, None),  # growth from zero has no percentage
    (Leaf("spend", Phrase.FELL, (20,)), {"spend~change": -20}, True),
    (Leaf("spend", Phrase.FELL, (20,)), {"spend~change": 20}, False),
    # Kleene: one part decides, or nobody knows
    (all_of(RICH, BRITISH), {"score": 70, "country": "GB"}, True),
    (all_of(RICH, BRITISH), {"score": 60}, False),
    (all_of(RICH, BRITISH), {"score": 80}, None),
    (any_of(RICH, BRITISH), {"score": 80}, True),
    (any_of(RICH, BRITISH), {"score": 60}, None),
    (any_of(RICH, BRITISH), {"score": 60, "country": "FR"}, False),
    (none_of(RICH, BRITISH), {"score": 80}, False),
    (none_of(RICH, BRITISH), {"score": 60}, None),
    (none_of(RICH, BRITISH), {"score": 60, "country": "FR"}, True),
    (none_of(none_of(RICH), all_of(BRITISH, WILLING)), {"score": 70, "country": "FR"}, True),
    (none_of(none_of(RICH), all_of(BRITISH, WILLING)), {"score": 70, "country": "GB"}, None),
    (all_of(RICH, none_of(RICH)), NOTHING, None),
    (all_of(Leaf("score", Phrase.MISSING), RICH), NOTHING, None),
    (any_of(Leaf("score", Phrase.MISSING), RICH), NOTHING, True),
]

TO_DECLINE = Leaf("tier", Phrase.CHANGED, (None, "decline"))
STABLE_TO_DECLINE = Leaf("tier", Phrase.CHANGED, ("stable", "decline"))
FROM_STABLE = Leaf("tier", Phrase.CHANGED, ("stable", None))
CHANGED = Leaf("tier", Phrase.CHANGED)

BY_CHANGE: list[tuple[Leaf, Facts, Facts, bool | None]] = [
    (CHANGED, {"tier": "core"}, {"tier": "none"}, True),
    (CHANGED, {"tier": "core"}, {"tier": "core"}, False),
    (CHANGED, {"tier": "core"}, NOTHING, False),  # learning a value is not a change
    (CHANGED, NOTHING, {"tier": "core"}, None),
    (CHANGED, NOTHING, NOTHING, None),
    (TO_DECLINE, {"tier": "decline"}, {"tier": "stable"}, True),
    (TO_DECLINE, {"tier": "decline"}, {"tier": "decline"}, False),
    (TO_DECLINE, {"tier": "decline"}, NOTHING, False),
    (TO_DECLINE, {"tier": "lost"}, {"tier": "stable"}, False),
    (STABLE_TO_DECLINE, {"tier": "decline"}, {"tier": "stable"}, True),
    (STABLE_TO_DECLINE, {"tier": "decline"}, {"tier": "lost"}, False),
    (STABLE_TO_DECLINE, {"tier": "decline"}, NOTHING, False),
    (FROM_STABLE, {"tier": "lost"}, {"tier": "stable"}, True),
    (FROM_STABLE, {"tier": "stable"}, {"tier": "stable"}, False),
    (Leaf("score", Phrase.CHANGED), {"score": 1}, {"score": 1.0}, False),
    (Leaf("groups", Phrase.CHANGED), {"groups": ("a", "b")}, {"groups": ("b", "a")}, False),
    (Leaf("groups", Phrase.CHANGED), {"groups": ("a",)}, {"groups": ()}, True),
]


def within(fact: str, days: int, side: Side, entry: str | None = None) -> Leaf:
    return Leaf(fact, Phrase.WITHIN, (days,), side, entry)


BORN_29_FEB = {"birthday": "02-29"}
BORN_NEW_YEAR = {"birthday": "01-01"}
BEFORE_BIRTHDAY = within("birthday", 7, Side.BEFORE)
AFTER_BIRTHDAY = within("birthday", 7, Side.AFTER)
BEFORE_END = within("contract_end", 10, Side.BEFORE)
ENDS = {"contract_end": "2010-06-30"}

BY_DAY: list[tuple[Leaf, Facts, str, bool | None]] = [
    (BEFORE_BIRTHDAY, BORN_NEW_YEAR, "2010-12-25", True),
    (BEFORE_BIRTHDAY, BORN_NEW_YEAR, "2010-12-24", False),
    (BEFORE_BIRTHDAY, BORN_NEW_YEAR, "2011-01-01", True),  # the day itself counts
    (BEFORE_BIRTHDAY, BORN_NEW_YEAR, "2011-01-02", False),
    (AFTER_BIRTHDAY, BORN_NEW_YEAR, "2011-01-01", True),
    (AFTER_BIRTHDAY, BORN_NEW_YEAR, "2011-01-08", True),
    (AFTER_BIRTHDAY, BORN_NEW_YEAR, "2011-01-09", False),
    (within("birthday", 0, Side.AROUND), BORN_29_FEB, "2011-02-28", True),
    (within("birthday", 0, Side.AROUND), BORN_29_FEB, "2012-02-28", False),
    (within("birthday", 0, Side.AROUND), BORN_29_FEB, "2012-02-29", True),
    (within("birthday", 1, Side.AROUND), BORN_29_FEB, "2011-03-01", True),
    (within("birthday", 3, Side.AROUND), BORN_NEW_YEAR, "2010-12-29", True),
    (BEFORE_BIRTHDAY, NOTHING, "2011-01-01", None),
    (BEFORE_BIRTHDAY, {"birthday": "02-30"}, "2011-01-01", None),
    (BEFORE_BIRTHDAY, {"birthday": "1-1"}, "2011-01-01", None),
    (BEFORE_END, ENDS, "2010-06-20", True),
    (BEFORE_END, ENDS, "2010-06-19", False),
    (BEFORE_END, ENDS, "2010-07-01", False),  # it does not come again: false, not unknown
    (within("contract_end", 10, Side.AFTER), ENDS, "2010-06-29", False),
    (within("contract_end", 10, Side.AFTER), ENDS, "2010-07-10", True),
    (BEFORE_END, {"contract_end": "30 June"}, "2010-07-01", None),
    (within("holidays", 5, Side.BEFORE, "christmas"), NOTHING, "2010-12-19", True),
    (within("holidays", 5, Side.BEFORE, "christmas"), NOTHING, "2010-12-18", False),
    (within("holidays", 5, Side.BEFORE, "christmas"), NOTHING, "2010-12-24", True),
    (within("holidays", 5, Side.BEFORE, "christmas"), NOTHING, "2010-12-25", False),  # it has begun
    (within("holidays", 5, Side.BEFORE), NOTHING, "2010-12-27", True),  # of any: the new year is near
    (within("holidays", 2, Side.AFTER, "christmas"), NOTHING, "2010-12-25", False),
    (within("holidays", 2, Side.AFTER, "christmas"), NOTHING, "2010-12-28", True),
    (within("holidays", 2, Side.AFTER, "christmas"), NOTHING, "2010-12-29", False),
    (within("holidays", 0, Side.AROUND, "sale"), NOTHING, "2011-02-14", True),
    (within("holidays", 3, Side.AROUND, "sale"), NOTHING, "2011-01-29", True),
    (within("holidays", 3, Side.AROUND, "sale"), NOTHING, "2011-01-28", False),
    (within("holidays", 3, Side.AROUND, "easter"), NOTHING, "2011-01-28", False),
]

CASES = (
    [(condition, facts, NOTHING, "2010-06-01", expected) for condition, facts, expected in BY_VALUE]
    + [(leaf, facts, before, "2010-06-01", expected) for leaf, facts, before, expected in BY_CHANGE]
    + [(leaf, facts, NOTHING, day, expected) for leaf, facts, day, expected in BY_DAY]
)


@pytest.fixture(params=["durable", "python", "reference"], scope="module")
def compiled(request: pytest.FixtureRequest) -> Iterator[ConditionSet]:
    conditions = {str(number): case[0] for number, case in enumerate(CASES)}
    with ConditionSet(conditions, FACTS, CALENDARS, engine_named(request.param)) as conditions_set:
        yield conditions_set


@pytest.mark.parametrize("number", range(len(CASES)))
def test_a_condition_means_the_same_on_every_engine(compiled: ConditionSet, number: int) -> None:
    _, facts, before, day, expected = CASES[number]

    row = compiled.project(facts, before, ordinal(day))

    assert compiled.judge(row)[str(number)] is expected
    assert compiled.truth(str(number), facts, before, ordinal(day)) is expected
