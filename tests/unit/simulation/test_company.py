"""The simulated company: repeatable, believable to ingest, and true to its hidden types."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from itertools import pairwise
from statistics import mean

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.ingest.catalogue import CompiledCatalogue
from shared.policy.release import build, load_directory
from shared.simulation.company import Life, lives
from shared.simulation.kinds import CARE_DAYS, KINDS
from shared.simulation.world import World

WORLD = World(seed=7, start=date(2024, 1, 1), days=730, promotions=frozenset(range(330, 341)))


@pytest.fixture(scope="module")
def company() -> list[Life]:
    return list(lives(WORLD, 1_500))


def events(life: Life) -> list[dict]:  # type: ignore[type-arg]
    return [orjson.loads(line) for _, line in life.events]


def orders(life: Life) -> int:
    return sum(b'"type":"purchase"' in line for _, line in life.events)


def test_the_shares_of_the_hidden_types_add_up() -> None:
    assert sum(kind.share for kind in KINDS) == pytest.approx(1)


@given(st.integers(0, 2**32), st.integers(1, 40))
@settings(max_examples=25, deadline=None)
def test_a_seed_gives_the_same_customers_however_many_there_are(seed: int, number: int) -> None:
    world = replace(WORLD, seed=seed)

    assert list(lives(world, number)) == list(lives(world, number + 3))[:number]


def test_events_are_in_the_order_of_time_and_within_the_simulation(company: list[Life]) -> None:
    for life in company:
        days = [day for day, _ in life.events]
        times = [event["time"] for event in events(life)]
        assert all(0 <= day < WORLD.days for day in days)
        assert all(one <= other for one, other in pairwise(times))


def test_ingest_accepts_every_event_by_the_shipped_catalogue(company: list[Life]) -> None:
    bundle = build(load_directory("rules")).bundle
    assert bundle is not None
    catalogue = CompiledCatalogue(bundle.catalogue)
    seen = set()
    for life in company[:400]:
        for event in events(life):
            catalogue.type(event["type"]).check(event["data"])
            seen.add(event["type"])

    by_others = {"task.outcome", "trait.assessed", "file.confirmed", "membership.overridden"}
    assert seen == set(bundle.catalogue.events) - by_others


def test_ids_are_unique(company: list[Life]) -> None:
    ids = [event["id"] for life in company for event in events(life)]

    assert len(ids) == len(set(ids))


def test_who_has_left_buys_nothing_more(company: list[Life]) -> None:
    for life in company:
        bought = [day for day, line in life.events if b'"type":"purchase"' in line]
        assert all(day <= life.person.leaves_on for day in bought)


def test_price_driven_customers_stay_away_while_competitors_discount(company: list[Life]) -> None:
    per_day: dict[str, list[float]] = defaultdict(lambda: [0, 0])
    for life in company:
        for day, line in life.events:
            if b'"type":"purchase"' in line:
                per_day[life.person.kind.name][day in WORLD.promotions] += 1
    shares = {name: inside / (outside + inside) for name, (outside, inside) in per_day.items()}

    assert shares["price_driven"] < 0.5 * shares["loyal_advocate"]


@pytest.mark.slow
def test_care_brings_orders_only_to_those_whom_it_moves() -> None:
    with_care = list(lives(WORLD, 1_500))
    without = list(lives(replace(WORLD, care=lambda customer, day: False), 1_500))
    gained: dict[str, list[int]] = defaultdict(list)
    for one, other in zip(with_care, without, strict=True):
        assert one.person == other.person
        gained[one.person.kind.name].append(orders(one) - orders(other))

    assert set(gained["price_driven"]) == {0}
    assert mean(gained["loyal_advocate"]) > 1


def test_care_without_effect_changes_no_order() -> None:
    idle = replace(WORLD, care_effect=0.0)
    without = replace(idle, care=lambda customer, day: False)

    assert [orders(life) for life in lives(idle, 300)] == [orders(life) for life in lives(without, 300)]


@pytest.mark.slow
def test_the_effect_of_care_is_the_true_one() -> None:
    """Extra orders for each care given match the stated probability."""
    world = replace(WORLD, care_every=3 * CARE_DAYS)
    held_out = replace(world, care=lambda customer, day: False)
    given_care, extra, expected = 0, 0, 0.0
    for one, other in zip(lives(world, 2_000), lives(held_out, 2_000), strict=True):
        counted = sum(
            b'"type":"care.given"' in line and day + CARE_DAYS < min(WORLD.days, one.person.leaves_on)
            for day, line in one.events
        )
        given_care += counted
        expected += counted * one.person.care_effect
        extra += orders(one) - orders(other)

    assert extra == pytest.approx(expected, rel=0.08)
    assert given_care > 10_000
