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
from shared.policy.said import Said

_SPLIT = Said(
    "split the rule, or let an earlier rule set a fact for a part of it",
    "拆分规则，或由前面的规则把部分条件设为事实",
)


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
                self._tell_later(fact, policy, placed.rule.policy, span)

    def _tell_later(self, fact: str, later: str, reader: str, span: Span) -> None:
        self.problems.add(
            READS_LATER,
            span,
            Said(
                f'"{fact}" is set by policy "{later}", which comes later',
                f"“{fact}”由后面的策略“{later}”设置",
            ),
            expected=Said("facts that earlier policies set", "由前面策略设置的事实"),
            suggestion=Said(
                f'in policy.yaml put "{later}" before "{reader}" in the order',
                f"在 policy.yaml 的 order 中把“{later}”排到“{reader}”之前",
            ),
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
                said = Said("beyond the engine: ", "超出引擎的承载范围：") + too_much
                self.problems.add(ENVELOPE, span, said, suggestion=_SPLIT)

    def _check_neglect(self, placed: PlacedRule) -> None:
        until = placed.rule.effective_until
        if self.today is not None and until is not None and until < self.today:
            span = placed.spans.get("effective", placed.span)
            said = Said(f'rule "{placed.rule.id}" has expired', f"规则“{placed.rule.id}”已过期")
            hint = Said("remove or renew it", "删除该规则，或延长有效期")
            self.problems.add(NEGLECTED, span, said, suggestion=hint)
        if not placed.owner_known:
            said = Said(f'nobody owns rule "{placed.rule.id}"', f"规则“{placed.rule.id}”无人负责")
            hint = Said('add "owner:" to the policy', "在策略中加上“owner:”")
            self.problems.add(NEGLECTED, placed.span, said, suggestion=hint)


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
