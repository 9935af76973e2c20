"""Who left the circle, what they were worth, who was called, and who came back.

Pure, over decisions, purchases and tasks. Coming back is behaviour: to buy again; being a member again is
told beside it. Called against not called proves nothing by itself: the holdout does (`report uplift`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from shared.reports.leavings import leaves_circle, took_effect

Text = Mapping[str, str]
Purchase = tuple[int, float]
"""Local day and amount; returns are below zero."""

YEAR = 365
HELD_OUT, NOT_CALLED = "held out", "not called"


@dataclass(frozen=True, slots=True)
class Leaver:
    """One leaving: *worth* is what they bought in the year before, *since* what they bought after."""

    customer: str
    day: int
    rule: str
    reason: Text
    worth: float
    call: str  # the task's status, or one of the words above
    bought_again: int | None  # the local day
    since: float
    member_again: int | None


@dataclass(frozen=True, slots=True)
class Called:
    """What became of those of whom the call stands alike."""

    call: str
    leavers: int
    came_back: int
    came_back_percent: float
    members_again: int
    since: float


@dataclass(frozen=True, slots=True)
class Winback:
    """Everybody who left, who can be won back first; and the result."""

    leavers: tuple[Leaver, ...]
    results: tuple[Called, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of each customer beside their leaving."""

    purchases: Mapping[str, Sequence[Purchase]] = field(default_factory=dict)
    entries: Mapping[str, Sequence[int]] = field(default_factory=dict)  # days on which they became members
    calls: Mapping[str, Sequence[tuple[int, str]]] = field(default_factory=dict)  # day and status


def winback(decisions: Iterable[Mapping[str, Any]], known: Known, outside: str) -> Winback:
    """List every leaving among *decisions*; who has not come back and was worth most comes first."""
    left = [each for each in decisions if took_effect(each) and leaves_circle(each, outside)]
    days: dict[str, list[int]] = {}
    for each in left:
        days.setdefault(each["customer"], []).append(each["day"])
    leavers = [_leaver(each, known, _next(days[each["customer"]], each["day"])) for each in left]
    ranked = sorted(leavers, key=lambda each: (each.bought_again is not None, -each.worth, each.customer))
    return Winback(tuple(ranked), _results(leavers))


def _next(days: Iterable[int], day: int) -> int | None:
    """The day of the same customer's next leaving: what is bought after it is no success of this one."""
    return min((each for each in days if each > day), default=None)


def _leaver(decision: Mapping[str, Any], known: Known, until: int | None) -> Leaver:
    customer, day = decision["customer"], decision["day"]
    bought = known.purchases.get(customer, ())
    after = [each for each in bought if each[0] > day and (until is None or each[0] <= until)]
    again = [at for at in known.entries.get(customer, ()) if at > day and (until is None or at <= until)]
    return Leaver(
        customer=customer,
        day=day,
        rule=decision["rule"],
        reason=decision["reason"],
        worth=sum(amount for at, amount in bought if day - YEAR < at <= day),
        call=_call(known.calls.get(customer, ()), day, until),
        bought_again=min((at for at, amount in after if amount > 0), default=None),
        since=sum(amount for _, amount in after),
        member_again=min(again, default=None),
    )


def _call(calls: Iterable[tuple[int, str]], day: int, until: int | None) -> str:
    """The status of the first call after the leaving."""
    after = [call for call in calls if call[0] >= day and (until is None or call[0] < until)]
    return min(after)[1] if after else NOT_CALLED


def _results(leavers: Iterable[Leaver]) -> tuple[Called, ...]:
    grouped: dict[str, list[Leaver]] = {}
    for each in leavers:
        grouped.setdefault(each.call, []).append(each)
    found = [_called(call, each) for call, each in grouped.items()]
    return tuple(sorted(found, key=lambda each: (-each.leavers, each.call)))


def _called(call: str, leavers: Sequence[Leaver]) -> Called:
    back = sum(1 for each in leavers if each.bought_again is not None)
    members = sum(1 for each in leavers if each.member_again is not None)
    share = round(100 * back / len(leavers), 1)
    return Called(call, len(leavers), back, share, members, sum(each.since for each in leavers))
