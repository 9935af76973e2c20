"""From verdicts to candidates: moves each rule's episode on and finds what the rule wants to do.

Pure. Who may do so is `conflict`, what comes of it `acting`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.model.rules import RuleDef, WhenMissing
from shared.model.values import FactValue
from shared.policy.evaluation.admissions import Admission
from shared.policy.evaluation.context import Context
from shared.policy.evaluation.effects import Planned, levels_due, orders_due
from shared.policy.evaluation.episode import Episode
from shared.policy.evaluation.lifecycle import Step, advance, holds
from shared.policy.evaluation.program import Rule
from shared.policy.evaluation.rollout import in_holdout, in_rollout
from shared.policy.evaluation.tables import answer


@dataclass(slots=True)
class Candidate:
    """A rule that has, or just lost, an episode. *episode* is its state now, None when it is over."""

    rule: Rule
    verdicts: Mapping[str, bool | None]
    before: Episode | None
    episode: Episode | None
    stopped: bool = False
    planned: tuple[Planned, ...] = ()
    ordering: bool = False  # the planned actions include those that come once or by `repeat`
    period: int | None = None  # days until `repeat`, as it reads today
    held_out: bool = False
    admission: Admission | None = None  # what its budget answered, once asked

    @property
    def definition(self) -> RuleDef:
        """The rule."""
        return self.rule.definition

    @property
    def groups(self) -> tuple[str, ...]:
        """Its conflict groups."""
        return self.rule.groups

    @property
    def competes(self) -> bool:
        """Whether the rule wants to act now, or to keep what it set."""
        if self.rule.is_shadow or self.held_out or self.episode is None:
            return False
        return bool(self.planned or (self.rule.levels and self.episode.keeps_level))


def candidate(rule: Rule, verdicts: Mapping[str, bool | None], context: Context) -> Candidate | None:
    """Move the rule's episode on; None if it neither has nor had one."""
    before = context.relationship.episodes.get(rule.key)
    when = verdicts[rule.definition.id]
    if before is None and not when:
        return None
    step = _step(rule, before, verdicts, context)
    if before is None and step.episode is None:
        return None
    found = Candidate(rule, verdicts, before, step.episode, step.stopped)
    if step.episode is not None:
        _plan(found, step.episode, context)
    return found


def in_force(rule: RuleDef, day: int) -> bool:
    """Whether *day* lies within the rule's effective dates."""
    begun = rule.effective_from is None or rule.effective_from <= day
    return begun and (rule.effective_until is None or day <= rule.effective_until)


def _step(rule: Rule, episode: Episode | None, verdicts: Mapping[str, bool | None], context: Context) -> Step:
    definition, moment = rule.definition, context.moment
    if not (in_force(definition, moment.day) and in_rollout(definition, moment.customer)):
        return Step(None, over=episode is not None)
    clear = None if rule.clear_key is None else verdicts[rule.clear_key]
    standing = holds(definition, episode, verdicts[definition.id], clear)
    if standing and not _answered(rule, context.facts):
        standing = False if definition.when_missing is WhenMissing.NO else None
    return advance(definition, episode, standing, moment.day)


def _answered(rule: Rule, facts: Mapping[str, FactValue]) -> bool:
    """Whether every table of the rule has an answer; without one the rule counts as unknown."""
    return all(answer(table, facts) is not None for table in rule.tables)


def _plan(found: Candidate, episode: Episode, context: Context) -> None:
    """Find what is due, if actions may be ordered at all."""
    rule, bundle = found.rule, context.program.bundle
    found.held_out = in_holdout(rule.definition, context.moment.customer)
    if not episode.acts or (episode.held_out and found.held_out):
        return
    found.period = _period(rule.definition, context.facts)
    planned = levels_due(rule, episode, context.relationship, context.facts, bundle) if rule.levels else []
    if rule.orders and _is_time(rule.definition, episode, found.period, context.moment.day):
        orders = orders_due(rule, episode, context.relationship, context.facts, bundle)
        found.ordering = bool(orders)
        planned += orders
    found.planned = tuple(planned)


def _period(rule: RuleDef, facts: Mapping[str, FactValue]) -> int | None:
    if rule.repeat is None:
        return None
    if rule.repeat.table is None:
        return rule.repeat.every_days
    days = answer(rule.repeat.table, facts)
    return max(1, days) if isinstance(days, int) else None


def _is_time(rule: RuleDef, episode: Episode, period: int | None, day: int) -> bool:
    """Whether what comes once, or by `repeat`, is due."""
    if rule.repeat is None or period is None:
        return not episode.ordered
    waits = episode.ordered or rule.repeat.later
    return not waits or day >= episode.counted_from + period
