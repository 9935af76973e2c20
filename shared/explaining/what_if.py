"""What would come if some facts were otherwise: decisions now and later, beside those that come anyway.

Pure. Two trials are lived side by side, one of them with what is supposed.
"""

from dataclasses import dataclass

from shared.contracts.decision import DecisionRecord
from shared.explaining.archive import Stored
from shared.explaining.trial import Facts, Rulebook, Trial
from shared.model.values import FactValue
from shared.policy.evaluation.wording import shown

DAYS = 30
"""How far ahead is looked unless told otherwise."""

MOST_DAYS = 366


@dataclass(frozen=True, slots=True)
class Change:
    """A fact that is otherwise in the trial."""

    fact: str
    now: FactValue
    supposed: FactValue


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A decision that would come at the close of local *day*, so many *days* from now (0: today).

    *change*: it ``comes`` only with what is supposed, ``goes`` with it, ``stays`` as it is, or ``moves`` from
    *other_day*.
    """

    day: int
    days: int
    change: str
    decision: DecisionRecord
    other_day: int | None = None


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a what-if; the tiers are those at the end of the days looked at."""

    customer: str
    day: int
    days: int
    changes: tuple[Change, ...]
    foreseen: tuple[Foreseen, ...]
    tier_now: str
    tier_without: str
    tier_supposed: str


def what_if(
    stored: Stored, rulebook: Rulebook, supposed: Facts, days: int = DAYS, *, shows_personal: bool = False
) -> Tried:
    """Live *days* days, today included, with and without what is *supposed*."""
    plain, trial = Trial.of(stored, rulebook), Trial.of(stored, rulebook, supposed)
    changes = _changes(plain, trial, stored.day, shows_personal)
    without, with_it = (list(each.live(stored.day, days)) for each in (plain, trial))
    return Tried(
        customer=stored.customer,
        day=stored.day,
        days=days,
        changes=changes,
        foreseen=tuple(_beside(without, with_it, stored.day)),
        tier_now=stored.relationship.tier,
        tier_without=plain.relationship.tier,
        tier_supposed=trial.relationship.tier,
    )


def _changes(plain: Trial, trial: Trial, day: int, shows_personal: bool) -> tuple[Change, ...]:
    """Facts that differ today, those that were supposed first."""
    now, then = (
        {**each.snapshot_on(day).facts_on(day), **each.relationship.facts} for each in (plain, trial)
    )
    bundle = plain.rulebook.bundle
    differ = [name for name in now.keys() | then.keys() if now.get(name) != then.get(name)]
    ordered = sorted(differ, key=lambda name: (name not in trial.supposed, name))
    if shows_personal:
        return tuple(Change(name, now.get(name), then.get(name)) for name in ordered)
    return tuple(
        Change(name, shown(name, now.get(name), bundle), shown(name, then.get(name), bundle))
        for name in ordered
    )


Dated = tuple[int, DecisionRecord]


def _beside(without: list[Dated], with_it: list[Dated], today: int) -> list[Foreseen]:
    """Both lists in one, by day; the same decision is known by rule, outcome and how often it came before."""
    plain, tried = _numbered(without), _numbered(with_it)
    found = []
    for key, (day, decision) in tried.items():
        other = plain.get(key)
        change = "comes" if other is None else "stays" if other[0] == day else "moves"
        found.append(Foreseen(day, day - today, change, decision, other[0] if other else None))
    for key, (day, decision) in plain.items():
        if key not in tried:
            found.append(Foreseen(day, day - today, "goes", decision))
    return sorted(found, key=lambda each: each.day)


def _numbered(decided: list[Dated]) -> dict[tuple[str, str, int], Dated]:
    found: dict[tuple[str, str, int], Dated] = {}
    for day, decision in decided:
        number = 0
        while (decision.rule, decision.outcome, number) in found:
            number += 1
        found[decision.rule, decision.outcome, number] = (day, decision)
    return found
