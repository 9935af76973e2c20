"""Taking a relationship over into a release: first values, renamed rules, rules that are gone.

Changes the relationship in place.
"""

from hashlib import blake2b

from shared.contracts.decision import DecisionRecord
from shared.model.rules import FactSource
from shared.policy.evaluation import record
from shared.policy.evaluation.context import Context
from shared.policy.evaluation.effects import entitle
from shared.policy.evaluation.episode import Episode
from shared.policy.evaluation.program import Program
from shared.policy.evaluation.relationship import SHADOW, Relationship

_WITHDRAWN = {"en": "No longer: its rule was withdrawn", "zh": "已解除：规则已撤销"}


def adopt(relationship: Relationship, program: Program, day: int) -> None:
    """Make *relationship* one that *program* can judge; nothing changes if it already is."""
    if relationship.first_seen is None:
        relationship.first_seen = day
    if relationship.release == program.digest:
        return
    relationship.release = program.digest
    relationship.forget_idle()
    for name, fact in program.bundle.facts.items():
        if fact.source is FactSource.POLICY and fact.initial is not None:
            relationship.facts.setdefault(name, fact.initial)
    relationship.facts.setdefault("groups", ())
    _rename(relationship, program)
    entitle(relationship, program)


def _rename(relationship: Relationship, program: Program) -> None:
    """Move state to rules' new names; what a former shadow kept has no use left."""
    for former, key in program.renamed:
        if former in relationship.episodes:
            relationship.episodes.setdefault(key, relationship.episodes.pop(former))
        if former in relationship.firings:
            relationship.firings.setdefault(key, relationship.firings.pop(former))
    for key in [*relationship.episodes]:
        if key.startswith(SHADOW) and key not in program.keys:
            del relationship.episodes[key]


def resolve_orphans(context: Context) -> None:
    """Close the alerts of rules that the release no longer runs.

    Episodes without alerts stay asleep under their rule's id, so that a rollback finds them again.
    """
    episodes = context.relationship.episodes
    if episodes.keys() <= context.program.keys:
        return
    for key in sorted(episodes.keys() - context.program.keys):
        if episodes[key].alerts:
            context.decisions.append(withdrawn(context, key, episodes.pop(key)))


def withdrawn(context: Context, rule: str, episode: Episode) -> DecisionRecord:
    """The record that closes the alerts of a rule that is gone."""
    moment = context.moment
    named = (moment.customer, rule, "resolved", moment.day, context.program.digest, episode.started)
    identity = "d" + blake2b("\n".join(map(str, named)).encode(), digest_size=10).hexdigest()
    return DecisionRecord(
        id=identity,
        customer=moment.customer,
        rule=rule,
        policy="",
        release=context.program.digest,
        outcome="resolved",
        mode="live",
        as_of=moment.as_of,
        day=moment.day,
        cause=moment.cause,
        facts={},
        leaves=(),
        reason=_WITHDRAWN,
        actions=record.resolving(identity, episode.alerts),
        episode_before=episode.to_document(),
        engine=context.program.engine,
    )
