"""How a score came about: for each day on which a trait changed, what stood there before. Pure.

Kept backwards. So what holds now is not said twice, and forgetting the oldest day rewrites nothing. Weight
and points are whole numbers, so the differences of the parts add up to the difference of the scores exactly.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

KEPT_DAYS = 100
"""Days with a change that are remembered; an older one is forgotten when a newer comes."""

Part = list[int]
"""[weight, points] of one trait; [0, 0] where the trait was not there."""

Parts = Mapping[str, Part]


_ABSENT: Part = [0, 0]


def _part(name: str, weights: Mapping[str, int], points: Mapping[str, int]) -> Part:
    return [weights[name], points[name]] if name in weights else _ABSENT


@dataclass(slots=True)
class ScoreHistory:
    """What a customer's traits are, and what they were before each of *changes*, the oldest first.

    *since* is the day at whose close the oldest known parts stood; 0 while nothing was scored.
    """

    since: int = 0
    weights: Mapping[str, int] = field(default_factory=dict)
    points: Mapping[str, int] = field(default_factory=dict)
    changes: list[tuple[int, dict[str, Part]]] = field(default_factory=list)

    def note(self, day: int, weights: Mapping[str, int], points: Mapping[str, int]) -> None:
        """Take in what the traits are on *day*, which is no earlier than any day before.

        A day counts as it closed: what went up and down within it leaves nothing behind.
        """
        if points == self.points and weights == self.weights:
            return
        if not self.since:
            self.since = day
        elif day > self.since and (moved := self._moved(weights, points)):
            self._remember(day, moved, weights, points)
        self.weights, self.points = weights, points

    def parts(self) -> dict[str, Part]:
        """Weight and points of each trait as they are now."""
        return {trait: [weight, self.points[trait]] for trait, weight in self.weights.items()}

    def _moved(self, weights: Mapping[str, int], points: Mapping[str, int]) -> dict[str, Part]:
        """The traits that are not what they were, and what they were."""
        was = self.points
        if weights == self.weights:
            return {
                name: [weight, was[name]] for name, weight in weights.items() if points[name] != was[name]
            }
        before = self.parts()
        parts = {name: before.get(name, _ABSENT) for name in {**before, **weights}}
        return {name: [*part] for name, part in parts.items() if part != _part(name, weights, points)}

    def _remember(
        self, day: int, moved: dict[str, Part], weights: Mapping[str, int], points: Mapping[str, int]
    ) -> None:
        if not self.changes or self.changes[-1][0] != day:
            self.changes.append((day, moved))
            if len(self.changes) > KEPT_DAYS:
                self.since = self.changes.pop(0)[0]
            return
        first = self.changes[-1][1]
        for name, part in moved.items():
            if first.setdefault(name, part) == _part(name, weights, points):
                del first[name]
        if not first:
            self.changes.pop()

    def to_document(self) -> dict[str, Any]:
        """Return the history as JSON values; the points are the customer's facts."""
        return {"since": self.since, "weights": self.weights, "changes": self.changes}

    @classmethod
    def from_document(cls, document: Mapping[str, Any] | None, facts: Mapping[str, Any]) -> "ScoreHistory":
        """Return what `to_document` wrote; a customer of an earlier version begins anew."""
        if not document:
            return cls()
        weights = document["weights"]
        changes = [(day, was) for day, was in document["changes"]]
        return cls(document["since"], weights, {trait: facts[trait] for trait in weights}, changes)


@dataclass(frozen=True, slots=True)
class Move:
    """One trait's part of a change; *adds* is in hundredths of a score point."""

    trait: str
    before: Part
    after: Part

    @property
    def adds(self) -> int:
        """What it adds to the score."""
        return contribution(self.after) - contribution(self.before)


@dataclass(frozen=True, slots=True)
class Step:
    """What one day did to a score: the moves add up from *before* to *after*, in hundredths of a point."""

    day: int
    before: int
    after: int
    moves: tuple[Move, ...]


def contribution(part: Part) -> int:
    """Weight × points: hundredths of a score point."""
    return part[0] * part[1]


def steps(history: ScoreHistory) -> Iterator[Step]:
    """Every remembered change, the newest first."""
    now: dict[str, Part] = history.parts()
    after = sum(map(contribution, now.values()))
    for day, was in reversed(history.changes):
        moves = [Move(trait, part, now.get(trait, [0, 0])) for trait, part in was.items()]
        before = after - sum(move.adds for move in moves)
        yield Step(day, before, after, tuple(sorted(moves, key=_by_size)))
        now, after = {**now, **was}, before


def _by_size(move: Move) -> tuple[int, str]:
    return -abs(move.adds), move.trait
