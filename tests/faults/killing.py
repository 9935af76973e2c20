"""Ends services at random moments, as an operator's kill -9 or the system's memory guard would.

Only processes that the installation's own run files name as its services.
"""

import os
import random
import signal
from collections import Counter
from collections.abc import Callable, Sequence
from threading import Event, Thread

from services.cli.running import RunningService


class Killer(Thread):
    """Kills a victim that runs, again and again, until *kills* are done or `enough` is set.

    Every service has its turn before any has a second one.
    """

    def __init__(
        self,
        running: Callable[[], Sequence[RunningService]],
        victims: Sequence[str],
        kills: int,
        chance: random.Random,
        pause_s: tuple[float, float] = (0.1, 0.9),
    ) -> None:
        super().__init__(daemon=True)
        self._running, self._kills, self._chance, self._pause_s = running, kills, chance, pause_s
        self._victims = list(victims)
        self._turn: list[str] = []
        self.killed: Counter[str] = Counter()
        self.enough = Event()

    def run(self) -> None:
        while self.killed.total() < self._kills and not self.enough.wait(
            self._chance.uniform(*self._pause_s)
        ):
            if not self._turn:
                self._turn = self._chance.sample(self._victims, len(self._victims))
            targets = [each for each in self._running() if each.service == self._turn[-1]]
            if targets:
                target = self._chance.choice(targets)
                os.kill(target.pid, signal.SIGKILL)
                self.killed[target.service] += 1
                self._turn.pop()
