"""A small bundle and decisions to plan from."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from shared.contracts.decision import DecisionRecord, OrderedAction
from shared.contracts.snapshot import Cause
from shared.model.catalogue import Catalogue, Tier
from shared.model.conditions import Leaf, Phrase
from shared.model.rules import (
    Bundle,
    FactDef,
    FactSource,
    NotificationPlan,
    PolicyDef,
    Route,
    RuleDef,
)
from shared.model.values import Kind

DAY = date(2010, 6, 15).toordinal()

ROUTES = (
    Route(
        "alerts",
        {"action": ("raise_alert",), "severity": ("high",)},
        "manager",
        ("inbox", "webhook"),
        {"en": "{customer}: {title}", "zh": "{customer}：{title}"},
        {"en": "{reason}. Spent {spend}."},
        group_by=("rule",),
    ),
    Route(
        "warning",
        {"template": ("demotion-warning",)},
        "customer",
        ("webhook",),
        {"en": "We miss you"},
        {"en": "Dear {name}"},
        counts_as_contact=True,
    ),
)


@pytest.fixture
def bundle() -> Bundle:
    rule = RuleDef("silent", "risk", {"en": "Falls silent"}, Leaf("score", Phrase.KNOWN), (), owner="crm")
    return Bundle(
        name="default",
        digest="d" * 64,
        catalogue=Catalogue(
            {},
            {},
            {},
            (Tier("none", {"en": "No member"}, 0), Tier("core", {"en": "Core", "zh": "核心"}, 1)),
            currency="GBP",
            timezone="Europe/London",
        ),
        facts={"spend": FactDef("spend", Kind.AMOUNT, FactSource.METRIC, {"en": "Spend"})},
        policies=(PolicyDef("risk", (rule,), owner="operations"),),
        notifications=NotificationPlan(
            routes=ROUTES,
            contact_cap=(2, 30),
            quiet_hours=(21 * 60, 8 * 60),
            consent_fact="consent",
        ),
    )


Decide = Callable[..., DecisionRecord]


@pytest.fixture
def decide() -> Decide:
    def decision(*actions: tuple[str, dict[str, Any]], name: str = "d1", **changed: Any) -> DecisionRecord:
        fields: dict[str, Any] = {
            "id": name,
            "customer": "c1",
            "rule": "silent",
            "policy": "risk",
            "release": "d" * 64,
            "outcome": "fired",
            "mode": "live",
            "as_of": "2010-06-15T12:00:00Z",
            "day": DAY,
            "cause": Cause("day"),
            "facts": {"spend": 123456, "consent": True, "name": "Li Ming"},
            "leaves": (),
            "reason": {"en": "silent for 90 days", "zh": "沉默90天"},
        }
        ordered = tuple(
            OrderedAction(f"{name}/{at}", kind, given) for at, (kind, given) in enumerate(actions)
        )
        return DecisionRecord(**{**fields, "actions": ordered, **changed})

    return decision


@pytest.fixture
def call() -> tuple[str, dict[str, Any]]:
    return (
        "create_task",
        {
            "task": "winback-call",
            "title": {"en": "Call", "zh": "致电"},
            "playbook": {"en": "Ask why"},
            "due_days": 3,
            "channel": "phone",
            "owner": "owner",
        },
    )
