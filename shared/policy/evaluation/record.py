"""Writing the record of a decision: complete enough to explain it and to make it again.

Pure. Ids are derived from what was decided, so that a replay writes the same record.
"""

from collections.abc import Iterable, Mapping
from hashlib import blake2b
from typing import Any

from shared.contracts.decision import DecisionRecord, LeafTrace, OrderedAction, Outcome
from shared.contracts.facts import facts_to_json
from shared.contracts.snapshot import Snapshot
from shared.customer.score import score
from shared.model.rules import ActionKind, RolloutMode
from shared.model.values import FactValue, Text
from shared.policy.evaluation import wording
from shared.policy.evaluation.candidates import Candidate
from shared.policy.evaluation.conflict import TIER_GROUP
from shared.policy.evaluation.context import Context
from shared.policy.evaluation.effects import Planned
from shared.policy.evaluation.episode import Alert, Episode
from shared.policy.evaluation.gates import DISAGREEMENT
from shared.policy.evaluation.program import Policy, Program, Rule
from shared.policy.evaluation.relationship import NO_TIER
from shared.policy.evaluation.rollout import rollout_bucket

RESOLVE_ALERT = "resolve_alert"
"""The kind of action that closes an alert; fields ``alert``, ``severity``, ``raised_by`` (an action id)."""

_PREFIX = {
    "resolved": {"en": "No longer: ", "zh": "已解除："},
    "stopped": {"en": "Stopped, because a fact is missing: ", "zh": "因缺少数据而停止："},
}


def decision_id(context: Context, found: Candidate, outcome: Outcome) -> str:
    """Return the id that the next record of this episode has with *outcome*."""
    episode = found.episode or found.before
    cause = context.moment.cause
    named = (
        context.moment.customer,
        found.rule.key,
        outcome,
        context.moment.day,
        cause.kind,
        cause.source,
        cause.id,
        episode.started if episode else 0,
        episode.records if episode else 0,
    )
    return "d" + blake2b("\n".join(map(str, named)).encode(), digest_size=10).hexdigest()


def action_id(identity: str, number: int) -> str:
    """Return the id of a decision's action."""
    return f"{identity}-{number}"


def write(
    context: Context,
    policy: Policy,
    found: Candidate,
    outcome: Outcome,
    *,
    after: Episode | None,
    held_by: str = "",
    losers: tuple[Mapping[str, str], ...] = (),
    identity: str = "",
) -> DecisionRecord:
    """Write the record of *outcome*, under its *identity* if that is known already; the episode moves from
    ``found.before`` to *after*."""
    rule, moment, program = found.rule, context.moment, context.program
    identity = identity or decision_id(context, found, outcome)
    planned = found.planned if outcome == "fired" else ()
    return DecisionRecord(
        id=identity,
        customer=moment.customer,
        rule=rule.definition.id,
        policy=policy.id,
        release=program.digest,
        outcome=outcome,
        mode=rule.definition.rollout.value,
        as_of=moment.as_of,
        day=moment.day,
        cause=moment.cause,
        facts=_facts(rule, context),
        leaves=() if program.terse else _leaves(context, policy, rule, outcome),
        reason={} if program.terse else _reason(context, rule, outcome),
        actions=_resolving(identity, found) if outcome == "resolved" else _numbered(identity, planned),
        held_by=held_by,
        losers=losers,
        episode_before=found.before.to_document() if found.before else {},
        episode_after=after.to_document() if after else {},
        tier_change=_tier_change(context, planned),
        score_lines=score_lines(context.snapshot, program) if rule.reads_score and not program.terse else (),
        bucket=_bucket(rule, moment.customer),
        basis=_basis(context, policy, rule),
        budget=_budget(found),
        engine=program.engine,
        agreed=held_by != DISAGREEMENT,
    )


def _facts(rule: Rule, context: Context) -> dict[str, FactValue]:
    facts = dict(zip(rule.recorded, map(context.facts.get, rule.recorded), strict=True))
    for name in rule.personal:
        facts[name] = wording.shown(name, facts[name], context.program.bundle)
    return facts


def _numbered(identity: str, planned: tuple[Planned, ...]) -> tuple[OrderedAction, ...]:
    return tuple(
        OrderedAction(action_id(identity, number), each.kind.value, each.fields)
        for number, each in enumerate(planned)
    )


def _resolving(identity: str, found: Candidate) -> tuple[OrderedAction, ...]:
    """One action for each alert that is over, naming the action that raised it."""
    return resolving(identity, found.before.alerts if found.before else ())


def resolving(identity: str, alerts: Iterable[Alert]) -> tuple[OrderedAction, ...]:
    """The actions that close *alerts*."""
    return tuple(
        OrderedAction(
            action_id(identity, number),
            RESOLVE_ALERT,
            {"alert": alert["alert"], "severity": alert["severity"], "raised_by": alert["id"]},
        )
        for number, alert in enumerate(alerts)
    )


def _leaves(context: Context, policy: Policy, rule: Rule, outcome: Outcome) -> tuple[LeafTrace, ...]:
    """How `when` was read; of an alert that is over, what cleared it."""
    name = rule.clear_key if outcome == "resolved" and rule.clear_key else rule.definition.id
    traced = policy.conditions.trace(name, context.facts, context.previous(policy), context.moment.day)
    if not rule.personal:
        return traced
    bundle = context.program.bundle
    return tuple(wording.masked(leaf, bundle) for leaf in traced)


def _reason(context: Context, rule: Rule, outcome: Outcome) -> Text:
    bundle, definition = context.program.bundle, rule.definition
    if outcome == "resolved":
        return _prefixed("resolved", wording.render(definition.title, context.facts, bundle))
    if outcome == "stopped":
        missing = ", ".join(name for name in rule.reads if context.facts.get(name) is None)
        return _prefixed("stopped", dict.fromkeys(_PREFIX["stopped"], missing))
    return wording.render(definition.because or definition.title, context.facts, bundle)


def _prefixed(outcome: str, words: Text) -> dict[str, str]:
    prefix = _PREFIX[outcome]
    return {language: prefix.get(language, prefix["en"]) + text for language, text in words.items()}


def _tier_change(context: Context, planned: tuple[Planned, ...]) -> str | None:
    for each in planned:
        if each.kind is ActionKind.CHANGE_TIER:
            return f"{context.facts.get('tier', NO_TIER)}>{each.fields['to']}"
    return None


def _basis(context: Context, policy: Policy, rule: Rule) -> dict[str, Any]:
    """What the judgement read beside facts and episode, so far as it could matter."""
    moment, kept_until = context.moment, context.relationship.tier_kept_until
    basis: dict[str, Any] = {}
    if rule.watched and (previous := _previous(context, policy, rule)):
        basis["previous"] = previous
    if firings := context.relationship.firings.get(rule.key):
        basis["firings"] = list(firings)
    if TIER_GROUP in rule.groups and kept_until > moment.day:
        basis["tier_kept_until"] = kept_until
    if stopped := moment.paused.get(rule.definition.id):
        basis["paused"] = stopped
    return basis


def _previous(context: Context, policy: Policy, rule: Rule) -> dict[str, Any]:
    bundle, previous = context.program.bundle, context.previous(policy)
    known = {name: previous[name] for name in rule.watched if previous.get(name) is not None}
    return facts_to_json({name: wording.shown(name, value, bundle) for name, value in known.items()})


def _budget(found: Candidate) -> Mapping[str, int | None]:
    asked = found.admission
    return {} if asked is None else {"number": asked.number, "places": asked.places}


def _bucket(rule: Rule, customer: str) -> float | None:
    partial = rule.definition.rollout is RolloutMode.PERCENT
    return rollout_bucket(rule.definition, customer) if partial else None


def score_lines(snapshot: Snapshot, program: Program) -> tuple[Mapping[str, Any], ...]:
    """Trace the snapshot's score to its traits and metrics.

    Points are the snapshot's own; where a hand rating moved them, `assessed` says so.
    """
    day = snapshot.day
    facts = snapshot.facts_on(day)
    lines = []
    for line in score(facts, {}, program.traits, day).lines:
        points = facts.get(line.trait)
        given = points if isinstance(points, (int, float)) else line.points
        lines.append(
            {
                "trait": line.trait,
                "weight": line.weight,
                "points": given,
                "contribution": line.weight * given,
                "assessed": given != line.points,
                "indicators": [
                    {
                        "metric": i.metric,
                        "value": i.value,
                        "band": i.band,
                        "points": i.points,
                        "weight": i.weight,
                    }
                    for i in line.indicators
                ],
            }
        )
    return tuple(lines)
