"""The circle: who is a member, and for each month opening + entered − left = closing, with the reasons.

Pure, over decision documents in order of time. The balance is checked against the members themselves,
followed one by one, and against who is a member now; what does not agree is named.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any

from shared.reports.decisive import Decided, decided_by
from shared.reports.movers import Moved, MovedMost, added_up

Text = Mapping[str, str]
NOT_A_MEMBER = "none"


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason as it was told, and how often."""

    text: Text
    count: int


@dataclass(frozen=True, slots=True)
class RuleFlow:
    """How many customers one rule moved, which condition decided, and the reasons as they were told.

    Reasons hold the customer's numbers, so most are told once; the conditions that decided add up.
    """

    rule: str
    count: int
    decided: tuple[tuple[Decided, int], ...]
    reasons: tuple[Reason, ...]
    moved: tuple[MovedMost, ...] = ()


@dataclass(frozen=True, slots=True)
class Month:
    """One month's flow. *returned* of those who entered had been members before."""

    month: str
    opening: int
    entered: int
    left: int
    closing: int
    returned: int
    entered_by: tuple[RuleFlow, ...]
    left_by: tuple[RuleFlow, ...]

    @property
    def balances(self) -> bool:
        """Whether opening + entered − left = closing."""
        return self.opening + self.entered - self.left == self.closing


@dataclass(frozen=True, slots=True)
class Circle:
    """All months, without gaps; *problems* name every way in which the books do not agree."""

    months: tuple[Month, ...]
    members: int
    problems: tuple[str, ...] = ()


@dataclass(slots=True)
class _Tally:
    """What one rule did in one month."""

    reasons: Counter[tuple[tuple[str, str], ...]] = field(default_factory=Counter)
    decided: Counter[Decided] = field(default_factory=Counter)
    moved: list[Moved] = field(default_factory=list)

    def add(self, decision: Mapping[str, Any], moved: Moved | None) -> None:
        self.reasons[tuple(sorted(decision["reason"].items()))] += 1
        if found := decided_by(decision.get("leaves", ())):
            self.decided[found] += 1
        if moved:
            self.moved.append(moved)

    def flow(self, rule: str) -> RuleFlow:
        ranked = sorted(self.reasons.items(), key=lambda entry: (-entry[1], entry[0]))
        decided = sorted(self.decided.items(), key=lambda entry: (-entry[1], str(entry[0])))
        reasons = tuple(Reason(dict(text), count) for text, count in ranked)
        return RuleFlow(rule, self.reasons.total(), tuple(decided), reasons, added_up(self.moved))


@dataclass(slots=True)
class _Side:
    """Moves of one month in one direction."""

    count: int = 0
    by_rule: dict[str, _Tally] = field(default_factory=dict)

    def add(self, decision: Mapping[str, Any], moved: Moved | None) -> None:
        self.count += 1
        self.by_rule.setdefault(decision["rule"], _Tally()).add(decision, moved)

    def flows(self) -> tuple[RuleFlow, ...]:
        flows = [tally.flow(rule) for rule, tally in self.by_rule.items()]
        return tuple(sorted(flows, key=lambda flow: (-flow.count, flow.rule)))


class _Books:
    """Follows each customer from move to move."""

    def __init__(self, outside: str, moved: Mapping[str, Moved]) -> None:
        self._outside, self._moved = outside, moved
        self.members: set[str] = set()
        self.ever: set[str] = set()
        self.problems: list[str] = []
        self.months: list[Month] = []
        self._month = ""
        self._begin()

    def _begin(self) -> None:
        self._opening = len(self.members)
        self._entered, self._left, self._returned = _Side(), _Side(), 0

    def move(self, decision: Mapping[str, Any]) -> None:
        """Take one change of tier into the books."""
        self.go_to(month_of(decision["day"]))
        customer = decision["customer"]
        before, _, after = decision["tier_change"].partition(">")
        was, becomes = before != self._outside, after != self._outside
        if was != (customer in self.members):
            state = "a member" if was else "not a member"
            self.problems.append(
                f"decision {decision['_id']}: {customer} was taken for {state}, but was not so"
            )
        if becomes and customer not in self.members:
            self._entered.add(decision, self._moved.get(decision["_id"]))
            self._returned += customer in self.ever
            self.members.add(customer)
            self.ever.add(customer)
        elif not becomes and customer in self.members:
            self._left.add(decision, self._moved.get(decision["_id"]))
            self.members.discard(customer)

    def go_to(self, month: str) -> None:
        """Close the months before *month*, the quiet ones too."""
        while self._month and self._month < month:
            self.close()
        self._month = self._month or month

    def close(self) -> None:
        """End the month under way and begin the next."""
        closed = Month(
            self._month,
            self._opening,
            self._entered.count,
            self._left.count,
            len(self.members),
            self._returned,
            self._entered.flows(),
            self._left.flows(),
        )
        if not closed.balances:
            self.problems.append(f"{closed.month}: opening + entered - left is not closing")
        self.months.append(closed)
        self._month = month_after(self._month)
        self._begin()


def circle(
    decisions: Iterable[Mapping[str, Any]],
    members_now: Iterable[str],
    *,
    until_day: int | None = None,
    outside: str = NOT_A_MEMBER,
    moved: Mapping[str, Moved] = MappingProxyType({}),
) -> Circle:
    """Book every tier change among *decisions*; *until_day* carries the months on to where time stands.

    *moved* says, by decision, which trait moved most before it.
    """
    books = _Books(outside, moved)
    for decision in decisions:
        if _moves(decision):
            books.move(decision)
    if until_day:
        books.go_to(month_of(until_day))
    if books.months or books.members or books.ever:
        books.close()
    problems = (*books.problems, *_differences(books.members, set(members_now)))
    return Circle(tuple(books.months), len(books.members), problems)


def _moves(decision: Mapping[str, Any]) -> bool:
    """Whether a tier really changed: not of a decision that was held back, nor of one in shadow."""
    return (
        bool(decision.get("tier_change")) and decision["outcome"] == "fired" and decision["mode"] != "shadow"
    )


def _differences(booked: set[str], stored: set[str]) -> Iterable[str]:
    for customer in sorted(stored - booked):
        yield f"{customer} is a member now, but no decision made them one"
    for customer in sorted(booked - stored):
        yield f"{customer} is no member now, but no decision ended it"


def month_of(day: int) -> str:
    """The month of a local date given by its ordinal, as ``2010-01``."""
    return date.fromordinal(day).isoformat()[:7]


def month_after(month: str) -> str:
    """The month that follows."""
    year, number = int(month[:4]), int(month[5:])
    return f"{year + 1}-01" if number == 12 else f"{year}-{number + 1:02d}"
