"""R2, R5 of the rules: releases change under load, and whoever activates them is killed amid it.

Every event is judged once, by the release that was active at its place in the log, and the decisions are
those of an undisturbed run over the same log.
"""

import random
import signal
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest

from shared.bus.port import Message
from shared.clock import SystemClock
from shared.contracts.topics import EVENTS
from shared.flow.crash_points import ACTIVATION
from shared.store.collections import RELATIONSHIPS, RELEASES
from tests.faults.asking import metric
from tests.faults.backend import Backend
from tests.faults.conftest import Figures
from tests.faults.editions import Editions
from tests.faults.installation import PARTITIONS, PATIENCE_S, Installation, until
from tests.faults.invariants import LiveCheck, check
from tests.faults.publisher import Publisher
from tests.faults.release_log import ReleaseLog, misjudged
from tests.faults.selling import sales
from tests.flow.pipeline.looking import business
from tests.flow.pipeline.shop import Shop

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SEED = 20261124
CUSTOMERS = 60
MORE_THAN_ENOUGH = 400_000
ONCE = (
    *(f"crash {point}" for point in ACTIVATION),
    *("kill rules", "kill rules", "kill scoring"),
    *("command", "crashed command", "rollback", "edit"),
)
"""Ten reloads, each way at least once; the full form has as many plain edits again."""


@dataclass
class Reloading:
    """One installation whose rules change, again and again."""

    living: Installation
    editions: Editions
    log: ReleaseLog
    chance: random.Random
    digest: str  # of the active release
    kills: int = 0
    live: set[str] = field(default_factory=set)  # every release that was

    def step(self, way: str) -> None:
        """Change the release in one *way*, and return once every partition of the log was told."""
        ways: dict[str, Callable[[str], str]] = {
            "crash": self._crash,
            "kill": self._kill,
            "edit": lambda _: self.editions.next(),
            "command": lambda _: self._by_command(crashed=False),
            "crashed": lambda _: self._by_command(crashed=True),
            "rollback": lambda _: self._rollback(),
        }
        kind, _, detail = way.partition(" ")
        self.digest = ways[kind](detail)
        self.live.add(self.digest)
        try:
            until(lambda: self.log.is_live(self.digest), PATIENCE_S)
        except AssertionError as error:
            raise AssertionError(f"{way}: {self.digest[:12]} is not live; {self._status()}") from error

    def refused(self, edit: Callable[[], None], words: str) -> None:
        """After *edit* the old release stays, and status and metric say why."""
        counted = metric(self.living, "rules", "guanxi_release_refused_total")
        edit()
        until(lambda: words in " ".join(self._status()["problems"]), PATIENCE_S)
        assert self._status()["release"] == self.digest
        assert self.log.is_live(self.digest)
        assert metric(self.living, "rules", "guanxi_release_refused_total") > counted

    def begin(self, service: str, **settings: str) -> None:
        """Start *service* again after a kill."""
        self.living.serve(service, **settings)
        self.living.wait_for(service)

    def _crash(self, point: str) -> str:
        """A start tells the log of the active release, too: its points are passed once before the edit."""
        self.living.end("rules", signal.SIGKILL)
        self.begin("rules", CRASH_AT=f"rules:{point}:{1 if point == ACTIVATION[0] else 2}")
        digest = self.editions.next()
        assert self.living.alone.pop("rules").wait(timeout=PATIENCE_S) == -signal.SIGKILL
        self.kills += 2
        self.begin("rules")
        return digest

    def _kill(self, service: str) -> str:
        digest = self.editions.next()
        SystemClock().sleep(self.chance.uniform(0, 1.5))  # any moment of a reload will do
        self.living.end(service, signal.SIGKILL)
        self.kills += 1
        self.begin(service)
        return digest

    def _by_command(self, *, crashed: bool) -> str:
        """A person's release: the watched files still say what they said, and stay as they are."""
        proposed = self._draft()
        name = self._guanxi("release", "propose", "--rules", str(proposed.directory), "--json")["release"]
        if not crashed:
            self._guanxi("release", "activate", name, "--reason", "by hand", "--json")
            return str(name)
        environment = self.living.home.environment
        self.living.home.environment = {**environment, "GUANXI_CRASH_AT": "rules:before-announce"}
        try:
            done = self.living.home.guanxi("release", "activate", name)
        finally:
            self.living.home.environment = environment
        assert done.returncode == -signal.SIGKILL, done.stderr
        self.kills += 1
        return str(name)

    def _draft(self) -> Editions:
        """The next edition, elsewhere."""
        directory = self.editions.directory.parent / f"draft-{self.editions.number}"
        self.editions.number += 1
        return Editions(directory, self.editions.number - 1)

    def _rollback(self) -> str:
        self._guanxi("release", "rollback", "--reason", "not what was meant", "--json")
        return str(self._status()["release"])

    def _guanxi(self, *arguments: str) -> Any:
        done = self.living.home.guanxi(*arguments)
        assert done.returncode == 0, done.stderr
        return orjson.loads(done.stdout)

    def _status(self) -> dict[str, Any]:
        status, answer = self.living.insist("rules", "GET", "/v1/status")
        assert status == 200, answer
        return dict(orjson.loads(answer))

    def core(self) -> int:
        """How many customers are members."""
        return sum(each["tier"] == "core" for each in self.living.everything(RELATIONSHIPS))


def plan(rounds: int, chance: random.Random) -> list[str]:
    """The ways of all reloads; the full form has as many plain edits again."""
    if rounds == 1:
        return chance.sample(ONCE, len(ONCE))
    return [way for _ in range(rounds) for way in chance.sample((*ONCE, *["edit"] * len(ONCE)), 2 * len(ONCE))]


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
    sold = sales(MORE_THAN_ENOUGH if rounds > 1 else 60_000, CUSTOMERS, SEED)
    try:
        living.serve_all()
        reloading = Reloading(living, editions, ReleaseLog(living), chance, editions.digest)
        publisher, live = living.publisher(batch=3, pause_s=0.03), LiveCheck(living)
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
        live.look()
        assert not live.findings, live.findings
        assert publisher.is_busy, publisher.failed


def assert_every_release_was_active_once(reloading: Reloading, steps: int) -> None:
    """Activations are numbered without a gap, and none happened that nobody had asked for."""
    kept = [each for each in reloading.living.everything(RELEASES) if each["kind"] == "activation"]
    assert sorted(each["number"] for each in kept) == list(range(1, len(kept) + 1))
    assert len(kept) == steps + 2, "the first one, and the good edit after the broken one"
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
