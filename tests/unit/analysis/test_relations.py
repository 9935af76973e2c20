"""Metrics of the same events are not free of each other, so nobody is shown who cannot be."""

from pathlib import Path

import pytest

from shared.model.conditions import Connective, Group, Leaf, Phrase
from shared.policy.checks.regions.claims import Claims
from shared.policy.checks.regions.solver import Regions
from shared.policy.release import build, load_directory

BUNDLE = build(load_directory(Path(__file__).parents[3] / "rules")).bundle


def at_least(fact: str, number: int) -> Leaf:
    return Leaf(fact, Phrase.AT_LEAST, (number,))


def at_most(fact: str, number: int) -> Leaf:
    return Leaf(fact, Phrase.AT_MOST, (number,))


@pytest.mark.parametrize(
    ("one", "other", "there_is"),
    [
        (at_least("orders_90d", 4), at_most("orders_365d", 3), False),
        (at_least("orders_90d", 4), at_most("orders_365d", 4), True),
        (at_most("orders_90d", 3), at_least("orders_365d", 4), True),
        (at_least("orders_90d", 1), at_least("days_since_purchase", 90), False),
        (at_least("orders_90d", 1), at_least("days_since_purchase", 89), True),
        (at_most("orders_90d", 0), at_most("days_since_purchase", 89), False),
        (at_most("orders_90d", 0), at_most("days_since_purchase", 90), True),
        (at_least("orders_90d", 1), Leaf("days_since_purchase", Phrase.MISSING), False),
        (at_least("complaints_90d", 4), at_most("orders_365d", 3), True),
    ],
)
def test_windows_over_the_same_events_agree(one: Leaf, other: Leaf, there_is: bool) -> None:
    assert BUNDLE is not None
    both = Claims(BUNDLE.facts).true(Group(Connective.ALL, (one, other)))

    found = Regions(BUNDLE.facts, BUNDLE.catalogue, 740_000).customer(both)

    assert (found is not None) is there_is


def test_the_shipped_rules_have_no_findings() -> None:
    assert build(load_directory(Path(__file__).parents[3] / "rules")).problems == []
