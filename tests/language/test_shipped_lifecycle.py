"""No customer ever skips a stage of the relationship, whatever the facts."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise, product

import pytest

from shared.contracts.decision import DecisionRecord
from shared.contracts.snapshot import Anchor
from shared.policy.engine.registry import engine_named
from shared.policy.evaluation.program import Program
from tests.language.bundles import default_bundle
from tests.unit.evaluation.building import MONDAY, Life

ALLOWED = {
    ("exploration", "formation"),
    ("formation", "stable"),
    ("formation", "decline"),
    ("stable", "decline"),
    ("decline", "stable"),
    ("decline", "lost"),
    ("lost", "exploration"),
}
STAGES = ("exploration", "formation", "stable", "decline", "lost")
FACTS = {
    "orders_365d": (0, 1, 2, 4),
    "orders_90d": (0, 1),
    "days_since_purchase": (None, 10, 151, 366),
    "silence_ratio": (None, 1, 5),
    "volume_change_90d": (None, -80, -60, 10),
}


def worlds() -> Iterator[dict[str, int]]:
    for values in product(*FACTS.values()):
        known = zip(FACTS, values, strict=True)
        yield {name: value for name, value in known if value is not None}


@pytest.fixture(scope="module")
def program() -> Program:
    shipped = default_bundle()
    alone = tuple(policy for policy in shipped.policies if policy.id == "lifecycle")
    return Program.compile(replace(shipped, policies=alone), engine_named("python"))


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("business", ["holding", "shrinking"])
def test_from_every_stage_only_its_neighbours_are_reached(
    program: Program, stage: str, business: str
) -> None:
    seen = set()
    for facts in worlds():
        customer = Life(program)
        customer.relationship.facts.update({"stage": stage, "own_business": business})
        customer.event(0, {"customer_since_days": Anchor(MONDAY - 200)}, **facts)
        for day in (0, 8, 31):
            customer.close(day)
        steps = [stage, *(move for each in customer.history for move in _stages(each))]
        seen |= set(pairwise(steps))

    assert seen <= ALLOWED
    assert {after for before, after in seen if before == stage} == {
        after
        for before, after in ALLOWED
        if before == stage and (business == "holding" or after != "decline")
    }


def _stages(decision: DecisionRecord) -> Iterator[str]:
    for action in decision.actions:
        if action.fields.get("fact") == "stage":
            yield str(action.fields["value"])
