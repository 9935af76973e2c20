"""A small fact table with every kind of fact, random conditions over it, and all customers there can be."""

from collections.abc import Iterator, Mapping
from itertools import product

from hypothesis import strategies as st

from shared.model.catalogue import Aggregate, Calendar, Catalogue, MetricDef, Period, Tier
from shared.model.conditions import Condition, Connective, Group, Leaf, Phrase, Side
from shared.model.rules import FactDef, FactSource
from shared.model.values import FactValue, Kind
from shared.policy.checks.regions.claims import Claims
from shared.policy.checks.regions.customer import Customer
from shared.policy.checks.regions.solver import Regions
from shared.policy.engine.truth import Situation, truth

TODAY = 738_000
WORDS = ("a", "b", "c")


def _fact(name: str, kind: Kind, source: FactSource, **more: object) -> FactDef:
    return FactDef(name, kind, source, {"en": name}, **more)  # type: ignore[arg-type]


FACTS = {
    fact.name: fact
    for fact in (
        _fact("score", Kind.NUMBER, FactSource.SCORE, minimum=0, maximum=3),
        _fact("orders", Kind.INTEGER, FactSource.METRIC, minimum=0, maximum=5),
        _fact("share", Kind.PERCENT, FactSource.METRIC, minimum=0, maximum=1),
        _fact("weight", Kind.NUMBER, FactSource.PROFILE, minimum=0, maximum=2),
        _fact("spend", Kind.AMOUNT, FactSource.METRIC, minimum=0, maximum=4, compare=True),
        _fact("tier", Kind.CHOICE, FactSource.POLICY, choices=WORDS, initial="a"),
        _fact("region", Kind.TEXT, FactSource.PROFILE),
        _fact("consent", Kind.BOOLEAN, FactSource.PROFILE),
        _fact("groups", Kind.TEXTS, FactSource.POLICY, choices=WORDS),
        _fact("party", Kind.DATE, FactSource.PROFILE),
        _fact("sale", Kind.DATE, FactSource.CALENDAR),
    )
}
CATALOGUE = Catalogue(
    events={},
    metrics={"share": MetricDef("share", {}, Aggregate.RATIO, Kind.PERCENT)},
    traits={},
    tiers=(Tier("a", {}, 0), Tier("b", {}, 1), Tier("c", {}, 2)),
    calendars={"sale": Calendar("sale", {}, (Period("one", {}, TODAY + 4, TODAY + 6),))},
)
_COMPARED = (Phrase.AT_LEAST, Phrase.MORE_THAN, Phrase.AT_MOST, Phrase.LESS_THAN, Phrase.IS, Phrase.IS_NOT)
_NUMBERS: Mapping[str, tuple[float, ...]] = {
    "score": (0, 1, 1.01, 2, 2.99, 3),
    "orders": (0, 1, 2, 4, 5),
    "share": (0, 0.01, 0.5, 1),
    "weight": (0, 0.5, 1, 1.001, 2),
    "spend": (0, 1, 3, 4),
}


def _numeric(name: str) -> st.SearchStrategy[Leaf]:
    number = st.sampled_from(_NUMBERS[name])
    one = st.builds(lambda p, v: Leaf(name, p, (v,)), st.sampled_from(_COMPARED), number)
    two = st.tuples(number, number).map(lambda pair: Leaf(name, Phrase.BETWEEN, tuple(sorted(pair))))
    return one | two | st.sampled_from([Leaf(name, Phrase.KNOWN), Leaf(name, Phrase.MISSING)])


def _worded(name: str) -> st.SearchStrategy[Leaf]:
    several = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3, unique=True).map(tuple)
    lists = st.builds(Leaf, st.just(name), st.sampled_from([Phrase.ONE_OF, Phrase.NONE_OF]), several)
    one = st.builds(
        lambda p, v: Leaf(name, p, (v,)), st.sampled_from([Phrase.IS, Phrase.IS_NOT]), st.sampled_from(WORDS)
    )
    return lists | one


def _changed() -> st.SearchStrategy[Leaf]:
    end = st.sampled_from([None, *WORDS])
    return st.builds(lambda of, to: Leaf("tier", Phrase.CHANGED, (of, to)), end, end)


def _trend() -> st.SearchStrategy[Leaf]:
    phrases = st.sampled_from([Phrase.ROSE, Phrase.FELL])
    return st.builds(lambda p, v: Leaf("spend", p, (v,)), phrases, st.sampled_from([0, 50, 100]))


def _within(name: str) -> st.SearchStrategy[Leaf]:
    entry = "one" if name == "sale" else None
    return st.builds(
        lambda days, side: Leaf(name, Phrase.WITHIN, (days,), side, entry),
        st.sampled_from([0, 2, 3]),
        st.sampled_from(Side),
    )


LEAVES = st.one_of(
    *map(_numeric, _NUMBERS),
    *map(_worded, ("tier", "region", "groups")),
    st.sampled_from([Leaf("consent", Phrase.IS, (value,)) for value in (True, False)]),
    _changed(),
    _trend(),
    *map(_within, ("party", "sale")),
)


def conditions(leaves: st.SearchStrategy[Leaf] = LEAVES, most: int = 6) -> st.SearchStrategy[Condition]:
    return st.recursive(
        leaves,
        lambda parts: st.builds(
            lambda connective, inner: Group(connective, tuple(inner)),
            st.sampled_from(Connective),
            st.lists(parts, min_size=1, max_size=3),
        ),
        max_leaves=most,
    )


def regions() -> Regions:
    return Regions(FACTS, CATALOGUE, TODAY)


def claims() -> Claims:
    return Claims(FACTS)


def meaning(condition: Condition, customer: Customer) -> bool | None:
    """What the definition says of *condition* for *customer*."""
    day = customer.day or TODAY
    facts = {"tier": "a", "groups": (), **customer.facts}  # what rules keep is never missing
    previous = dict(customer.previous)
    return truth(condition, Situation(facts, previous, day, FACTS, CATALOGUE.calendars))


def everybody(names: frozenset[str]) -> Iterator[Customer]:
    """Every customer over the facts *names*, on a grid finer than any threshold."""
    values = [[*_every_state(name)] for name in sorted(names)]
    days = range(TODAY - 9, TODAY + 20) if {"party", "sale"} & names else [TODAY]
    for day, *parts in product(days, *values):
        facts = {name: value for part, _ in parts for name, value in part.items()}
        previous = {name: value for _, part in parts for name, value in part.items()}
        yield Customer(facts, previous, day=day)


_EVERY: Mapping[str, tuple[FactValue, ...]] = {
    "score": (0, 0.5, 0.99, 1, 1.01, 1.02, 1.5, 2, 2.5, 2.98, 2.99, 3),
    "orders": (None, 0, 1, 2, 3, 4, 5),
    "share": (None, 0, 0.01, 0.02, 0.25, 0.49, 0.5, 0.51, 0.75, 0.99, 1),
    "weight": (None, 0, 0.25, 0.5, 0.75, 1, 1.0005, 1.001, 1.5, 2),
    "spend": (None, 0, 1, 2, 3, 4),
    "region": (None, *WORDS, "elsewhere"),
    "consent": (None, True, False),
    "groups": ((), ("a",), ("b",), ("c",), ("a", "b"), ("a", "c"), ("b", "c"), WORDS),
}
_CHANGES: tuple[FactValue, ...] = (None, -100, -99, -50, -49, -1, 0, 1, 49, 50, 99, 100, 200)


def _every_state(name: str) -> Iterator[tuple[dict[str, FactValue], dict[str, FactValue]]]:
    if name == "spend":
        for value, change in product(_EVERY[name], _CHANGES):
            yield {"spend": value, "spend~change": change}, {}
    elif name == "tier":
        for now, before in product(WORDS, (None, *WORDS)):
            yield {"tier": now}, {"tier": before}
    elif name == "sale":
        yield {}, {}
    elif name == "party":
        for text in (None, "2021-07-20", "2021-07-25", "2021-08-30"):
            yield {"party": text}, {}
    else:
        yield from (({name: value}, {}) for value in _EVERY[name])
