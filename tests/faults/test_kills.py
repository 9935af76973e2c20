"""Real sales through real services killed at random: the business comes out byte for byte the same."""

import gzip
import json
import random
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

import pytest

from services.cli.running import running_services
from tests.faults.killing import Killer
from tests.flow.cli.conftest import ROOT, Home

RETAIL = ROOT / "deploy/demo/online_retail2_events.jsonl.gz"
VICTIMS = ("scoring", "rules", "notification")
SEED = 20101123

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


@pytest.fixture
def new_home(tmp_path: Path) -> Iterator[Callable[[str], Home]]:
    homes: list[Home] = []

    def make(name: str) -> Home:
        (tmp_path / name).mkdir()
        homes.append(Home(tmp_path / name, rules=ROOT / "rules"))
        return homes[-1]

    yield make
    for home in homes:
        if home.up is not None and home.up.poll() is None:
            home.stop()


def recorded(limit: int) -> list[bytes]:
    """The first real sales, in order."""
    with gzip.open(RETAIL, "rb") as lines:
        return [line for _, line in zip(range(limit), lines, strict=False)]


def interleaved(lines: list[bytes], chance: random.Random) -> list[bytes]:
    """The same sales with customers in another order within each day; each customer's own order stays."""
    mixed: list[bytes] = []
    parsed = [(json.loads(line), line) for line in lines]
    for _, day in groupby(parsed, key=lambda entry: entry[0]["time"][:10]):
        queues: dict[str, list[bytes]] = {}
        for sale, line in day:
            queues.setdefault(sale["customer_id"], []).append(line)
        while queues:
            customer = chance.choice(sorted(queues))
            mixed.append(queues[customer].pop(0))
            if not queues[customer]:
                del queues[customer]
    return mixed


@pytest.mark.parametrize(
    ("limit", "times"),
    [(3_000, 2), pytest.param(44_751, 5, marks=[pytest.mark.long, pytest.mark.timeout(3600)])],
)
def test_kills_a_stop_and_another_interleaving_change_nothing(
    new_home: Callable[[str], Home], limit: int, times: int
) -> None:
    chance = random.Random(SEED)
    sales = recorded(limit)
    calm = new_home("calm")
    calm.start()
    calm.replay(*sales)
    expected = calm.exported()
    assert calm.stop() == 0

    rough = new_home("rough")
    mixed = interleaved(sales, chance)
    for half in (mixed[: limit // 2], mixed[limit // 2 :]):
        rough.start()
        killer = Killer(lambda: running_services(rough.path / "run"), VICTIMS, times * len(VICTIMS), chance)
        killer.start()
        rough.replay(*half)
        killer.join(timeout=300)
        killer.enough.set()
        again = rough.replay(*half[-10:])  # waits until everything is dealt with
        assert again["duplicates"] == 10
        assert killer.killed == dict.fromkeys(VICTIMS, times)
        assert rough.stop() == 0

    assert rough.exported() == expected
