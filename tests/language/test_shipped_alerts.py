"""The shipped alerts end: when the reason is gone, or when there is nothing left to prevent."""

from pathlib import Path

import pytest

from shared.contracts.snapshot import Anchor
from shared.policy.engine.registry import engine_named
from shared.policy.evaluation.program import Program
from shared.policy.release import build, load_directory
from tests.unit.evaluation.building import MONDAY, Life

RULES = Path(__file__).parents[2] / "rules"
RHYTHM = {"purchase_gap_days": 10, "net_spend_365d": 900_000, "churn_risk": 20}


@pytest.fixture(scope="module")
def program() -> Program:
    bundle = build(load_directory(RULES)).bundle
    assert bundle is not None
    return Program.compile(bundle, engine_named("python"))


def bought(on: Life, day: int, orders: int = 6, **other: int) -> None:
    """An important customer who buys every ten days."""
    last = Anchor(MONDAY + day)
    rhythm = Anchor(MONDAY + day, 1, 10)
    anchors = {"days_since_purchase": last, "silence_ratio": rhythm}
    on.event(day, anchors, orders_365d=orders, orders_90d=3, **{**RHYTHM, **other})


def told(on: Life) -> list[tuple[int, str]]:
    """Day and outcome of each decision about the churn alert."""
    return [(each.day - MONDAY, each.outcome) for each in on.history if each.rule == "alert-churn"]


def silent_until(on: Life, first: int, last: int) -> None:
    for day in range(first, last):
        if on.due is None or on.due > day:
            continue
        on.close(day)


def test_a_churn_alert_resolves_when_the_customer_buys_again(program: Program) -> None:
    customer = Life(program)
    bought(customer, 0)
    silent_until(customer, 0, 60)
    bought(customer, 60)

    assert told(customer) == [(50, "fired"), (60, "resolved")]


def test_a_silence_alarms_nobody_while_the_risk_of_leaving_is_small(program: Program) -> None:
    customer = Life(program)
    bought(customer, 0, churn_risk=19)
    silent_until(customer, 0, 60)

    assert told(customer) == []


def test_a_churn_alert_resolves_when_the_customer_is_lost(program: Program) -> None:
    customer = Life(program)
    bought(customer, 0)
    silent_until(customer, 0, 100)
    customer.event(100, orders_90d=0)  # nothing bought in the last 90 days
    silent_until(customer, 100, 800)

    assert told(customer) == [(50, "fired"), (366, "resolved")]
    assert customer.relationship.facts["stage"] == "lost"
