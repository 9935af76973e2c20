"""Which trait or metric moved most before a customer entered the circle or left it.

Pure, read from decision records alone: the move against a month before; where nothing so old is on record,
against the oldest. Records that know the score tell the traits, by what they add to it. Where no earlier one
does, the metrics that the move read are compared with what earlier records read, by their share.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from statistics import median
from typing import Any

MONTH_DAYS = 30
HUNDREDTHS = 100  # of a point of the score, as records keep what a trait adds

Decision = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Moved:
    """A trait moved by so many points of the score, or a metric by so many percent."""

    fact: str
    change: float
    is_trait: bool


@dataclass(frozen=True, slots=True)
class MovedMost:
    """Of how many customers *fact* moved most, and by how much in the middle."""

    fact: str
    customers: int
    change: float
    is_trait: bool


def moved_most(
    move: Decision, decisions: Iterable[Decision], metrics: Set[str], *, upwards: bool
) -> Moved | None:
    """What moved most before *move*: of traits, that way; None where the records do not tell."""
    earlier = sorted(
        (each for each in decisions if each["as_of"] < move["as_of"]),
        key=lambda each: (each["as_of"], each["_id"]),
    )
    return _of_traits(move, earlier, upwards) or _of_metrics(move, earlier, metrics)


def _of_traits(move: Decision, earlier: Sequence[Decision], upwards: bool) -> Moved | None:
    before = _month_before(move, [each for each in earlier if each.get("score_lines")])
    if before is None or not move.get("score_lines"):
        return None
    old, new = _parts(before), _parts(move)
    changes = [(new[trait] - old[trait], trait) for trait in sorted(new.keys() & old.keys())]
    change, trait = (max if upwards else min)(changes, key=lambda each: each[0], default=(0.0, ""))
    return Moved(trait, change, True) if (change > 0 if upwards else change < 0) else None


def _of_metrics(move: Decision, earlier: Sequence[Decision], metrics: Set[str]) -> Moved | None:
    changes: list[tuple[float, str]] = []
    for name in sorted(move["facts"].keys() & metrics):
        now = move["facts"][name]
        before = _month_before(move, [each for each in earlier if _is_number(each["facts"].get(name))])
        if before is not None and _is_number(now) and (was := before["facts"][name]):
            changes.append((100 * (now - was) / abs(was), name))
    change, name = max(changes, key=lambda each: abs(each[0]), default=(0.0, ""))
    return Moved(name, change, False) if change else None


def _month_before(move: Decision, known: Sequence[Decision]) -> Decision | None:
    """The last of *known* that is a month older, else the oldest."""
    old = [each for each in known if each["day"] <= move["day"] - MONTH_DAYS]
    return old[-1] if old else next(iter(known), None)


def added_up(found: Iterable[Moved]) -> tuple[MovedMost, ...]:
    """Each trait and metric with how often it moved most, the most frequent first."""
    grouped: dict[tuple[str, bool], list[float]] = {}
    for each in found:
        grouped.setdefault((each.fact, each.is_trait), []).append(each.change)
    told = [
        MovedMost(fact, len(changes), round(median(changes), 1), is_trait)
        for (fact, is_trait), changes in grouped.items()
    ]
    return tuple(sorted(told, key=lambda each: (-each.customers, each.fact)))


def _parts(decision: Decision) -> dict[str, float]:
    return {line["trait"]: line["contribution"] / HUNDREDTHS for line in decision["score_lines"]}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
