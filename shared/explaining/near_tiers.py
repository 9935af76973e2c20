"""What would move a customer to another tier: the nearest rule up and the nearest one down. Pure."""

from dataclasses import dataclass

from shared.contracts.decision import LeafTrace
from shared.explaining.archive import Stored
from shared.explaining.standing import Standing
from shared.explaining.trial import Rulebook
from shared.explaining.turning import distance
from shared.model.rules import ActionKind, RuleDef
from shared.model.values import Text
from shared.policy.engine.truth import truth
from shared.policy.evaluation.explain import fewest
from shared.policy.evaluation.relationship import NO_TIER


@dataclass(frozen=True, slots=True)
class NearTier:
    """A rule that leads *up* or down to tier *to*, and what is missing; with no leaves it waits *days*."""

    rule: str
    title: Text
    to: str
    up: bool
    leaves: tuple[LeafTrace, ...]
    days: int


def near_tiers(stored: Stored, rulebook: Rulebook, *, shows_personal: bool = False) -> tuple[NearTier, ...]:
    """Every rule that could move the tier from where it is, the nearest first."""
    ranks = {tier.id: tier.rank for tier in rulebook.bundle.catalogue.tiers}
    now = stored.relationship.tier
    found = []
    for rule in (rule for policy in rulebook.bundle.policies for rule in policy.rules):
        to = _leads_to(rule)
        if to is not None and to != now:
            up, standing = ranks.get(to, 0) > ranks.get(now, 0), Standing.of(stored, rulebook, rule.id)
            near = _near(rule, to, up, standing, shows_personal)
            found += [near] if all(leaf.fact != "tier" for leaf in near.leaves) else []
    return tuple(sorted(found, key=lambda near: (len(near.leaves), *map(distance, near.leaves[:1]))))


def _leads_to(rule: RuleDef) -> str | None:
    moves = [action.fields["to"] for action in rule.actions if action.kind is ActionKind.CHANGE_TIER]
    return str(moves[0] or NO_TIER) if moves else None


def _near(rule: RuleDef, to: str, up: bool, standing: Standing, shows_personal: bool) -> NearTier:
    holds = truth(rule.when, standing.situation) is True
    missing = () if holds else fewest(rule.when, standing.situation)
    leaves = sorted(standing.shown(missing, personal=shows_personal), key=distance)
    episode, today = standing.found.episode if standing.found else None, standing.context.moment.day
    begun = episode.since if episode is not None else today
    left = max(0, begun + rule.for_days - today) if holds else rule.for_days
    return NearTier(rule.id, rule.title, to, up, tuple(leaves), left)
