"""One customer as it stood at each cut, and what then happened; each of its alerts, likewise.

Pure. At a cut everything up to the close of that day is known, and nothing of what came after; the window is
the days that follow. A window that is not over on the last day tells nothing yet.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.contracts.decision import DecisionRecord
from shared.contracts.snapshot import Snapshot
from shared.customer.apply import Event
from shared.quality.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of every customer: did the fact *rank* and the alerts of *rules* foresee *outcome*?"""

    outcome: Outcome
    rank: str
    rules: frozenset[str]
    cuts: tuple[int, ...]
    last_day: int

    def is_over(self, day: int) -> bool:
        """Whether the window that follows *day* is observed to its end."""
        return day + self.outcome.days <= self.last_day


@dataclass(frozen=True, slots=True)
class Standing:
    """A customer at one cut. *risk* None: the fact was unknown."""

    cut: int
    silent_days: int
    active_days: int
    money: float
    risk: float | None
    alarmed: bool
    left: bool


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert of its day; *left* None while its window is not over."""

    day: int
    silent_days: int
    left: bool | None


@dataclass(frozen=True, slots=True)
class Deeds:
    """The days on which a customer did what the outcome asks for, ascending, and the amounts up to each."""

    days: tuple[int, ...]
    sums: tuple[float, ...]

    @classmethod
    def of(cls, events: Iterable[Event], outcome: Outcome, day_of: Callable[[str], int]) -> "Deeds":
        """Gather them from a customer's events."""
        amounts: dict[int, float] = {}
        for event in events:
            if event.type == outcome.event:
                day = day_of(event.time)
                amount = event.data.get(outcome.money) if outcome.money else 0
                amounts[day] = amounts.get(day, 0) + (amount or 0)
        days, total, sums = sorted(amounts), 0.0, []
        for day in days:
            total += amounts[day]
            sums.append(total)
        return cls(tuple(days), tuple(sums))

    def until(self, day: int) -> int:
        """On how many days up to and including *day*."""
        return bisect_right(self.days, day)

    def none_after(self, day: int, window: int) -> bool:
        """Whether nothing was done in the *window* days that follow *day*."""
        at = self.until(day)
        return at == len(self.days) or self.days[at] > day + window


def standings(
    deeds: Deeds, told: Sequence[Snapshot], decisions: Sequence[DecisionRecord], question: Question
) -> Iterator[Standing]:
    """The customer at each cut by which it had done anything at all."""
    snapshot_days = [snapshot.day for snapshot in told]
    alarms = [decision for decision in decisions if decision.rule in question.rules]
    for cut in question.cuts:
        known, heard = deeds.until(cut), bisect_right(snapshot_days, cut)
        if not known:
            continue
        facts: Mapping[str, object] = told[heard - 1].facts_on(cut) if heard else {}
        risk = facts.get(question.rank)
        yield Standing(
            cut,
            cut - deeds.days[known - 1],
            known,
            deeds.sums[known - 1],
            float(risk) if isinstance(risk, (int, float)) else None,
            _is_open(alarms, cut),
            deeds.none_after(cut, question.outcome.days),
        )


def raised(deeds: Deeds, decisions: Sequence[DecisionRecord], question: Question) -> Iterator[Raised]:
    """Each alert that was raised, and whether the customer then left."""
    for decision in decisions:
        if decision.rule in question.rules and decision.outcome == "fired":
            known = deeds.until(decision.day)
            silent = decision.day - deeds.days[known - 1] if known else 0
            left = deeds.none_after(decision.day, question.outcome.days)
            yield Raised(decision.day, silent, left if question.is_over(decision.day) else None)


def _is_open(alarms: Sequence[DecisionRecord], day: int) -> bool:
    """Whether an alert raised by then is not yet resolved; who is in a rule's holdout was never alarmed."""
    last = {alarm.rule: alarm.outcome for alarm in alarms if alarm.day <= day and alarm.outcome != "blocked"}
    return "fired" in last.values()
