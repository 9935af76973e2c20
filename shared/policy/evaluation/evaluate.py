"""Judge one customer: which rules fire now, and when the customer is due again by itself.

Pure but for two things said at `evaluate`: it changes the relationship in place and asks for admissions.
"""

from collections.abc import Iterable
from datetime import date

from shared.contracts.snapshot import Snapshot
from shared.policy.contacting import in_order_of_weight
from shared.policy.evaluation.acting import act
from shared.policy.evaluation.admissions import Admissions, MemoryAdmissions
from shared.policy.evaluation.adoption import adopt, resolve_orphans
from shared.policy.evaluation.candidates import Candidate, candidate
from shared.policy.evaluation.context import Context, anchors
from shared.policy.evaluation.looking import Sight
from shared.policy.evaluation.moment import Judgement, Moment
from shared.policy.evaluation.program import Policy, Program
from shared.policy.evaluation.relationship import Idle, Relationship
from shared.policy.evaluation.timers import earliest, wake

__all__ = ["Admissions", "Judgement", "MemoryAdmissions", "Moment", "evaluate"]

_LAST_DAY = date.max.toordinal()


def evaluate(
    relationship: Relationship,
    snapshot: Snapshot,
    moment: Moment,
    program: Program,
    admissions: Admissions,
) -> Judgement:
    """Judge the customer by *program* at *moment*, reading the snapshot's facts as they stand on its day.

    Changes *relationship* in place; after an exception it is half changed and has to be loaded again.
    Evaluating at the close of a day that is not due changes nothing.
    """
    context = begun(relationship, snapshot, moment, program, admissions)
    wakes = [judge_policy(policy, context) for policy in program.policies]
    return ended(context, wakes)


def begun(
    relationship: Relationship,
    snapshot: Snapshot,
    moment: Moment,
    program: Program,
    admissions: Admissions,
) -> Context:
    """An evaluation before its first policy."""
    adopt(relationship, program, moment.day)
    context = Context(
        relationship, snapshot, moment, program, admissions, facts=snapshot.facts_on(moment.day)
    )
    context.read_again()
    resolve_orphans(context)
    return context


def ended(context: Context, wakes: Iterable[int | None]) -> Judgement:
    """What came of an evaluation, behind its last policy; *wakes* are when policies may decide again."""
    decisions = in_order_of_weight(context.decisions, context.program.contacts)
    return Judgement(decisions, _next_due(context, earliest(wakes)))


def judge_policy(policy: Policy, context: Context) -> int | None:
    """Judge one policy, unless it is known to decide nothing; return when it may decide by itself."""
    seen = policy.look(context.facts)
    idle = context.relationship.idle.get(policy.id)
    if idle is not None and _is_idle(idle, seen, context.moment) and not _is_stopped(policy, context.moment):
        return idle.wake
    turn = policy.next_date(seen, context.facts, context.moment.day)
    found, foreseen = _candidates(policy, seen, turn, context)
    wakes = [foreseen, turn]
    if found:
        act(policy, found, context)
        wakes += [wake(each, context) for each in found]
    return _settle(policy, seen, earliest(wakes), context)


def _is_idle(idle: Idle, seen: Sight, moment: Moment) -> bool:
    return idle.seen == seen and (idle.wake is None or moment.day < idle.wake)


def _is_stopped(policy: Policy, moment: Moment) -> bool:
    """Whether somebody stopped a rule of *policy*: then it is looked at each time."""
    return bool(moment.paused) and any(rule in policy.ids for rule in moment.paused)


def _candidates(
    policy: Policy, seen: Sight, turn: int | None, context: Context
) -> tuple[list[Candidate], int | None]:
    """Return the rules with an episode, and when one that is not in force yet may begin."""
    episodes, day = context.relationship.episodes, context.moment.day
    verdicts = policy.verdicts.of(seen, context.facts, context.previous(policy), day, turn)
    found, foreseen = [], None
    for rule in policy.rules:
        when, episode = verdicts[rule.definition.id], episodes.get(rule.key)
        if (when and rule.acts_once and episode.is_done) if episode else not when:
            continue
        if each := candidate(rule, verdicts, context):
            found.append(each)
        begins = rule.definition.effective_from
        if begins is not None and begins > day:
            foreseen = earliest((foreseen, begins))
    return found, foreseen


def _settle(policy: Policy, seen: Sight, due: int | None, context: Context) -> int | None:
    """Keep what the policy saw. One that would decide the same again is idle until it is due."""
    relationship, moment = context.relationship, context.moment
    changed = _remember(policy, context)
    if context.fired:
        context.fired = False
        relationship.idle.pop(policy.id, None)
        context.read_again()
    elif changed or _is_stopped(policy, moment):
        relationship.idle.pop(policy.id, None)
    else:
        relationship.idle[policy.id] = Idle(seen, due)
        return due
    return moment.next_close


def _remember(policy: Policy, context: Context) -> bool:
    """Keep the facts that `changed` compares with next time; tell whether they changed this time."""
    if not policy.watched:
        return False
    before = context.previous(policy)
    now = {name: context.facts.get(name) for name in policy.watched}
    context.relationship.previous[policy.id] = now
    return any(before.get(name) not in (None, value) for name, value in now.items())


def _next_due(context: Context, woken: int | None) -> int | None:
    """The first day at whose close something may be decided without a new snapshot."""
    day, program = context.moment.day, context.program
    counted = {**context.snapshot.anchors, **anchors(context.relationship)}
    marks = program.marks
    turns = [marks[name].next_day(anchor, day) for name, anchor in counted.items() if name in marks]
    if not program.watched.isdisjoint(counted):
        turns.append(day + 1)
    due = earliest((woken, *turns))
    return due if due is None or due <= _LAST_DAY else None
