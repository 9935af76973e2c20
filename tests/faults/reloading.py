"""The ways in which a release becomes active, disturbed and not, one after another on a living installation.

Acts as editors, operators and bad luck do; what must hold afterwards is said in `test_hot_reload`.
"""

import random
import signal
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import orjson

from shared.clock import SystemClock
from shared.flow.crash_points import ACTIVATION
from shared.store.collections import RELATIONSHIPS
from tests.faults.asking import metric
from tests.faults.editions import Editions
from tests.faults.installation import PATIENCE_S, Installation, until
from tests.faults.release_log import ReleaseLog

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
    live: set[str] = field(init=False)  # every release that was asked for

    def __post_init__(self) -> None:
        self.live = {self.digest}

    def let_judge(self, events: int) -> None:
        """Wait until so many more events lie in the log under the active release."""
        before = len(self.log.judged_by)
        until(lambda: (self.log.look(), len(self.log.judged_by) >= before + events)[1], PATIENCE_S)

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
    more = (*ONCE, *["edit"] * len(ONCE))
    return [way for _ in range(rounds) for way in chance.sample(more, len(more))]
