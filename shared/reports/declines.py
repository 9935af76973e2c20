"""Which traits and metrics fell most between a customer's best days and their leaving.

Pure, read from decision records alone: their score lines say the traits, their facts the metrics. The best
days are those of the record with the highest score before the leaving.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from statistics import mean, median
from typing import Any

Decision = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Decline:
    """A trait's mean points, or a metric's median, on the best days and at the leaving, of *customers*."""

    name: str
    best: float
    leaving: float
    customers: int

    @property
    def change(self) -> float:
        """What was added; below zero: lost."""
        return self.leaving - self.best


@dataclass(frozen=True, slots=True)
class Declines:
    """Traits by points lost, metrics by the share that was lost."""

    traits: tuple[Decline, ...]
    metrics: tuple[Decline, ...]


Pair = tuple[Decision, Decision]
"""Records of the best days and of the leaving."""


def best_and_last(decisions: Iterable[Decision], day: int) -> Pair | None:
    """The two records of one customer to compare; None where fewer than two records know the score."""
    scored = [each for each in decisions if each["day"] <= day and each.get("score_lines")]
    if len(scored) < 2:
        return None
    last = max(scored, key=lambda each: (each["as_of"], each["_id"]))
    best = max(scored, key=lambda each: (_score(each), each["as_of"], each["_id"]))
    return (best, last) if best["as_of"] < last["as_of"] else None


def declines(pairs: Sequence[Pair], metrics: Set[str]) -> Declines:
    """Add up what changed in all *pairs*; of the facts only *metrics* are compared."""
    traits = _declined([(_traits(best), _traits(last)) for best, last in pairs], mean)
    numbers = [(_numbers(best, metrics), _numbers(last, metrics)) for best, last in pairs]
    return Declines(
        tuple(sorted(traits, key=lambda each: (each.change, each.name))),
        tuple(sorted(_declined(numbers, median), key=lambda each: (_relative(each), each.name))),
    )


def _declined(sides: Sequence[tuple[dict[str, float], dict[str, float]]], middle: Any) -> list[Decline]:
    names = {name for best, last in sides for name in best.keys() & last.keys()}
    found: list[Decline] = []
    for name in names:
        both = [(best[name], last[name]) for best, last in sides if name in best and name in last]
        before, after = (round(float(middle(side)), 2) for side in zip(*both, strict=True))
        found.append(Decline(name, before, after, len(both)))
    return found


def _traits(decision: Decision) -> dict[str, float]:
    return {line["trait"]: line["points"] for line in decision["score_lines"]}


def _numbers(decision: Decision, metrics: Set[str]) -> dict[str, float]:
    return {
        name: value
        for name, value in decision["facts"].items()
        if name in metrics and isinstance(value, int | float)
    }


def _score(decision: Decision) -> float:
    return sum(float(line["contribution"]) for line in decision["score_lines"])


def _relative(decline: Decline) -> float:
    return decline.change / max(abs(decline.best), 1.0)
