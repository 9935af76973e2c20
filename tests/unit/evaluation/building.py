"""Small bundles built in Python, and one customer's life judged by them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from shared.contracts.decision import DecisionRecord
from shared.contracts.snapshot import Anchor, Cause, Snapshot
from shared.model.catalogue import Calendar, Catalogue, Entitlement, Period, Tier
from shared.model.conditions import Condition, Connective, Group, Leaf, Phrase, Side
from shared.model.rules import (
    Action,
    ActionKind,
    Bundle,
    FactDef,
    FactSource,
    NotificationPlan,
    PolicyDef,
    Row,
    RuleDef,
    Table,
)
from shared.model.values import FactValue, Kind
from shared.policy.engine.port import Engine
from shared.policy.engine.registry import engine_named
from shared.policy.evaluation.evaluate import Admissions, MemoryAdmissions, Moment, evaluate
from shared.policy.evaluation.program import Program
from shared.policy.evaluation.relationship import Relationship

MONDAY = 734_000  # an ordinal: 2010-08-16
FAR = 40_000


def _fact(name: str, kind: Kind, source: FactSource, **more: Any) -> FactDef:
    return FactDef(name, kind, source, {"en": name}, **more)


_FACTS = (
    _fact("score", Kind.NUMBER, FactSource.SCORE),
    _fact("coverage", Kind.PERCENT, FactSource.SCORE),
    _fact("orders", Kind.INTEGER, FactSource.METRIC),
    _fact("spend", Kind.AMOUNT, FactSource.METRIC),
    _fact("silence", Kind.NUMBER, FactSource.METRIC),
    _fact("days_since_purchase", Kind.DAYS, FactSource.METRIC),
    _fact("birthday", Kind.MONTH_DAY, FactSource.PROFILE, personal=True),
    _fact("region", Kind.TEXT, FactSource.PROFILE),
    _fact("consent", Kind.BOOLEAN, FactSource.PROFILE),
    _fact("sale", Kind.DATE, FactSource.CALENDAR),
    _fact("tier", Kind.CHOICE, FactSource.POLICY, choices=("none", "core", "gold"), initial="none"),
    _fact("groups", Kind.TEXTS, FactSource.POLICY),
    _fact("entitlements", Kind.TEXTS, FactSource.POLICY),
    _fact("days_in_tier", Kind.DAYS, FactSource.POLICY),
    _fact("customer_since_days", Kind.DAYS, FactSource.METRIC),
    _fact("importance", Kind.CHOICE, FactSource.POLICY, choices=("high", "low")),
    _fact("danger", Kind.CHOICE, FactSource.POLICY, choices=("high", "low"), initial="low"),
    _fact("stage", Kind.CHOICE, FactSource.POLICY, choices=("new", "stable", "lost"), initial="new"),
)

CATALOGUE = Catalogue(
    events={},
    metrics={},
    traits={},
    tiers=(
        Tier("none", {"en": "none"}, 0),
        Tier("core", {"en": "core"}, 1, ("fast_lane",)),
        Tier("gold", {"en": "gold"}, 2, ("fast_lane", "pick_up")),
    ),
    entitlements={name: Entitlement(name, {"en": name}) for name in ("fast_lane", "pick_up", "free_tea")},
    calendars={
        "sale": Calendar(
            "sale", {"en": "sale"}, (Period("autumn", {"en": "autumn"}, MONDAY + 20, MONDAY + 25),)
        )
    },
    currency="GBP",
)


def at_least(fact: str, number: float) -> Leaf:
    return Leaf(fact, Phrase.AT_LEAST, (number,))


def less_than(fact: str, number: float) -> Leaf:
    return Leaf(fact, Phrase.LESS_THAN, (number,))


def more_than(fact: str, number: float) -> Leaf:
    return Leaf(fact, Phrase.MORE_THAN, (number,))


def is_(fact: str, value: Any) -> Leaf:
    return Leaf(fact, Phrase.IS, (value,))


def known(fact: str) -> Leaf:
    return Leaf(fact, Phrase.KNOWN)


def changed(fact: str, of: str | None = None, to: str | None = None) -> Leaf:
    return Leaf(fact, Phrase.CHANGED, (of, to))


def within(fact: str, days: int, side: Side) -> Leaf:
    return Leaf(fact, Phrase.WITHIN, (days,), side)


def all_(*parts: Condition) -> Group:
    return Group(Connective.ALL, parts)


def any_(*parts: Condition) -> Group:
    return Group(Connective.ANY, parts)


def none_(*parts: Condition) -> Group:
    return Group(Connective.NONE, parts)


def change_tier(to: str, keep: int = 0, *, at_once: bool = False) -> Action:
    fields: dict[str, Any] = {"to": to, "keep_at_least_days": keep}
    return Action(ActionKind.CHANGE_TIER, {**fields, "at_once": True} if at_once else fields)


def set_(fact: str, value: Any) -> Action:
    return Action(ActionKind.SET, {"fact": fact, "value": value})


def raise_alert(alert: str = "churn", severity: str = "high") -> Action:
    return Action(ActionKind.RAISE_ALERT, {"alert": alert, "severity": severity, "title": {"en": alert}})


def create_task(task: str = "call") -> Action:
    return Action(ActionKind.CREATE_TASK, {"task": task, "title": {"en": "Call, {orders} orders"}})


def notify(template: str = "warning") -> Action:
    return Action(ActionKind.NOTIFY, {"template": template})


def grant(entitlement: str) -> Action:
    return Action(ActionKind.GRANT, {"entitlement": entitlement})


def revoke(entitlement: str) -> Action:
    return Action(ActionKind.REVOKE, {"entitlement": entitlement})


def add_to(group: str) -> Action:
    return Action(ActionKind.ADD_TO, {"group": group})


def remove_from(group: str) -> Action:
    return Action(ActionKind.REMOVE_FROM, {"group": group})


def table(inputs: tuple[str, ...], *rows: tuple[Any, ...], otherwise: Any = None) -> Table:
    """Rows are cells, then the answer; a cell of None is any."""
    return Table(
        inputs,
        tuple(Row(tuple(None if c is None else (c,) for c in row[:-1]), row[-1]) for row in rows),
        otherwise,
    )


def rule(name: str, when: Condition, *actions: Action, **more: Any) -> RuleDef:
    return RuleDef(name, "", {"en": name}, when, actions, **more)


def bundle(*policies: Iterable[RuleDef], digest: str = "release-1") -> Bundle:
    """A bundle of one policy per argument, named p0, p1 … in order."""
    return Bundle(
        "test",
        digest,
        CATALOGUE,
        {fact.name: fact for fact in _FACTS},
        tuple(PolicyDef(f"p{number}", tuple(rules)) for number, rules in enumerate(policies)),
        NotificationPlan(),
    )


@dataclass
class Life:
    """One customer, day by day. Facts given to `event` stay until others are given."""

    program: Program
    customer: str = "li"
    admissions: Admissions = field(default_factory=MemoryAdmissions)
    relationship: Relationship = field(default_factory=Relationship)
    facts: dict[str, FactValue] = field(default_factory=dict)
    anchors: dict[str, Anchor] = field(default_factory=dict)
    snapshot: Snapshot | None = None
    due: int | None = None
    paused: Mapping[str, str] = field(default_factory=dict)
    events: int = 0
    history: list[DecisionRecord] = field(default_factory=list)

    def event(
        self, day: int, anchors: Mapping[str, Anchor] | None = None, **facts: FactValue
    ) -> tuple[DecisionRecord, ...]:
        """Something happened on *day* (days count from MONDAY): judge at once."""
        self.facts.update(facts)
        self.anchors.update(anchors or {})
        self.anchors.setdefault("customer_since_days", Anchor(MONDAY + day))
        self.events += 1
        known_facts = {name: value for name, value in self.facts.items() if value is not None}
        cause = Cause("event", f"e{self.events}", "purchase", "shop")
        on = MONDAY + day
        self.snapshot = Snapshot(
            self.customer, f"{on}", on, cause, "release-1", known_facts, dict(self.anchors), self.events
        )
        return self._judge(Moment(self.customer, on, f"{on}", cause, self.paused))

    def close(self, day: int) -> tuple[DecisionRecord, ...]:
        """Judge the close of *day*."""
        on = MONDAY + day
        return self._judge(Moment(self.customer, on, f"{on}~", Cause("day"), self.paused))

    def close_each(self, first: int, last: int) -> list[tuple[int, str]]:
        """Judge every close from *first* to *last*; return (day, rule) of what fired."""
        return [(day, each.rule) for day in range(first, last + 1) for each in fired(self.close(day))]

    def _judge(self, moment: Moment) -> tuple[DecisionRecord, ...]:
        assert self.snapshot is not None
        judgement = evaluate(self.relationship, self.snapshot, moment, self.program, self.admissions)
        self.due = None if judgement.next_due is None else judgement.next_due - MONDAY
        self.history += judgement.decisions
        return judgement.decisions


def life(*policies: Iterable[RuleDef], engine: str | Engine = "python", **more: Any) -> Life:
    """A customer judged by a bundle of *policies*."""
    compiled = engine_named(engine) if isinstance(engine, str) else engine
    return Life(Program.compile(bundle(*policies), compiled), **more)


def fired(decisions: Iterable[DecisionRecord]) -> list[DecisionRecord]:
    return [each for each in decisions if each.outcome == "fired"]


def outcomes(decisions: Iterable[DecisionRecord]) -> list[tuple[str, str]]:
    return [(each.rule, each.outcome) for each in decisions]
