"""Care may be decided while a life is told: nothing told before ever changes."""

from collections import Counter
from dataclasses import replace
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from shared.simulation.caring import cared
from shared.simulation.company import live
from shared.simulation.kinds import CARE_DAYS
from shared.simulation.person import person
from shared.simulation.world import Care, World

WORLD = World(
    seed=1, start=date(2024, 1, 1), days=400, promotions=frozenset(range(330, 341)), care_effect=8.0,
    care_on=lambda customer: [],
)  # fmt: skip

cares = st.builds(
    Care,
    day=st.floats(0, 399),
    kind=st.sampled_from(["contact", "coupon"]),
    rule=st.sampled_from(["", "care-contact", "care-winback"]),
    is_contact=st.booleans(),
)
histories = st.lists(cares, max_size=6, unique_by=lambda care: care.second)


def told(seed: int, number: int, care: list[Care]) -> Counter[tuple[int, bytes]]:
    return Counter(live(replace(WORLD, seed=seed, care_on=lambda customer: care), number).events)


@given(st.integers(0, 2**32), st.integers(1, 1_000), histories, cares)
@settings(max_examples=150, deadline=None)
def test_care_that_is_added_changes_no_event_and_adds_none_before_itself(
    seed: int, number: int, before: list[Care], added: Care
) -> None:
    later = [care for care in before if care.second != added.second]
    one, other = told(seed, number, later), told(seed, number, [*later, added])

    assert not one - other
    assert all(day >= int(added.day) for day, _ in (other - one).elements())
    assert len({line.partition(b'"source"')[0] for _, line in other}) == other.total()


@given(st.integers(0, 2**32), st.integers(1, 1_000), histories)
@settings(max_examples=50, deadline=None)
def test_a_customer_buys_what_care_brought_beside_the_orders_of_a_life_without_care(
    seed: int, number: int, care: list[Care]
) -> None:
    world = replace(WORLD, seed=seed)
    who = person(world, number)
    brought = [cared(world, who, each).brought_on for each in care]
    extra = told(seed, number, care) - told(seed, number, [])
    bought = sorted(day for day, line in extra.elements() if b'"type":"purchase"' in line)

    assert bought == sorted(int(day) for day in brought if day is not None)


def test_an_order_that_care_brought_comes_within_its_days() -> None:
    care = Care(60.4)
    found = [cared(WORLD, person(WORLD, number), care).brought_on for number in range(1, 500)]
    brought = [day for day in found if day is not None]

    assert len(brought) > 100
    assert all(care.day < day <= care.day + CARE_DAYS for day in brought)
