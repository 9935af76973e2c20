"""What a rule's actions would change, and changing it.

The only place that writes tier, facts, groups and entitlements of a `Relationship`. An action that would
change nothing is not ordered.
"""

from collections.abc import Callable, Mapping
from typing import Any

from shared.model.rules import Action, ActionKind, Bundle, Table
from shared.model.values import FactValue
from shared.policy.evaluation.episode import Episode
from shared.policy.evaluation.program import Program, Rule
from shared.policy.evaluation.relationship import Relationship
from shared.policy.evaluation.tables import answer
from shared.policy.evaluation.wording import render
from shared.quick_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Planned:
    """An action with its fields resolved: tables answered, texts rendered."""

    kind: ActionKind
    fields: Mapping[str, Any]


def levels_due(
    rule: Rule, episode: Episode, relationship: Relationship, facts: Mapping[str, FactValue], bundle: Bundle
) -> list[Planned]:
    """The `set` actions whose fact has another value now (in shadow: than it would have)."""
    proposed = dict(episode.proposed)
    planned = []
    for action in rule.levels:
        name, value = str(action.fields["fact"]), action.fields["value"]
        wanted = answer(value, facts) if isinstance(value, Table) else value
        if proposed.get(name, relationship.facts.get(name)) != wanted:
            planned.append(_resolved(action, facts, bundle))
    return planned


def orders_due(
    rule: Rule, episode: Episode, relationship: Relationship, facts: Mapping[str, FactValue], bundle: Bundle
) -> list[Planned]:
    """The other actions, but for those that would change nothing."""
    planned = [_resolved(action, facts, bundle) for action in rule.orders]
    return [each for each in planned if _changes(each, episode, relationship)]


def _resolved(action: Action, facts: Mapping[str, FactValue], bundle: Bundle) -> Planned:
    fields: dict[str, Any] = {}
    for name, value in action.fields.items():
        if isinstance(value, Table):
            fields[name] = answer(value, facts)
        elif isinstance(value, Mapping):
            fields[name] = render(value, facts, bundle)
        elif value is not None:
            fields[name] = list(value) if isinstance(value, tuple) else value
    return Planned(action.kind, fields)


def _changes(planned: Planned, episode: Episode, relationship: Relationship) -> bool:
    fields, facts = planned.fields, relationship.facts
    if planned.kind is ActionKind.RAISE_ALERT:
        return all(alert["alert"] != fields["alert"] for alert in episode.alerts)
    if planned.kind is ActionKind.CHANGE_TIER:
        return relationship.tier != str(fields["to"])
    if planned.kind in (ActionKind.GRANT, ActionKind.REVOKE):
        held: bool = fields["entitlement"] in _texts(facts.get("entitlements"))
        return held is (planned.kind is ActionKind.REVOKE)
    if planned.kind in (ActionKind.ADD_TO, ActionKind.REMOVE_FROM):
        inside: bool = fields["group"] in _texts(facts.get("groups"))
        return inside is (planned.kind is ActionKind.REMOVE_FROM)
    return True


def perform(planned: Planned, relationship: Relationship, program: Program, day: int) -> None:
    """Let one action have its effect on *relationship*, if it has any there."""
    act = _ACTS.get(planned.kind)
    if act is not None:
        act(relationship, planned.fields, day)
        entitle(relationship, program)


def entitle(relationship: Relationship, program: Program) -> None:
    """Work out the entitlements: the tier's own and those granted, without those revoked."""
    own = program.entitled.get(relationship.tier, frozenset())
    held = (own | relationship.granted) - relationship.revoked
    relationship.facts["entitlements"] = tuple(sorted(held))


def _change_tier(relationship: Relationship, fields: Mapping[str, Any], day: int) -> None:
    relationship.facts["tier"] = fields["to"]
    relationship.tier_since = day
    relationship.tier_kept_until = day + fields.get("keep_at_least_days", 0)


def _set(relationship: Relationship, fields: Mapping[str, Any], day: int) -> None:
    relationship.facts[fields["fact"]] = fields["value"]


def _grant(relationship: Relationship, fields: Mapping[str, Any], day: int) -> None:
    relationship.granted.add(fields["entitlement"])
    relationship.revoked.discard(fields["entitlement"])


def _revoke(relationship: Relationship, fields: Mapping[str, Any], day: int) -> None:
    relationship.granted.discard(fields["entitlement"])
    relationship.revoked.add(fields["entitlement"])


def _add_to(relationship: Relationship, fields: Mapping[str, Any], day: int) -> None:
    inside = {*_texts(relationship.facts.get("groups")), fields["group"]}
    relationship.facts["groups"] = tuple(sorted(inside))


def _remove_from(relationship: Relationship, fields: Mapping[str, Any], day: int) -> None:
    inside = _texts(relationship.facts.get("groups"))
    relationship.facts["groups"] = tuple(group for group in inside if group != fields["group"])


_ACTS: Mapping[ActionKind, Callable[[Relationship, Mapping[str, Any], int], None]] = {
    ActionKind.CHANGE_TIER: _change_tier,
    ActionKind.SET: _set,
    ActionKind.GRANT: _grant,
    ActionKind.REVOKE: _revoke,
    ActionKind.ADD_TO: _add_to,
    ActionKind.REMOVE_FROM: _remove_from,
}


def _texts(value: FactValue) -> tuple[str, ...]:
    return tuple(value) if isinstance(value, (tuple, list)) else ()
