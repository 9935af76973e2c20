"""Run one case: walk its timeline and note what happens on each day."""

from dataclasses import dataclass

from shared.contracts.decision import DecisionRecord, OrderedAction
from shared.policy.engine.truth import Situation
from shared.policy.evaluation.relationship import Relationship
from shared.policy.testing.life import Life
from shared.policy.testing.model import Case, Point, Suite, Wanted
from shared.policy.testing.shapes import SUBJECTS
from shared.policy.testing.trial import Trial


@dataclass(frozen=True, slots=True)
class Day:
    """What happened at one point: on its day, and on the days since the point before it.

    *situations* (by policy) and *relationship* (as its document) tell where things stood at the end; *held*
    are the rules of which the cap held a contact on the day.
    """

    point: Point
    decisions: tuple[DecisionRecord, ...]
    between: tuple[DecisionRecord, ...]
    situations: dict[str, Situation]
    relationship: Relationship
    held: tuple[str, ...] = ()


def run_case(case: Case, suite: Suite, trial: Trial) -> tuple[Day, ...]:
    """Return what happens at each point of *case*."""
    life = Life(trial, case.customer, suite.now, case.has_events)
    trial.seen.clear()
    first = life.start + case.points[0].offset
    life.begin(case.given, min(first, life.start) if not case.has_events else first)
    if not case.has_events and first > life.start:
        life.look(life.start)
        life.close(life.start)
    days = []
    for point, follower in zip(case.points, (*case.points[1:], None), strict=True):
        is_last = follower is None or follower.offset > point.offset
        days.append(_day(point, life, closes=is_last))
    return tuple(days)


def _day(point: Point, life: Life, *, closes: bool) -> Day:
    day, told = life.start + point.offset, len(life.history)
    life.close_before(day)
    between = tuple(life.history[told:])
    if point.events or point.given.facts:
        life.change(point.given, day)
        if point.events:
            life.happen(point.events, day)
    else:
        life.look(day)
    if closes:
        life.close(day)
    decisions = tuple(life.history[told + len(between) :])
    seen = dict(life.trial.seen)
    kept = Relationship.from_document(life.relationship.to_document())
    held = tuple(each.rule for each in decisions if each.id in life.held)
    return Day(point, decisions, between, seen, kept, held)


def actions_of(decision: DecisionRecord) -> tuple[Wanted, ...]:
    """The actions of one decision in the words of tests; a rule in shadow has none."""
    return () if decision.mode == "shadow" else tuple(map(_action, decision.actions))


def _action(ordered: OrderedAction) -> Wanted:
    if ordered.kind == "set":
        return Wanted("set", str(ordered.fields["fact"]), ordered.fields["value"])
    return Wanted(ordered.kind, str(ordered.fields[SUBJECTS[ordered.kind]]))
