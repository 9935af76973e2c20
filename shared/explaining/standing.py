"""Where a rule stands with one customer today, and everything that keeps it from acting. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shared.contracts.decision import LeafTrace
from shared.explaining.archive import Stored
from shared.explaining.trial import PLENTY, Rulebook, Trial
from shared.model.rules import WhenMissing
from shared.model.values import FactValue
from shared.policy.engine.truth import Situation, trace, truth
from shared.policy.evaluation import gates
from shared.policy.evaluation.acting import contest, waits_for_tier
from shared.policy.evaluation.admissions import MemoryAdmissions
from shared.policy.evaluation.adoption import adopt
from shared.policy.evaluation.candidates import Candidate, candidate, in_force
from shared.policy.evaluation.conflict import by_priority
from shared.policy.evaluation.context import Context
from shared.policy.evaluation.episode import ACTIVE, PENDING
from shared.policy.evaluation.evaluate import judge_policy
from shared.policy.evaluation.program import Policy, Rule
from shared.policy.evaluation.rollout import in_holdout, in_rollout, rollout_bucket
from shared.policy.evaluation.tables import answer
from shared.policy.evaluation.wording import masked


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing in the rule's way, by a stable *kind*; *until*: the first day on which it is gone by itself;
    *detail*: facts, a rule or a number, as the kind has it."""

    kind: str
    detail: str = ""
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A rule before the next evaluation: what it reads, and its episode moved on to today."""

    rule: Rule
    policy: Policy
    context: Context
    situation: Situation
    found: Candidate | None
    beaten_by: str

    @classmethod
    def of(cls, stored: Stored, rulebook: Rulebook, rule: str) -> "Standing":
        """Read the rules of its policy for the close of the customer's open day, on a copy for which the
        policies before have been judged."""
        context = _context(stored, rulebook)
        policy = _reached(rule, context)
        previous, day = context.previous(policy), context.moment.day
        verdicts = policy.conditions.judge(policy.conditions.project(context.facts, previous, day))
        every = [each for r in policy.rules if (each := candidate(r, verdicts, context))]
        winner = contest(by_priority(every), context).get(rule)
        bundle = rulebook.bundle
        return cls(
            rule=next(each for each in policy.rules if each.definition.id == rule),
            policy=policy,
            context=context,
            situation=Situation(context.facts, previous, day, bundle.facts, bundle.catalogue.calendars),
            found=next((each for each in every if each.definition.id == rule), None),
            beaten_by=winner.definition.id if winner else "",
        )

    def shown(self, leaves: Iterable[LeafTrace], *, personal: bool) -> list[LeafTrace]:
        """The leaves, without personal values unless *personal*."""
        return [leaf if personal else masked(leaf, self.context.program.bundle) for leaf in leaves]

    def obstacles(self) -> Iterator[Obstacle]:
        """Everything in the rule's way, in the order that it would be met."""
        yield from self._outside()
        yield from self._condition()
        found = self.found
        if found is None or found.episode is None:
            return
        if found.episode.acts:
            yield from self._gates(found) if found.planned else self._nothing_due(found)
        else:
            yield from self._waits(found)

    def _outside(self) -> Iterator[Obstacle]:
        """What does not hang on the customer's doings."""
        rule, moment = self.rule.definition, self.context.moment
        if not in_force(rule, moment.day):
            begins = rule.effective_from
            is_early = begins is not None and begins > moment.day
            yield Obstacle("not_in_force", until=begins if is_early else None)
        if not in_rollout(rule, moment.customer):
            yield Obstacle(
                "rollout", f"{rollout_bucket(rule, moment.customer):.2f} ≥ {rule.rollout_percent:g}"
            )
        if self.rule.is_shadow:
            yield Obstacle("shadow")
        if in_holdout(rule, moment.customer):
            yield Obstacle("holdout", f"{rule.holdout_percent:g}")

    def _condition(self) -> Iterator[Obstacle]:
        if self.found is not None and self.found.episode is not None and self.found.episode.phase == ACTIVE:
            return
        rule = self.rule.definition
        holds = truth(rule.when, self.situation)
        if holds is False or (holds is None and rule.when_missing is WhenMissing.NO):
            yield Obstacle("condition")
        elif holds is None:
            unknown = [leaf.fact for leaf in trace(rule.when, self.situation) if leaf.outcome is None]
            yield Obstacle("missing", ", ".join(dict.fromkeys(unknown)))
        elif unanswered := self._unanswered():
            yield Obstacle("missing", ", ".join(unanswered))

    def _unanswered(self) -> list[str]:
        """The missing inputs of the rule's tables: without an answer it counts as unknown."""
        facts = self.context.facts
        inputs = [each for table in self.rule.tables if answer(table, facts) is None for each in table.inputs]
        return [name for name in dict.fromkeys(inputs) if facts.get(name) is None]

    def _waits(self, found: Candidate) -> Iterator[Obstacle]:
        rule, episode = found.definition, found.episode
        assert episode is not None
        if episode.frozen_since is not None:
            yield Obstacle("frozen", ", ".join(self._missing()))
        elif episode.phase == PENDING:
            yield Obstacle("for", f"{rule.for_days}", until=episode.since + rule.for_days)
        else:
            yield Obstacle("clearing", until=episode.since + rule.keep_for_days)

    def _missing(self) -> list[str]:
        return [name for name in self.rule.reads if self.context.facts.get(name) is None]

    def _nothing_due(self, found: Candidate) -> Iterator[Obstacle]:
        episode = found.episode
        assert episode is not None
        if found.held_out:
            return
        if episode.ordered and found.period is None:
            yield Obstacle("done")
        elif episode.ordered or (found.definition.repeat and found.definition.repeat.later):
            yield Obstacle("repeat", until=episode.counted_from + (found.period or 0))
        else:
            yield Obstacle("no_change")

    def _gates(self, found: Candidate) -> Iterator[Obstacle]:
        """What would hold the due actions back, as far as this customer's own affairs go."""
        rule, relationship, day = found.definition, self.context.relationship, self.context.moment.day
        firings = relationship.firings.get(found.rule.key, ())
        if switch := self.context.moment.paused.get(rule.id):
            kind, _, number = switch.partition(":")
            yield Obstacle(kind, number and f"#{number}")
        if self.beaten_by:
            yield Obstacle("conflict", self.beaten_by)
        if day < relationship.tier_kept_until and waits_for_tier(found):
            yield Obstacle(gates.KEEP_AT_LEAST, until=relationship.tier_kept_until)
        if quota := gates.quota(rule, firings, day):
            yield Obstacle(quota, until=gates.quota_ends(rule, firings, quota))
        held = found.episode.held if found.episode else ""
        if held in (gates.BUDGET, gates.DISAGREEMENT):
            yield Obstacle(held, until=day + 1 if held == gates.BUDGET else None)


def _reached(rule: str, context: Context) -> Policy:
    """The rule's policy, after those before it have been judged."""
    for policy in context.program.policies:
        if any(each.definition.id == rule for each in policy.rules):
            return policy
        judge_policy(policy, context)
    raise LookupError(rule)


def _context(stored: Stored, rulebook: Rulebook) -> Context:
    trial = Trial.of(stored, rulebook)
    adopt(trial.relationship, rulebook.program, stored.day)
    snapshot = trial.snapshot_on(stored.day)
    facts: dict[str, FactValue] = snapshot.facts_on(stored.day)
    moment, admissions = trial.moment_of(snapshot), MemoryAdmissions(PLENTY)
    context = Context(trial.relationship, snapshot, moment, rulebook.program, admissions, facts)
    context.read_again()
    return context
