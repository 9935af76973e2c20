"""What people decided by hand is seen: in the record of what the rules would have done, and in its reason."""

import pytest

from shared.contracts.snapshot import Anchor
from shared.policy.engine.registry import engine_named
from shared.policy.evaluation.program import Program
from tests.language.bundles import default_bundle
from tests.unit.evaluation.building import MONDAY, Life, fired

BELOW = {"score": 50, "net_spend_365d": 100_000, "orders_365d": 5, "coverage": 80}


@pytest.fixture(scope="module")
def program() -> Program:
    return Program.compile(default_bundle(), engine_named("python"))


def kept(program: Program, until: str) -> Life:
    customer = Life(program)
    customer.event(
        0,
        {"days_since_purchase": Anchor(MONDAY)},
        override_tier="core",
        override_until=until,
        override_reason="founding customer",
        override_by="wang",
        **BELOW,
    )
    return customer


def test_the_demotion_that_a_decision_by_hand_holds_back_is_recorded_with_its_name(program: Program) -> None:
    customer = kept(program, "2010-10-31")
    customer.close_each(0, 40)

    (held,) = [each for each in customer.history if each.rule == "demote-core"]
    assert (held.outcome, held.held_by) == ("blocked", "conflict:override-in")
    assert customer.relationship.facts["tier"] == "core"


def test_the_reason_names_who_why_and_until_when(program: Program) -> None:
    customer = kept(program, "2010-10-31")

    (made,) = [each for each in fired(customer.history) if each.rule == "override-in"]
    assert made.reason["en"] == "wang decided so until 2010-10-31: founding customer"


def test_after_its_last_day_what_fell_due_meanwhile_is_done(program: Program) -> None:
    customer = kept(program, "2010-09-25")  # forty days; the grace is over after thirty
    done = customer.close_each(0, 60)

    assert [day for day, rule in done if rule == "demote-core"] == [41]
    assert customer.relationship.facts["override"] == "none"
