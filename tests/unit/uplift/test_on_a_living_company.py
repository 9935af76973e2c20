"""Zero effect is called an effect in at most one run of twenty; a true one is found where it is."""

from collections import defaultdict
from dataclasses import replace
from datetime import date
from hashlib import blake2b

import pytest

from shared.simulation.company import live
from shared.simulation.world import Care, World
from shared.uplift.estimate import Verdict
from shared.uplift.following import Begun, Followed, Orders, follow

DAYS, CARE_DAY = 14, 60
RUNS = 200
CARE = [Care(CARE_DAY + 0.5)]


def held_out(seed: int, customer: str) -> bool:
    return blake2b(f"{seed}\n{customer}".encode(), digest_size=1).digest()[0] < 128


def run(seed: int, *, effect: float, customers: int) -> dict[str, Followed]:
    """Simulate a company that gives care once, and compare by hidden type and for all."""
    world = World(
        seed=seed, start=date(2024, 1, 1), days=CARE_DAY + DAYS + 2, care_effect=effect, care_every=10_000,
    )  # fmt: skip
    begun: dict[str, list[Begun]] = defaultdict(list)
    orders: dict[str, Orders] = {}
    for number in range(1, customers + 1):
        life = live(
            replace(
                world, care_on=lambda customer: [] if held_out(seed, customer) else [Care(CARE_DAY + 0.5)]
            ),
            number,
        )
        who = life.person
        if who.joins_on > CARE_DAY or who.leaves_on < CARE_DAY:
            continue
        for group in ("all", who.kind.name):
            begun[group].append(Begun(group, who.id, CARE_DAY, held_out(seed, who.id)))
        orders[who.id] = Orders((day, 1.0) for day, line in life.events if b'"type":"purchase"' in line)
    return {
        group: follow(each, orders, days=DAYS, today=world.days - 1, name=group)
        for group, each in begun.items()
    }


@pytest.mark.slow
def test_zero_effect_is_called_working_in_at_most_one_run_of_twenty() -> None:
    verdicts = [run(seed, effect=0.0, customers=250)["all"].uplift.verdict for seed in range(RUNS)]

    assert Verdict.NOT_ENOUGH_DATA not in verdicts
    assert sum(verdict is Verdict.WORKS for verdict in verdicts) <= RUNS * 0.05
    assert sum(verdict is Verdict.HARMS for verdict in verdicts) <= RUNS * 0.05


@pytest.mark.slow
def test_a_true_effect_is_found_and_the_interval_holds_it() -> None:
    found = run(1, effect=1.0, customers=6_000)
    advocates = found["loyal_advocate"].uplift

    assert found["all"].uplift.verdict is Verdict.WORKS
    assert advocates.verdict is Verdict.WORKS
    assert advocates.low < 0.25 < advocates.high


@pytest.mark.slow
def test_customers_whom_care_does_not_move_are_not_said_to_be_moved() -> None:
    verdicts = [run(seed, effect=1.0, customers=1_200)["price_driven"].uplift.verdict for seed in range(20)]

    assert sum(verdict is Verdict.WORKS for verdict in verdicts) <= 2
