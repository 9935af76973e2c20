"""Some customers who come out differently, each with both explanations: why here, and why not there.

Pure. A few of every kind of difference, always the same ones; each is run again up to the day in question.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Any

from shared.backtest.acts import acts
from shared.backtest.course import Course, CustomerLog
from shared.backtest.moves import CHANGES, EARLIER, GAINED, LOST
from shared.backtest.replay import Replayed
from shared.backtest.sides import Side, Sides
from shared.backtest.tally import Tally
from shared.contracts.decision import DecisionRecord, LeafTrace
from shared.policy.evaluation.explain import NearMiss, near_misses

Json = dict[str, Any]

Rerun = Callable[[bool, CustomerLog, Course], Replayed]
"""Runs one customer again, on the candidate's side if true, by the same admissions as before."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A difference to explain; for alerts day and rule are found out."""

    customer: str
    change: str
    kind: str
    name: str
    day: int = 0
    rule: str = ""


def chosen(tally: Tally, most: int) -> list[Wanted]:
    """At most so many differences, taken in turn from every kind."""
    kinds = [_moved(tally, change) for change in CHANGES]
    for change, named in ((GAINED, tally.gained), (LOST, tally.lost)):
        kinds += [
            [Wanted(customer, change, kind, name) for customer in named[kind, name]]
            for kind, name in sorted(named)
        ]
    in_turn = (wanted for turn in zip_longest(*kinds) for wanted in turn if wanted is not None)
    return [wanted for _, wanted in zip(range(most), in_turn, strict=False)]


def _moved(tally: Tally, change: str) -> list[Wanted]:
    return [
        Wanted(move.customer, change, "tier", move.tier, move.day, move.rule)
        for move in tally.moves
        if move.change == change and move.rule
    ]


def explained(wanted: Wanted, compared: Sides, log: CustomerLog, recorded: Course, rerun: Rerun) -> Json:
    """The difference with both sides' explanations."""
    day, rule = wanted.day, wanted.rule
    if not rule or not day:
        day, rule = _first(wanted, compared, rerun(_is_candidates(wanted), log, recorded))
    cut, course = log.until(recorded.place_of(day)), recorded.until(day)
    told = {
        name: _told(side, rerun(is_candidate, cut, course), rule, day)
        for name, side, is_candidate in (
            ("base", compared.base, False),
            ("candidate", compared.candidate, True),
        )
    }
    return {
        "customer": wanted.customer,
        "change": wanted.change,
        "kind": wanted.kind,
        "name": wanted.name,
        "day": _iso(day),
        "rule": rule,
        **told,
    }


def _is_candidates(wanted: Wanted) -> bool:
    return wanted.change in (GAINED, EARLIER)


def _first(wanted: Wanted, compared: Sides, replayed: Replayed) -> tuple[int, str]:
    """When, and by which rule, the alert was raised."""
    for act in acts(replayed.decisions, compared.from_day):
        if (act.kind, act.name) == (wanted.kind, wanted.name):
            return act.day, act.decision.rule
    return compared.from_day or 1, wanted.rule


def _told(side: Side, replayed: Replayed, rule: str, day: int) -> Json:
    """What one side says of *rule* at the close of *day*."""
    fired = [each for each in replayed.decisions if each.rule == rule and each.outcome == "fired"]
    if fired and fired[-1].day == day:
        return _decided("decided", fired[-1])
    if all(each.id != rule for policy in side.bundle.policies for each in policy.rules):
        return {"outcome": "absent"}
    episode = replayed.case.relationship.episodes.get(rule)
    if episode is not None and episode.held:
        return {"outcome": "held", "held_by": episode.held}
    if miss := _near_miss(side, replayed, rule, day):
        leaves = [_leaf(leaf) for leaf in miss.leaves]
        return {"outcome": "not", "missing": leaves, "days_left": miss.days_left}
    return _decided("earlier", fired[-1]) if fired else {"outcome": "not", "missing": [], "days_left": 0}


def _near_miss(side: Side, replayed: Replayed, rule: str, day: int) -> NearMiss | None:
    case = replayed.case
    if case.snapshot is None:
        return None
    program = side.instruments.judge(case.snapshot.release).program
    found = near_misses(case.relationship, case.snapshot, program, max(day, case.snapshot.day))
    return next((miss for miss in found if miss.rule == rule), None)


def _decided(outcome: str, decision: DecisionRecord) -> Json:
    return {
        "outcome": outcome,
        "day": _iso(decision.day),
        "reason": dict(decision.reason),
        "leaves": [_leaf(leaf) for leaf in decision.leaves],
    }


def _leaf(leaf: LeafTrace) -> Json:
    return {
        "fact": leaf.fact,
        "phrase": leaf.phrase,
        "value": _plain(leaf.value),
        "threshold": _plain(leaf.threshold),
        "outcome": leaf.outcome,
        "margin": leaf.margin,
    }


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _iso(day: int) -> str:
    return date.fromordinal(day).isoformat()


def all_explained(
    wanted: Sequence[Wanted],
    compared: Sides,
    found: Callable[[str], tuple[CustomerLog, Course]],
    rerun: Rerun,
) -> Iterator[Json]:
    """Every wanted difference explained; *found* gives a customer's log and its partition's course."""
    for each in wanted:
        log, course = found(each.customer)
        yield explained(each, compared, log, course, rerun)
