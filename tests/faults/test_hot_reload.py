"""Releases change under load, and whoever activates them is killed amid it.

Every event is judged once, by the release that was active at its place in the log, and the decisions are
those of an undisturbed run over the same log.
"""

import random
import tempfile
from pathlib import Path

import pytest

from shared.bus.port import Message
from shared.clock import SystemClock
from shared.contracts.topics import EVENTS
from shared.store.collections import RELEASES
from tests.faults.backend import Backend
from tests.faults.conftest import Figures
from tests.faults.editions import Editions
from tests.faults.installation import PARTITIONS, PATIENCE_S, Installation, until
from tests.faults.invariants import LiveCheck, check
from tests.faults.publisher import Publisher
from tests.faults.release_log import ReleaseLog, misjudged
from tests.faults.reloading import Reloading, plan
from tests.faults.selling import sales
from tests.flow.pipeline.looking import business
from tests.flow.pipeline.shop import Shop

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SEED = 20261124
CUSTOMERS = 60
EVENTS_EACH = 50  # at least, of each release


@pytest.mark.parametrize(
    "rounds", [1, pytest.param(10, marks=[pytest.mark.long, pytest.mark.timeout(3_600)])], ids=["10", "200"]
)
def test_each_event_is_judged_by_the_release_of_its_place_in_the_log_whoever_is_killed(
    backend: Backend, tmp_path: Path, figures: Figures, rounds: int
) -> None:
    begun = SystemClock().monotonic()
    chance = random.Random(SEED)
    editions = Editions(tmp_path / "rules")
    living = Installation(tmp_path / "home", backend, editions.directory)
    sold = sales(38_000, CUSTOMERS, SEED, 4_500) if rounds > 1 else sales(30_000, CUSTOMERS, SEED)
    assert max(sale.at for sale in sold) < SystemClock().now(), "more than enough, and all of it in the past"
    try:
        living.serve_all()
        reloading = Reloading(living, editions, ReleaseLog(living), chance, editions.digest)
        publisher, live = living.publisher(batch=3, pause_s=0.03 if rounds == 1 else 0.12), LiveCheck(living)
        publisher.start(sold, threads=1)
        steps = plan(rounds, chance)
        reload_all(reloading, steps, live, publisher)
        publisher.stop()
        living.wait_until_idle()
        findings, judged = check(living, publisher.acknowledged, sold, live), misjudged(living, reloading.log)
        figures(
            fault=f"{len(steps)} releases under load, and kill -9",
            backend=backend.name,
            seed=SEED,
            events=len(publisher.acknowledged),
            kills=reloading.kills,
            seconds=SystemClock().monotonic() - begun,
            decisions=(judged.by_events, judged.by_releases, judged.by_days),
            misjudged=len(judged.wrong),
            **findings.counts(),
        )
        assert not findings, findings
        assert not judged.wrong, judged.wrong[:5]
        assert len(judged.releases) > len(steps) / 2, "most releases had something to decide"
        assert_every_release_was_active_once(reloading, len(steps))
        assert business(living) == undisturbed(living)
    finally:
        living.close()


def reload_all(reloading: Reloading, steps: list[str], live: LiveCheck, publisher: Publisher) -> None:
    """Go through *steps*; half-way somebody saves a broken file, and one that would end every membership."""
    for number, way in enumerate(steps):
        if number == len(steps) // 2:
            reloading.refused(reloading.editions.break_off, "activity.yaml")
            reloading.step("edit")
            until(lambda: reloading.core() > CUSTOMERS / 2, PATIENCE_S)
            reloading.refused(reloading.editions.be_bold, "dry-run")
        reloading.step(way)
        let_judge(reloading, publisher)
        live.look()
        assert not live.findings, live.findings
        assert publisher.is_busy, publisher.failed


def let_judge(reloading: Reloading, publisher: Publisher) -> None:
    """Let more events be judged by the release that is active now."""
    try:
        reloading.let_judge(EVENTS_EACH)
    except AssertionError as error:
        refused = publisher.refusals[-1:], publisher.failed
        raise AssertionError(f"nothing more is judged; the publisher was told {refused}") from error


def assert_every_release_was_active_once(reloading: Reloading, steps: int) -> None:
    """Activations are numbered without a gap, one for each that was asked for.

    An edit writes several files, one after another; on a machine that stalls between two of them, what lies
    there meanwhile is a release as well.
    """
    kept = [each for each in reloading.living.everything(RELEASES) if each["kind"] == "activation"]
    assert sorted(each["number"] for each in kept) == list(range(1, len(kept) + 1))
    between = [each for each in kept if each["digest"] not in reloading.live]
    assert all(each["by"] == "rule files" for each in between), between
    assert len(kept) - len(between) == steps + 2, "the first one, and the good edit after the broken one"
    assert reloading.log.markers >= len(kept)


def undisturbed(living: Installation) -> dict[str, list[bytes]]:
    """The same log dealt with in one process and in one go, under the same stored releases."""
    with tempfile.TemporaryDirectory() as directory:
        shop = Shop(Path(directory), rules=living.home.rules, partitions=PARTITIONS)
        try:
            shop.collection(RELEASES).insert_absent(list(living.everything(RELEASES)))
            records = [
                Message(record.key, record.value, record.headers, partition)
                for partition, record in living.records(EVENTS.name)
            ]
            for start in range(0, len(records), 1_000):
                shop.producer.send(EVENTS.name, records[start : start + 1_000])
            shop.work()
            return business(shop)
        finally:
            shop.close()
