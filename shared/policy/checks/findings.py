"""The static findings: feedback, reading later facts, equal priorities, missing gaps, duplicates, neglect."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from shared.model.conditions import Condition, Group, Leaf, Phrase
from shared.model.rules import ActionKind, FactDef, RuleDef, Table
from shared.model.values import Kind, Value
from shared.policy.checks.domains import exclusive, holds_for, necessary
from shared.policy.checks.gaps import gaps
from shared.policy.codes import DUPLICATE, ENVELOPE, EQUAL_PRIORITY, FEEDBACK, NEGLECTED, NO_GAP, READS_LATER
from shared.policy.documents.policies import PlacedRule
from shared.policy.envelope import fits
from shared.policy.lowering import leaves, lower
from shared.policy.nodes import Span
from shared.policy.problems import Problems


@dataclass(frozen=True, slots=True)
class Findings:
    """Checks all rules of a bundle together; *policies* in evaluation order."""

    facts: Mapping[str, FactDef]
    policies: Sequence[tuple[str, Sequence[PlacedRule]]]
    places: Mapping[int, Span]
    problems: Problems
    currency: str
    today: int | None = None

    def check(self) -> None:
        """Report everything found."""
        setters = self._setters()
        for index, (_, rules) in enumerate(self.policies):
            for placed in rules:
                self._check_reads(placed, index, setters)
                self._check_feedback(placed)
                self._check_envelope(placed)
                self._check_repetition(placed)
                self._check_neglect(placed)
                self._check_gap(placed)
            self._check_priorities(rules)
            self._check_duplicates(rules)

    def _check_gap(self, placed: PlacedRule) -> None:
        for found in gaps(placed.rule, self.facts, self.currency):
            span = self.places.get(id(found.leaf), placed.span) if found.leaf else placed.span
            self.problems.add(NO_GAP, span, found.message, suggestion=found.suggestion)

    def _setters(self) -> dict[str, tuple[int, str]]:
        """The last policy, by position and name, that sets each fact."""
        last: dict[str, tuple[int, str]] = {}
        for index, (name, rules) in enumerate(self.policies):
            for placed in rules:
                for fact in written_facts(placed.rule):
                    last[fact] = (index, name)
        return last

    def _check_reads(self, placed: PlacedRule, index: int, setters: Mapping[str, tuple[int, str]]) -> None:
        for fact, span in self._reads(placed):
            position, policy = setters.get(fact, (-1, ""))
            if position > index:
                message = f'"{fact}" is set by policy "{policy}", which comes later'
                hint = f'in policy.yaml put "{policy}" before "{placed.rule.policy}" in the order'
                self.problems.add(
                    READS_LATER, span, message, expected="facts that earlier policies set", suggestion=hint
                )

    def _reads(self, placed: PlacedRule) -> Iterator[tuple[str, Span]]:
        for condition in (placed.rule.when, placed.rule.clear_when):
            for leaf in leaves(condition) if condition else ():
                yield leaf.fact, self.places.get(id(leaf), placed.span)
        for key, table in tables(placed.rule):
            for name in table.inputs:
                yield name, placed.spans.get(key, placed.span)

    def _check_feedback(self, placed: PlacedRule) -> None:
        rule = placed.rule
        for index, action in enumerate(rule.actions):
            fact = _written(action.kind, action.fields.get("fact"))
            answers = _answers(action.fields.get("to" if fact == "tier" else "value"))
            if fact is None or not answers or rule.cool_down_days or action.fields.get("keep_at_least_days"):
                continue
            reason = self._feeds(rule, fact, answers, action.fields.get("value"))
            if reason:
                self.problems.add(
                    FEEDBACK,
                    placed.spans.get(f"then.{index}", placed.span),
                    f'the rule reads "{fact}" and changes it: {reason}',
                    expected="a condition that the new value ends, or a cool_down",
                    suggestion=f'add "{fact}: is not …" to "when"',
                )

    @staticmethod
    def _feeds(rule: RuleDef, fact: str, answers: Sequence[Value], value: object) -> str:
        """Why the rule would act on its own change, or nothing."""
        if isinstance(value, Table) and fact in value.inputs:
            return "its next answer depends on this one"
        read = [leaf for leaf in leaves(rule.when) if leaf.fact == fact]
        if any(leaf.phrase is Phrase.CHANGED for leaf in read):
            return "its own change starts it again"
        guards = [leaf for leaf in necessary(rule.when) if leaf.fact == fact]
        if read and not all(any(not holds_for(guard, answer) for guard in guards) for answer in answers):
            return "it still holds for the new value, and would set it again and again"
        return ""

    def _check_envelope(self, placed: PlacedRule) -> None:
        for key, condition in (("when", placed.rule.when), ("clear_when", placed.rule.clear_when)):
            too_much = fits(lower(condition, self.facts).certain) if condition else None
            if too_much:
                span = placed.spans.get(key, placed.span)
                hint = "split the rule, or let an earlier rule set a fact for a part of it"
                self.problems.add(ENVELOPE, span, f"beyond the engine: {too_much}", suggestion=hint)

    def _check_repetition(self, placed: PlacedRule) -> None:
        for condition in (placed.rule.when, placed.rule.clear_when):
            for group in _groups(condition) if condition else ():
                seen: list[Condition] = []
                for part in group.parts:
                    if part in seen and isinstance(part, Leaf):
                        span = self.places.get(id(part), placed.span)
                        self.problems.add(
                            DUPLICATE, span, f'"{part.fact}: {part.phrase.value} …" stands twice here'
                        )
                    seen.append(part)

    def _check_neglect(self, placed: PlacedRule) -> None:
        until = placed.rule.effective_until
        if self.today is not None and until is not None and until < self.today:
            span = placed.spans.get("effective", placed.span)
            self.problems.add(
                NEGLECTED, span, f'rule "{placed.rule.id}" has expired', suggestion="remove or renew it"
            )
        if not placed.owner_known:
            message = f'nobody owns rule "{placed.rule.id}"'
            self.problems.add(NEGLECTED, placed.span, message, suggestion='add "owner:" to the policy')

    def _check_priorities(self, rules: Sequence[PlacedRule]) -> None:
        groups: dict[str, list[PlacedRule]] = {}
        for placed in rules:
            for group in conflict_groups(placed.rule):
                groups.setdefault(group, []).append(placed)
        for name, members in groups.items():
            for one, other in combinations(members, 2):
                if one.rule.priority == other.rule.priority and not self._exclusive(one.rule, other.rule):
                    self._equal(name, one, other)

    def _equal(self, group: str, one: PlacedRule, other: PlacedRule) -> None:
        hint = f'give "{one.rule.id}" or "{other.rule.id}" another priority'
        message = (
            f'"{other.rule.id}" and "{one.rule.id}" can hold for the same customer '
            f'and have the same priority {one.rule.priority} in conflict group "{group}"'
        )
        span = other.spans.get("priority", other.span)
        self.problems.add(EQUAL_PRIORITY, span, message, expected="a winner", suggestion=hint)

    def _exclusive(self, one: RuleDef, other: RuleDef) -> bool:
        lingering = any(rule.clear_when is not None or rule.keep_for_days for rule in (one, other))
        lists = frozenset(name for name, fact in self.facts.items() if fact.kind is Kind.TEXTS)
        return not lingering and exclusive(one.when, other.when, lists=lists)

    def _check_duplicates(self, rules: Sequence[PlacedRule]) -> None:
        for one, other in combinations(rules, 2):
            if (one.rule.when, one.rule.actions) == (other.rule.when, other.rule.actions):
                message = f'rule "{other.rule.id}" says the same as "{one.rule.id}"'
                self.problems.add(DUPLICATE, other.span, message, suggestion="remove one of the two")


def _groups(condition: Condition) -> Iterator[Group]:
    if isinstance(condition, Group):
        yield condition
        for part in condition.parts:
            yield from _groups(part)


def conflict_groups(rule: RuleDef) -> frozenset[str]:
    """The groups *rule* competes in; whoever changes the tier competes for the tier."""
    named = {rule.conflict_group} if rule.conflict_group else set()
    if any(action.kind is ActionKind.CHANGE_TIER for action in rule.actions):
        named.add("tier")
    return frozenset(named)


def tables(rule: RuleDef) -> Iterator[tuple[str, Table]]:
    """Yield every decision table of *rule* with the key it stands under."""
    if rule.repeat and rule.repeat.table:
        yield "repeat", rule.repeat.table
    for index, action in enumerate(rule.actions):
        value = action.fields.get("value")
        if isinstance(value, Table):
            yield f"then.{index}", value


def written_facts(rule: RuleDef) -> Iterator[str]:
    """Yield the facts *rule* changes."""
    for action in rule.actions:
        fact = _written(action.kind, action.fields.get("fact"))
        if fact:
            yield fact


_KEPT = {
    ActionKind.CHANGE_TIER: "tier",
    ActionKind.GRANT: "entitlements",
    ActionKind.REVOKE: "entitlements",
    ActionKind.ADD_TO: "groups",
    ActionKind.REMOVE_FROM: "groups",
}


def _written(kind: ActionKind, fact: object) -> str | None:
    return str(fact) if kind is ActionKind.SET else _KEPT.get(kind)


def _answers(value: object) -> tuple[Value, ...]:
    if isinstance(value, Table):
        given = (*(row.answer for row in value.rows), value.otherwise)
        return tuple(answer for answer in given if answer is not None)
    return (value,) if isinstance(value, (int, float, str, bool)) else ()
