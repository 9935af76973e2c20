"""Mutants of a policy: the policy with one small slip in it, which tests should notice. Pure.

Slips that provably change nothing are left out.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations

from shared.model.rules import Action, ActionKind, Bundle, PolicyDef, RolloutMode, RuleDef, Table
from shared.policy.checks.meeting import can_meet
from shared.policy.evaluation.conflict import groups
from shared.policy.testing.equivalence import same_answers
from shared.policy.testing.leaf_changes import changed_leaves, with_leaf
from shared.policy.testing.sides import parts_of
from shared.policy.testing.telling import Teller

_LONG_AGO = 1  # the first day there is


@dataclass(frozen=True, slots=True)
class Mutant:
    """One slip: in which rule and key (and leaf of a condition), what it says, and the rules it makes."""

    rule: RuleDef
    key: str
    number: int
    what: str
    rules: tuple[RuleDef, ...]

    def within(self, bundle: Bundle) -> Bundle:
        """*bundle* with the slip in it."""
        made = {rule.id: rule for rule in self.rules}
        policies = tuple(
            replace(policy, rules=tuple(made.get(rule.id, rule) for rule in policy.rules))
            for policy in bundle.policies
        )
        return replace(bundle, policies=policies)


def mutants_of(policy: PolicyDef, bundle: Bundle) -> Iterator[Mutant]:
    """Yield every slip in *policy* that may make a difference; rules in shadow have no effect to test."""
    rules = [rule for rule in policy.rules if rule.rollout is not RolloutMode.SHADOW]
    for rule in rules:
        yield Mutant(rule, "id", 0, "the rule never acts", (replace(rule, effective_until=_LONG_AGO),))
        yield from _conditions(rule, bundle)
        yield from _durations(rule)
        yield from _actions(rule)
        yield from _tables(rule, bundle)
    yield from _priorities(rules, bundle)


def _conditions(rule: RuleDef, bundle: Bundle) -> Iterator[Mutant]:
    teller = Teller(bundle)
    for part, number, leaf in parts_of(rule):
        before = teller.phrase(leaf)
        for changed in (*changed_leaves(leaf, bundle), None):
            if part == "when":
                made = replace(rule, when=with_leaf(rule.when, number, changed))
            else:
                assert rule.clear_when is not None
                made = replace(rule, clear_when=with_leaf(rule.clear_when, number, changed))
            after = "left out" if changed is None else teller.phrase(changed).removeprefix(f"{leaf.fact}: ")
            yield Mutant(rule, part, number, f"{before} → {after}", (made,))


_DAYS = (("for", "for_days", 0), ("keep_for", "keep_for_days", 1), ("cool_down", "cool_down_days", 1))
"""Key, field, and the least value that a slip is made of."""


def _durations(rule: RuleDef) -> Iterator[Mutant]:
    for key, field, least in _DAYS:
        days: int = getattr(rule, field)
        if days >= least:
            for moved in _beside(days):
                made = replace(rule, **{field: moved})  # type: ignore[arg-type]  # days are numbers
                yield Mutant(rule, key, 0, f"{key}: {_days(days)} → {_days(moved)}", (made,))
    if rule.repeat is not None and rule.repeat.every_days is not None:
        for moved in _beside(rule.repeat.every_days, least=1):
            made = replace(rule, repeat=replace(rule.repeat, every_days=moved))
            what = f"repeat: every {_days(rule.repeat.every_days)} → every {_days(moved)}"
            yield Mutant(rule, "repeat", 0, what, (made,))
    if rule.max_per is not None:
        times, days = rule.max_per
        for more in _beside(times, least=1):
            made = replace(rule, max_per=(more, days))
            yield Mutant(rule, "max_per", 0, f"max_per: {times} → {more} in {_days(days)}", (made,))


def _actions(rule: RuleDef) -> Iterator[Mutant]:
    for at, action in enumerate(rule.actions):
        kept = action.fields.get("keep_at_least_days")
        if action.kind is ActionKind.CHANGE_TIER and isinstance(kept, int) and kept:
            for moved in _beside(kept):
                made = _with_action(rule, at, {**action.fields, "keep_at_least_days": moved})
                yield Mutant(rule, "then", 0, f"keep_at_least: {_days(kept)} → {_days(moved)}", (made,))
        if len(rule.actions) > 1:
            left = replace(rule, actions=rule.actions[:at] + rule.actions[at + 1 :])
            yield Mutant(rule, "then", 0, f"{action.kind.value} → left out", (left,))


def _with_action(rule: RuleDef, at: int, fields: dict[str, object]) -> RuleDef:
    made = Action(rule.actions[at].kind, fields)  # type: ignore[arg-type]  # fields of an action
    return replace(rule, actions=(*rule.actions[:at], made, *rule.actions[at + 1 :]))


def _tables(rule: RuleDef, bundle: Bundle) -> Iterator[Mutant]:
    for at, action in enumerate(rule.actions):
        table = action.fields.get("value")
        if isinstance(table, Table):
            for what, made in _changed_tables(table, bundle, is_days=False):
                yield Mutant(
                    rule, "then", 0, what, (_with_action(rule, at, {**action.fields, "value": made}),)
                )
    if rule.repeat is not None and rule.repeat.table is not None:
        for what, made in _changed_tables(rule.repeat.table, bundle, is_days=True):
            changed = replace(rule, repeat=replace(rule.repeat, table=made))
            yield Mutant(rule, "repeat", 0, what, (changed,))


def _changed_tables(table: Table, bundle: Bundle, *, is_days: bool) -> Iterator[tuple[str, Table]]:
    for at, row in enumerate(table.rows):
        cells = ", ".join("any" if cell is None else " / ".join(map(str, cell)) for cell in row.cells)
        rest = table.rows[:at] + table.rows[at + 1 :]
        options = [("left out", replace(table, rows=rest))] if rest else []
        for moved in _beside(row.answer, least=1) if is_days and isinstance(row.answer, int) else ():
            rows = (*table.rows[:at], replace(row, answer=moved), *table.rows[at + 1 :])
            options.append((_days(moved), replace(table, rows=rows)))
        for what, made in options:
            if not same_answers(table, made, bundle):
                yield f"row {cells}: {_days(row.answer) if is_days else row.answer} → {what}", made


def _priorities(rules: list[RuleDef], bundle: Bundle) -> Iterator[Mutant]:
    """Two rules that can meet, with their priorities exchanged."""
    for one, other in combinations(rules, 2):
        if one.priority == other.priority or not set(groups(one)) & set(groups(other)):
            continue
        if can_meet(one.when, other.when, bundle):
            made = (replace(one, priority=other.priority), replace(other, priority=one.priority))
            what = f"priority: {one.priority} ↔ {other.priority} of {other.id}"
            yield Mutant(one, "priority", 0, what, made)


def _beside(value: int, least: int = 0) -> Iterator[int]:
    if value > least:
        yield value - 1
    yield value + 1


def _days(value: object) -> str:
    return f"{value} day{'' if value == 1 else 's'}"
