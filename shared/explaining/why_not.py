"""Why a rule does not act on a customer: its conditions, then whatever else stands in its way. Pure.

Conditions are read by their definition; everything else is asked of the evaluator's own parts, on a copy.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.contracts.decision import LeafTrace
from shared.errors import RefusedError
from shared.explaining.archive import Stored
from shared.explaining.standing import Obstacle, Standing
from shared.explaining.trial import Rulebook, Trial
from shared.explaining.turning import distance
from shared.model.values import Text
from shared.policy.engine.truth import trace, truth
from shared.policy.evaluation.explain import fewest
from shared.policy.suggest import did_you_mean

AHEAD = 90
"""So many days are looked ahead for the day on which the rule acts by itself."""


@dataclass(frozen=True, slots=True)
class WhyNot:
    """*holds*: the rule's condition now. *turn*: the fewest leaves that would have to turn, nearest first.

    *obstacles* in the order that they would be met; none: the rule acts at the next evaluation. *acts_on*:
    the first day, within the days looked ahead, on which it acts though nothing happens.
    """

    customer: str
    rule: str
    policy: str
    title: Text
    day: int
    holds: bool | None
    leaves: tuple[LeafTrace, ...]
    turn: tuple[LeafTrace, ...]
    obstacles: tuple[Obstacle, ...]
    acts_on: int | None


class UnknownRuleError(RefusedError):
    """The release has no such rule."""

    code = "unknown-rule"


def why_not(stored: Stored, rulebook: Rulebook, rule: str, *, shows_personal: bool = False) -> WhyNot:
    """Tell why *rule* does not act on the customer; raises `UnknownRuleError`."""
    standing = Standing.of(stored, rulebook, _known(rule, rulebook))
    definition, situation = standing.rule.definition, standing.situation
    leaves, turn = (
        standing.shown(found, personal=shows_personal)
        for found in (trace(definition.when, situation), fewest(definition.when, situation))
    )
    return WhyNot(
        customer=stored.customer,
        rule=rule,
        policy=definition.policy,
        title=definition.title,
        day=stored.day,
        holds=truth(definition.when, situation),
        leaves=tuple(leaves),
        turn=tuple(sorted(turn, key=distance)),
        obstacles=tuple(standing.obstacles()),
        acts_on=next(_acting_days(stored, rulebook, rule), None),
    )


def _known(rule: str, rulebook: Rulebook) -> str:
    names = [each.definition.id for policy in rulebook.program.policies for each in policy.rules]
    if rule in names:
        return rule
    hint = did_you_mean(rule, names) or "`guanxi rules show` lists them"
    raise UnknownRuleError(f'there is no rule "{rule}"; {hint}', pointer="/rule")


def _acting_days(stored: Stored, rulebook: Rulebook, rule: str) -> Iterator[int]:
    trial = Trial.of(stored, rulebook)
    return (
        day
        for day, decision in trial.live(stored.day, AHEAD)
        if decision.rule == rule and decision.outcome == "fired"
    )
