"""Two releases judged in one go, for as long as nothing in which they differ matters.

Most edits touch few customers. So one program stands for both: the policies that are the same, and of an
edited one the conditions of both, asked side by side. While they answer alike, one evaluation is both; at the
first answer that differs the two part, in the midst of that evaluation, and go on each by itself.
Pure but for the relationships, as `evaluate`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from shared.contracts.snapshot import Snapshot
from shared.model.rules import RuleDef, deciding
from shared.model.values import FactValue
from shared.policy.evaluation.admissions import Admissions
from shared.policy.evaluation.context import Context
from shared.policy.evaluation.crossings import Marks
from shared.policy.evaluation.dates import NextDate
from shared.policy.evaluation.evaluate import begun, ended, judge_policy
from shared.policy.evaluation.looking import Look, Sight
from shared.policy.evaluation.moment import Judgement, Moment
from shared.policy.evaluation.program import Policy, Program
from shared.policy.evaluation.relationship import Relationship
from shared.policy.evaluation.timers import earliest
from shared.policy.evaluation.verdicts import Answers, Verdicts


class PartedError(Exception):
    """Both conditions were read, and they differ; nothing of the policy has happened yet."""


@dataclass(frozen=True, slots=True)
class Pairing:
    """*both* stands for *base* and *candidate*; *edited* are the policies in which they differ."""

    base: Program
    candidate: Program
    both: Program
    edited: tuple[str, ...]

    @classmethod
    def of(cls, base: Program, candidate: Program) -> "Pairing | None":
        """Pair two programs; None if they differ in more than rules of their own policies."""
        one, other = base.bundle, candidate.bundle
        if (one.catalogue, one.facts) != (other.catalogue, other.facts):
            return None
        if [policy.id for policy in base.policies] != [policy.id for policy in candidate.policies]:
            return None
        pairs = [*zip(base.policies, candidate.policies, strict=True)]
        if not all(_comparable(*pair) for pair in pairs):
            return None
        edited = tuple(left.id for left, right in pairs if _rules(left) != _rules(right))
        policies = tuple(_paired(*pair) if pair[0].id in edited else pair[0] for pair in pairs)
        names = base.marks.keys() | candidate.marks.keys()
        marks = {name: _marks(base.marks.get(name), candidate.marks.get(name)) for name in names}
        return cls(base, candidate, replace(base, policies=policies, marks=marks), edited)


@dataclass(frozen=True, slots=True)
class Both:
    """One evaluation of both. *relationship*: the candidate's own, once they have parted."""

    base: Judgement
    candidate: Judgement
    relationship: Relationship | None = None


def evaluate_both(
    relationship: Relationship, snapshot: Snapshot, moment: Moment, pairing: Pairing, admissions: Admissions
) -> Both:
    """Judge a customer about whom both have decided alike so far; *relationship* becomes the base's."""
    context = begun(relationship, snapshot, moment, pairing.both, admissions)
    wakes: list[int | None] = []
    for number, policy in enumerate(pairing.both.policies):
        try:
            wakes.append(judge_policy(policy, context))
        except PartedError:
            return _parted(context, pairing, number, wakes)
    judgement = ended(context, wakes)
    return Both(judgement, judgement)


def _parted(context: Context, pairing: Pairing, number: int, wakes: list[int | None]) -> Both:
    """Go on from policy *number*, each side by itself."""
    for policy in pairing.edited:
        context.relationship.idle.pop(policy, None)  # it says what both saw
    theirs = replace(
        context,
        relationship=context.relationship.copy(),
        facts=context.facts.copy(),
        decisions=context.decisions.copy(),
    )
    base = _gone_on(context, pairing.base, number, wakes)
    return Both(base, _gone_on(theirs, pairing.candidate, number, wakes), theirs.relationship)


def _gone_on(context: Context, program: Program, number: int, wakes: list[int | None]) -> Judgement:
    context.program = program
    context.relationship.release = program.digest
    return ended(context, [*wakes, *(judge_policy(each, context) for each in program.policies[number:])])


# -- a policy for both


@dataclass(frozen=True, slots=True)
class _Verdicts:
    """The base's verdicts while the candidate's mean the same; raises `PartedError` when they do not.

    *compared* are the conditions of rules that differ in these alone, if at all; *inert* are the others, of
    either side: as long as none of them ever held, none has an episode, and nothing comes of it.
    """

    base: Answers
    candidate: Answers
    compared: tuple[str, ...]
    inert: tuple[tuple[str, ...], tuple[str, ...]]
    half: int  # so much of what is seen is what the base looks at

    def of(
        self,
        seen: Sight,
        facts: Mapping[str, FactValue],
        previous: Mapping[str, FactValue],
        day: int,
        turn: int | None,
    ) -> Verdicts:
        """The verdicts that hold for both."""
        one = self.base.of(seen[: self.half], facts, previous, day, turn)
        other = self.candidate.of(seen[self.half :], facts, previous, day, turn)
        for name in self.compared:
            if one[name] is not other[name]:
                raise PartedError
        if any(map(one.get, self.inert[0])) or any(map(other.get, self.inert[1])):
            raise PartedError
        return one


def _paired(base: Policy, candidate: Policy) -> Policy:
    before, after = _rules(base), _rules(candidate)
    alike = {name for name in before if name in after and _but_conditions(before[name], after[name])}
    compared = [
        name
        for rule in base.rules
        if rule.definition.id in alike
        for name in (rule.definition.id, rule.clear_key)
        if name is not None
    ]
    inert = tuple(before.keys() - alike), tuple(after.keys() - alike)
    half = len(base.look({}))
    verdicts = _Verdicts(base.verdicts, candidate.verdicts, tuple(compared), inert, half)
    dates = _next_date(base, candidate, half)
    return replace(base, look=_look(base, candidate), verdicts=verdicts, next_date=dates)


def _look(base: Policy, candidate: Policy) -> Look:
    one, other = base.look, candidate.look
    return lambda facts: one(facts) + other(facts)


def _next_date(base: Policy, candidate: Policy, half: int) -> NextDate:
    """The first date that matters to either: until then all days look alike to both."""
    one, other = base.next_date, candidate.next_date
    return lambda seen, facts, day: earliest((one(seen[:half], facts, day), other(seen[half:], facts, day)))


def _comparable(base: Policy, candidate: Policy) -> bool:
    """Whether both compare the same facts with before, and rules that are in both stand in the same order."""
    before, after = _rules(base), _rules(candidate)
    in_order = [name for name in before if name in after] == [name for name in after if name in before]
    return in_order and base.watched == candidate.watched


def _rules(policy: Policy) -> dict[str, RuleDef]:
    """The rules without their words, which decide nothing."""
    return {rule.definition.id: deciding(rule.definition) for rule in policy.rules}


def _but_conditions(one: RuleDef, other: RuleDef) -> bool:
    same_kind = (one.clear_when is None) == (other.clear_when is None)
    return same_kind and replace(one, when=other.when, clear_when=other.clear_when) == other


def _marks(one: Marks | None, other: Marks | None) -> Marks:
    return Marks.of({number for marks in (one, other) if marks for number in marks.numbers})
