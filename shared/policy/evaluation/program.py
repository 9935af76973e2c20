"""A release made ready to judge by: everything that does not depend on a customer, worked out once.

Pure, but for the engine's matchers, which `close` frees.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from shared.customer.traits import TraitModel
from shared.model.conditions import Leaf, Phrase
from shared.model.rules import (
    Action,
    ActionKind,
    Bundle,
    FactDef,
    PolicyDef,
    RolloutMode,
    RuleDef,
    Table,
)
from shared.model.values import Kind
from shared.policy.contacting import Weights, weights_of
from shared.policy.engine.condition_set import ConditionSet
from shared.policy.engine.port import Engine
from shared.policy.evaluation import wording
from shared.policy.evaluation.conflict import groups
from shared.policy.evaluation.crossings import Marks
from shared.policy.evaluation.dates import NextDate, next_date
from shared.policy.evaluation.looking import Look, look_of
from shared.policy.evaluation.relationship import SHADOW
from shared.policy.evaluation.verdicts import Answers, RememberedVerdicts
from shared.policy.lowering import leaves

CLEARS = "#clear"
"""Suffix of the name under which a rule's `clear_when` is compiled; no rule id can contain it."""


def key_of(rule: str, mode: RolloutMode) -> str:
    """What the state of the rule with that id hangs on."""
    return SHADOW + rule if mode is RolloutMode.SHADOW else rule


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule and what is known of it beforehand. *key* is what its state hangs on."""

    definition: RuleDef
    policy: str
    key: str
    clear_key: str | None
    groups: tuple[str, ...]
    levels: tuple[Action, ...]  # `set`: kept as long as the rule is active
    orders: tuple[Action, ...]  # the others: once per episode, or by `repeat`
    tables: tuple[Table, ...]
    reads: tuple[str, ...]  # facts that its conditions, tables and texts name
    recorded: tuple[str, ...]  # facts that its record shows: those, and the ones its actions would change
    personal: tuple[str, ...]  # of those that its record shows, the ones it shows by name only
    watched: tuple[str, ...]  # of the facts it reads, those it compares with the previous evaluation
    reads_score: bool
    acts_once: bool  # while it holds, an episode that ordered its actions has nothing left to decide

    @property
    def is_shadow(self) -> bool:
        """Whether the rule has no effect."""
        return self.key.startswith(SHADOW)


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy's rules with their conditions as one compiled set."""

    id: str
    rules: tuple[Rule, ...]
    ids: frozenset[str]
    conditions: ConditionSet
    look: Look  # while it sees the same, verdicts and tables' answers stay the same
    verdicts: Answers
    watched: tuple[str, ...]  # compared with the previous evaluation
    next_date: NextDate


@dataclass(frozen=True, slots=True)
class Program:
    """One compiled release. *terse*: records say what was decided, not why, and engines are not compared."""

    bundle: Bundle
    engine: str
    policies: tuple[Policy, ...]
    marks: Mapping[str, Marks]  # by numeric fact, the numbers it is compared with
    watched: frozenset[str]
    keys: frozenset[str]
    renamed: tuple[tuple[str, str], ...]  # (former rule key, key)
    entitled: Mapping[str, frozenset[str]]  # by tier
    traits: TraitModel
    contacts: Weights
    terse: bool = False

    @classmethod
    def compile(cls, bundle: Bundle, engine: Engine, *, terse: bool = False) -> "Program":
        """Compile *bundle* for *engine*; raises `EnvelopeError` for a condition the engine cannot hold."""
        policies = tuple(_policy(policy, bundle, engine) for policy in bundle.policies)
        rules = [rule for policy in policies for rule in policy.rules]
        return cls(
            bundle=bundle,
            engine=engine.name,
            policies=policies,
            marks=_marks(policies, rules),
            watched=frozenset(name for policy in policies for name in policy.watched),
            keys=frozenset(rule.key for rule in rules),
            renamed=tuple(_renamed(rules)),
            entitled={tier.id: frozenset(tier.entitlements) for tier in bundle.catalogue.tiers},
            traits=TraitModel.compile(bundle.catalogue.traits),
            contacts=weights_of(bundle),
            terse=terse,
        )

    @property
    def digest(self) -> str:
        """The release's digest."""
        return self.bundle.digest

    def close(self) -> None:
        """Free the engine's matchers."""
        for policy in self.policies:
            policy.conditions.close()


def _policy(policy: PolicyDef, bundle: Bundle, engine: Engine) -> Policy:
    rules = tuple(_rule(rule, bundle) for rule in policy.rules)
    named = {rule.definition.id: rule.definition.when for rule in rules}
    for rule in rules:
        if rule.clear_key is not None and rule.definition.clear_when is not None:
            named[rule.clear_key] = rule.definition.clear_when
    conditions = ConditionSet(named, bundle.facts, bundle.catalogue.calendars, engine)
    dates = tuple(sorted(name for name in conditions.reads if _is_date(bundle.facts.get(name))))
    inputs = {name for rule in rules for table in rule.tables for name in table.inputs}
    written = {_written(action) for rule in rules for action in rule.definition.actions} - {""}
    return Policy(
        policy.id,
        rules,
        frozenset(rule.definition.id for rule in rules),
        conditions,
        look=look_of(
            conditions.reads | inputs | written,
            conditions.thresholds,
            inputs | conditions.watched | written,
        ),
        verdicts=RememberedVerdicts(conditions),
        watched=tuple(sorted(conditions.watched)),
        next_date=next_date(conditions, dates),
    )


def _written(action: Action) -> str:
    """The fact that *action* changes, or nothing: another policy's change gives it something to do again."""
    if action.kind is ActionKind.SET:
        return str(action.fields["fact"])
    return _WRITTEN.get(action.kind, "")


_WRITTEN = {
    ActionKind.CHANGE_TIER: "tier",
    ActionKind.GRANT: "entitlements",
    ActionKind.REVOKE: "entitlements",
    ActionKind.ADD_TO: "groups",
    ActionKind.REMOVE_FROM: "groups",
}


def _is_date(fact: FactDef | None) -> bool:
    return fact is not None and fact.kind in (Kind.DATE, Kind.MONTH_DAY)


def _rule(rule: RuleDef, bundle: Bundle) -> Rule:
    levels = tuple(action for action in rule.actions if action.kind is ActionKind.SET)
    tables = tuple(_tables(rule))
    reads = _reads(rule, tables, bundle)
    recorded = tuple(sorted({*reads, *(_written(action) for action in rule.actions)} - {""}))
    return Rule(
        definition=rule,
        policy=rule.policy,
        key=key_of(rule.id, rule.rollout),
        clear_key=None if rule.clear_when is None else rule.id + CLEARS,
        groups=groups(rule),
        levels=levels,
        orders=tuple(action for action in rule.actions if action.kind is not ActionKind.SET),
        tables=tables,
        reads=reads,
        recorded=recorded,
        personal=tuple(name for name in recorded if _is_personal(name, bundle)),
        watched=tuple(sorted({leaf.fact for leaf in _leaves(rule) if leaf.phrase is Phrase.CHANGED})),
        reads_score=bool({"score", "coverage", *bundle.catalogue.traits} & set(reads)),
        acts_once=not (levels or tables or rule.repeat or _is_partial(rule)),
    )


def _is_personal(name: str, bundle: Bundle) -> bool:
    fact = bundle.facts.get(name.partition("~")[0])
    return fact is not None and fact.personal


def _is_partial(rule: RuleDef) -> bool:
    """Whether the rule is on for some customers, or on some days, only."""
    dated = rule.effective_from is not None or rule.effective_until is not None
    return dated or rule.rollout is RolloutMode.PERCENT


def _tables(rule: RuleDef) -> Iterable[Table]:
    for action in rule.actions:
        yield from (value for value in action.fields.values() if isinstance(value, Table))
    if rule.repeat is not None and rule.repeat.table is not None:
        yield rule.repeat.table


def _reads(rule: RuleDef, tables: Iterable[Table], bundle: Bundle) -> tuple[str, ...]:
    names = {
        f"{leaf.fact}~change" if leaf.phrase in (Phrase.ROSE, Phrase.FELL) else leaf.fact
        for leaf in _leaves(rule)
    }
    names.update(name for table in tables for name in table.inputs)
    texts = [rule.title, rule.because, *(text for action in rule.actions for text in action.fields.values())]
    names.update(name for text in texts for name in wording.placeholders(text))
    return tuple(sorted(name for name in names if name.partition("~")[0] in bundle.facts))


def _leaves(rule: RuleDef) -> Iterable[Leaf]:
    for condition in (rule.when, rule.clear_when):
        yield from leaves(condition) if condition is not None else ()


def _marks(policies: Iterable[Policy], rules: Iterable[Rule]) -> dict[str, Marks]:
    numbers: dict[str, set[float]] = {}
    for policy in policies:
        for name, thresholds in policy.conditions.thresholds.items():
            numbers.setdefault(name, set()).update(thresholds)
    for table in (table for rule in rules for table in rule.tables):
        for row in table.rows:
            for name, cell in zip(table.inputs, row.cells, strict=True):
                found = (v for v in cell or () if isinstance(v, (int, float)) and not isinstance(v, bool))
                numbers.setdefault(name, set()).update(found)
    return {name: Marks.of(found) for name, found in numbers.items() if found}


def _renamed(rules: Iterable[Rule]) -> Iterable[tuple[str, str]]:
    for rule in rules:
        for former in rule.definition.formerly:
            yield former, rule.definition.id
            yield SHADOW + former, SHADOW + rule.definition.id
