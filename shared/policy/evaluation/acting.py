"""From candidates to decisions: who competes, who is held back, who fires.

Changes the relationship in place. Only winners are asked for a budget; before a rule fires its condition is
read once more by the definition, and it stands back if the engine had read it differently.
"""

from collections.abc import Mapping, Sequence

from shared.model.rules import ActionKind
from shared.model.values import Value
from shared.policy.evaluation import gates, record
from shared.policy.evaluation.admissions import Admission
from shared.policy.evaluation.candidates import Candidate
from shared.policy.evaluation.conflict import Contestant, by_priority, winners
from shared.policy.evaluation.context import Context
from shared.policy.evaluation.effects import Planned, perform
from shared.policy.evaluation.episode import Alert, Episode
from shared.policy.evaluation.program import Policy
from shared.quick_dataclass import replace

Beaten = Mapping[str, Contestant | None]
"""By rule id who is preferred to it in a conflict group, None for those that nobody is."""


def act(policy: Policy, found: Sequence[Candidate], context: Context) -> None:
    """Let each candidate of *policy* end, wait or fire, and keep its episode."""
    ordered = by_priority(found)
    beaten = contest(ordered, context) if any(each.planned for each in found) else {}
    for each in ordered:
        settle(policy, each, beaten, context)


def settle(policy: Policy, found: Candidate, beaten: Beaten, context: Context) -> None:
    """Let one candidate end, wait or fire, given who is *beaten* by whom."""
    if found.episode is None:
        _end(policy, found, context)
    elif found.planned:
        _decide(policy, found, found.episode, beaten, context)
    else:
        _keep(found, _released(found.episode), context)


def contest(ordered: Sequence[Candidate], context: Context) -> Beaten:
    """Who is beaten by whom, of those who want to act and may."""
    paused = context.moment.paused
    return winners([each for each in ordered if each.competes and each.definition.id not in paused])


def _keep(found: Candidate, episode: Episode, context: Context) -> None:
    if episode is not found.before:
        found.episode = episode
        context.relationship.episodes[found.rule.key] = episode


def _released(episode: Episode) -> Episode:
    """Nothing is due: nothing is held back."""
    return replace(episode, held="") if episode.held and episode.acts else episode


def _end(policy: Policy, found: Candidate, context: Context) -> None:
    """Forget the episode; say so if it was stopped, and if an alert goes with it."""
    before = found.before
    if before is None:
        return
    del context.relationship.episodes[found.rule.key]
    if found.stopped:
        context.decisions.append(record.write(context, policy, found, "stopped", after=None))
    if before.alerts:
        context.decisions.append(record.write(context, policy, found, "resolved", after=None))


def _decide(policy: Policy, found: Candidate, episode: Episode, beaten: Beaten, context: Context) -> None:
    if found.held_out:
        after = replace(episode, held_out=True, records=episode.records + 1)
        context.decisions.append(record.write(context, policy, found, "held_out", after=after))
        _keep(found, after, context)
    elif held := _held_by(policy, found, beaten, context):
        _hold(policy, found, episode, held, context)
    else:
        _fire(policy, found, episode, beaten, context)


def _held_by(policy: Policy, found: Candidate, beaten: Beaten, context: Context) -> str:
    """Name what holds the rule back now, or nothing."""
    rule, day, relationship = found.definition, context.moment.day, context.relationship
    if stopped := context.moment.paused.get(rule.id):
        return stopped
    if winner := beaten.get(rule.id):
        return gates.CONFLICT + winner.definition.id
    if day < relationship.tier_kept_until and waits_for_tier(found):
        return gates.KEEP_AT_LEAST
    if quota := gates.quota(rule, relationship.firings.get(found.rule.key, ()), day):
        return quota
    if not (context.program.terse or _agreed(policy, found, context)):
        return gates.DISAGREEMENT
    found.admission = _admission(found, context)
    return gates.BUDGET if found.admission is not None and not found.admission else ""


def waits_for_tier(found: Candidate) -> bool:
    """Whether the rule would change the tier, and not `at_once`, as people may."""
    changes = [each for each in found.planned if each.kind is ActionKind.CHANGE_TIER]
    return any(not each.fields.get("at_once") for each in changes)


def _agreed(policy: Policy, found: Candidate, context: Context) -> bool:
    """Whether the definition reads the rule's conditions as the engine did."""
    names = [found.definition.id] + ([found.rule.clear_key] if found.rule.clear_key else [])
    day, facts, previous = context.moment.day, context.facts, context.previous(policy)
    truth = policy.conditions.truth
    return all(truth(name, facts, previous, day) is found.verdicts[name] for name in names)


def _admission(found: Candidate, context: Context) -> Admission | None:
    """What the rule's budget answers; None when it has none to ask."""
    budget = found.definition.budget
    if budget is None or found.rule.is_shadow:
        return None
    identity = record.decision_id(context, found, "fired")
    return context.admissions.admit(found.definition.id, context.moment.day, identity, budget)


def _hold(policy: Policy, found: Candidate, episode: Episode, held: str, context: Context) -> None:
    """Keep what is due for later; recorded is the first of a row of refusals, and a stop."""
    after = replace(episode, held=held)
    if not episode.held or (gates.is_switch(held) and held != episode.held):
        after = replace(after, records=episode.records + 1)
        context.decisions.append(record.write(context, policy, found, "blocked", after=after, held_by=held))
    _keep(found, after, context)


def _fire(policy: Policy, found: Candidate, episode: Episode, beaten: Beaten, context: Context) -> None:
    relationship, day, key = context.relationship, context.moment.day, found.rule.key
    identity = record.decision_id(context, found, "fired")
    after = _after_firing(found, episode, identity, day)
    context.decisions.append(
        record.write(
            context, policy, found, "fired", after=after, losers=_losers(found, beaten), identity=identity
        )
    )
    _keep(found, after, context)
    if firings := gates.counted(found.definition, relationship.firings.get(key, ()), day):
        relationship.firings[key] = firings
    context.fired = True
    if not found.rule.is_shadow:
        for planned in found.planned:
            perform(planned, relationship, context.program, day)


def _after_firing(found: Candidate, episode: Episode, identity: str, day: int) -> Episode:
    return replace(
        episode,
        ordered=episode.ordered or found.ordering,
        counted_from=day if found.ordering else episode.counted_from,
        held="",
        records=episode.records + 1,
        alerts=episode.alerts + _raised(found.planned, identity),
        proposed=_proposed(episode, found.planned) if found.rule.is_shadow else (),
    )


def _raised(planned: Sequence[Planned], identity: str) -> tuple[Alert, ...]:
    return tuple(
        {
            "id": record.action_id(identity, number),
            "alert": each.fields["alert"],
            "severity": each.fields.get("severity", ""),
        }
        for number, each in enumerate(planned)
        if each.kind is ActionKind.RAISE_ALERT
    )


def _proposed(episode: Episode, planned: Sequence[Planned]) -> tuple[tuple[str, Value], ...]:
    wanted = {each.fields["fact"]: each.fields["value"] for each in planned if each.kind is ActionKind.SET}
    return tuple(sorted({**dict(episode.proposed), **wanted}.items()))


def _losers(found: Candidate, beaten: Beaten) -> tuple[Mapping[str, str], ...]:
    """The rules that would have acted now but for this one."""
    return tuple(
        {"rule": name, "reason": f"{gates.CONFLICT}{found.definition.id}"}
        for name, by in beaten.items()
        if by is found
    )
