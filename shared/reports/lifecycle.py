"""Stages of the relationship: how many stand where, who moved from where to where, and how long they stayed.

Pure, over decisions in order of time and relationship documents. Each customer is followed from move to move,
and must end where they are known to stand now; what does not agree is named.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from shared.reports.leavings import sets, took_effect


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage now, and the moves into and out of it in the period.

    *median_days* is of stays that ended in the period, *median_days_so_far* of those that last; else None.
    """

    stage: str
    customers: int
    share_percent: float
    came: int
    went: int
    median_days: float | None
    median_days_so_far: float | None


@dataclass(frozen=True, slots=True)
class Move:
    """How often customers went from one stage to another in the period."""

    before: str
    after: str
    count: int


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """Stages in their declared order, moves by frequency; *problems* name where the books do not agree."""

    customers: int
    stages: tuple[Stage, ...]
    moves: tuple[Move, ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a customer stands now, and the day they were first seen."""

    stage: str
    first_seen: int


@dataclass(slots=True)
class _Books:
    """Where each customer stands and since when; moves and stays of the period add up."""

    first: int
    last: int
    at: dict[str, tuple[str, int]]
    moves: Counter[tuple[str, str]] = field(default_factory=Counter)
    stays: dict[str, list[int]] = field(default_factory=dict)

    def move(self, customer: str, stage: str, day: int) -> None:
        """Take one move into the books; to stay is no move."""
        before, since = self.at.get(customer, ("", day))
        if stage == before:
            return
        self.at[customer] = (stage, day)
        if self.first <= day <= self.last and before:
            self.moves[before, stage] += 1
            self.stays.setdefault(before, []).append(day - since)


@dataclass(frozen=True, slots=True)
class Frame:
    """The period (days, both included), *today*, and the *stages* in their order, the initial one first."""

    stages: Sequence[str]
    first: int
    last: int
    today: int


def lifecycle(
    decisions: Iterable[Mapping[str, Any]], now: Mapping[str, Standing], fact: str, frame: Frame
) -> Lifecycle:
    """Follow everybody who is known *now* through every decision that set *fact*."""
    initial = frame.stages[0] if frame.stages else ""
    start = {customer: (initial, standing.first_seen) for customer, standing in now.items()}
    books = _Books(frame.first, frame.last, start)
    for decision in decisions:
        if took_effect(decision) and decision["customer"] in now:
            for stage in sets(decision, fact):
                books.move(decision["customer"], stage, decision["day"])
    names = [*frame.stages, *sorted({standing.stage for standing in now.values()} - set(frame.stages))]
    moves = [Move(before, after, count) for (before, after), count in books.moves.items()]
    return Lifecycle(
        len(now),
        tuple(_stage(name, books, now, frame.today) for name in names),
        tuple(sorted(moves, key=lambda move: (-move.count, move.before, move.after))),
        tuple(_differences(books, now)),
    )


def _stage(name: str, books: _Books, now: Mapping[str, Standing], today: int) -> Stage:
    here = [customer for customer, standing in now.items() if standing.stage == name]
    so_far = [today - books.at[customer][1] for customer in here if books.at[customer][0] == name]
    return Stage(
        stage=name,
        customers=len(here),
        share_percent=round(100 * len(here) / len(now), 1) if now else 0.0,
        came=sum(count for (_, after), count in books.moves.items() if after == name),
        went=sum(count for (before, _), count in books.moves.items() if before == name),
        median_days=_median(books.stays.get(name, [])),
        median_days_so_far=_median(so_far),
    )


def _median(days: Sequence[int]) -> float | None:
    return float(median(days)) if days else None


def _differences(books: _Books, now: Mapping[str, Standing]) -> Iterable[str]:
    for customer, standing in sorted(now.items()):
        booked = books.at[customer][0]
        if booked != standing.stage:
            yield f"{customer} stands at {standing.stage}, but decisions led to {booked}"
