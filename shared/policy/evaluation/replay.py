"""Making a decision's record again from the record's own facts and its release, to see that it is the same.

Pure. Conditions, tables, timers, gates, ids and words are worked out anew. Taken as given is what hung on
others: which rules wanted to act in the same conflict group, and whether the budget had a place left.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from shared.contracts.decision import DecisionRecord
from shared.model.rules import Bundle, PolicyDef
from shared.policy.engine.port import Engine
from shared.policy.evaluation.acting import Beaten, settle
from shared.policy.evaluation.adoption import withdrawn
from shared.policy.evaluation.candidates import Candidate, candidate
from shared.policy.evaluation.conflict import Contestant, by_priority, winners
from shared.policy.evaluation.context import Context
from shared.policy.evaluation.gates import CONFLICT
from shared.policy.evaluation.program import Policy, Program, key_of
from shared.policy.evaluation.recorded import Personal, context_of
from shared.quick_dataclass import replace

_NOBODYS = Personal()
_MOST_PROGRAMS = 500


@dataclass(slots=True)
class Remaker:
    """Makes decisions again with *engine*; what it compiled for one is kept for the next until `close`."""

    engine: Engine
    _programs: dict[tuple[str, ...], Program] = field(default_factory=dict)

    def remake(
        self, record: DecisionRecord, bundle: Bundle, personal: Personal = _NOBODYS
    ) -> DecisionRecord | None:
        """Judge once more what *record* tells of; return the record of that, None when nothing is decided.

        *bundle* is the release that the record names. Of several decisions about its rule the one with the
        record's outcome is returned, if there is one.
        """
        program = self._program(record, bundle)
        context = context_of(record, program, personal)
        if not record.policy:
            _withdraw(record, bundle, context)
        for policy in program.policies:
            _judge(record, policy, context)
        return min(context.decisions, key=lambda made: made.outcome != record.outcome, default=None)

    def _program(self, record: DecisionRecord, bundle: Bundle) -> Program:
        met = sorted({record.rule, *_met(record)})
        name = (bundle.digest, record.policy, *met)
        if name not in self._programs:
            if len(self._programs) >= _MOST_PROGRAMS:
                self.close()
            self._programs[name] = Program.compile(_narrowed(bundle, record, met), self.engine)
        return self._programs[name]

    def close(self) -> None:
        """Free the engine's matchers."""
        for program in self._programs.values():
            program.close()
        self._programs.clear()


def _narrowed(bundle: Bundle, record: DecisionRecord, wanted: Collection[str]) -> Bundle:
    """The release with nothing but the rule and those that it met in a conflict group."""
    policies = (_only(policy, wanted) for policy in bundle.policies if policy.id == record.policy)
    return replace(bundle, policies=tuple(each for each in policies if _holds(each, record.rule)))


def _met(record: DecisionRecord) -> list[str]:
    met = [loser["rule"] for loser in record.losers]
    return [*met, record.held_by.removeprefix(CONFLICT)] if record.held_by.startswith(CONFLICT) else met


def _only(policy: PolicyDef, wanted: Collection[str]) -> PolicyDef:
    return replace(policy, rules=tuple(rule for rule in policy.rules if rule.id in wanted))


def _holds(policy: PolicyDef, name: str) -> bool:
    return any(rule.id == name for rule in policy.rules)


def _judge(record: DecisionRecord, policy: Policy, context: Context) -> None:
    conditions = policy.conditions
    row = conditions.project(context.facts, context.previous(policy), context.moment.day)
    verdicts = conditions.judge(row)
    rule = next(each for each in policy.rules if each.definition.id == record.rule)
    if found := candidate(rule, verdicts, context):
        settle(policy, found, _beaten(found, policy, context), context)


def _beaten(found: Candidate, policy: Policy, context: Context) -> Beaten:
    """Who wins among the rule and those it met; the order of the file decides between equals."""
    competes = found.competes and found.definition.id not in context.moment.paused
    competing: list[Contestant] = []
    for rule in policy.rules:
        if rule is not found.rule:
            competing.append(rule)
        elif competes:
            competing.append(found)
    return winners(by_priority(competing))


def _withdraw(record: DecisionRecord, bundle: Bundle, context: Context) -> None:
    """Close the alerts of a rule that the release does not run; one in shadow runs under another key."""
    run = {key_of(rule.id, rule.rollout) for policy in bundle.policies for rule in policy.rules}
    episode = context.relationship.episodes.get(record.rule)
    if record.rule not in run and episode is not None:
        context.decisions.append(withdrawn(context, record.rule, episode))
