"""When a rule fires, worked out from every look ever taken: the naive model of the scheduler.

Knows of no due days, keeps no state between calls, and shares no code with the product.
"""

from collections.abc import Iterable
from dataclasses import dataclass

Look = tuple[int, bool | None]
"""A day, and whether the rule's condition held then; None: it could not be told."""


@dataclass(frozen=True)
class Rhythm:
    """A rule's timers in days."""

    stands_for: int = 0
    keeps_for: int = 0
    every: int | None = None
    later: bool = False

    def firings(self, looks: Iterable[Look]) -> list[int]:
        """The days on which the rule fires, in order."""
        fired: list[int] = []
        spell: _Spell | None = None
        for day, holds in looks:
            if holds is None:
                if spell is not None and spell.frozen_on is None:
                    spell.frozen_on = day
                continue
            if spell is None:
                spell = _Spell(day) if holds else None
            else:
                spell.thaw(day)
            if spell is None:
                continue
            if self._ends(spell, day, holds):
                spell = None
            elif holds and self._is_time(spell, day):
                fired.append(day)
                spell.fired, spell.counts_from = True, day
        return fired

    def _ends(self, spell: "_Spell", day: int, holds: bool) -> bool:
        if holds:
            spell.lapsing_since = None
            return False
        if spell.counts_from is None:
            return True
        if spell.lapsing_since is None:
            spell.lapsing_since = day
        return day - spell.lapsing_since >= self.keeps_for

    def _is_time(self, spell: "_Spell", day: int) -> bool:
        if spell.counts_from is None:
            if day - spell.began < self.stands_for:
                return False
            spell.counts_from = day
        if not spell.fired and not self.later:
            return True
        return self.every is not None and day - spell.counts_from >= self.every


@dataclass
class _Spell:
    began: int
    counts_from: int | None = None
    lapsing_since: int | None = None
    frozen_on: int | None = None
    fired: bool = False

    def thaw(self, day: int) -> None:
        """Days on which nobody could tell do not count."""
        if self.frozen_on is not None:
            lost, self.frozen_on = day - self.frozen_on, None
            self.began += lost
            self.counts_from = None if self.counts_from is None else self.counts_from + lost
            self.lapsing_since = None if self.lapsing_since is None else self.lapsing_since + lost
