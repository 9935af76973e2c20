"""What each rule shows by itself: reading later facts, missing gaps, neglect, what no engine can hold.
Pure.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from shared.model.rules import ActionKind, FactDef, RuleDef, Table
from shared.policy.checks.gaps import gaps
from shared.policy.codes import ENVELOPE, NEGLECTED, NO_GAP, READS_LATER
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
                self._check_envelope(placed)
                self._check_neglect(placed)
                self._check_gap(placed)

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

    def _check_envelope(self, placed: PlacedRule) -> None:
        for key, condition in (("when", placed.rule.when), ("clear_when", placed.rule.clear_when)):
            too_much = fits(lower(condition, self.facts).certain) if condition else None
            if too_much:
                span = placed.spans.get(key, placed.span)
                hint = "split the rule, or let an earlier rule set a fact for a part of it"
                self.problems.add(ENVELOPE, span, f"beyond the engine: {too_much}", suggestion=hint)

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
