"""Whatever a customer's facts are, every decision of the shipped rules is made again identically."""

from functools import lru_cache
from pathlib import Path

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.contracts.codecs import decision_from_document, decision_to_data, decision_to_document
from shared.contracts.snapshot import Cause, Snapshot
from shared.model.rules import FactDef, FactSource
from shared.model.values import FactValue, Kind
from shared.policy.engine.registry import engine_named
from shared.policy.evaluation.admissions import MemoryAdmissions
from shared.policy.evaluation.evaluate import Moment, evaluate
from shared.policy.evaluation.program import Program
from shared.policy.evaluation.recorded import Personal
from shared.policy.evaluation.relationship import Relationship
from shared.policy.evaluation.replay import Remaker
from shared.policy.release import build, load_directory
from shared.reports.projection import as_line

RULES = Path(__file__).parents[3] / "rules"
FIRST = 734_000
GIVEN = (FactSource.PROFILE, FactSource.METRIC, FactSource.TRAIT, FactSource.SCORE)
PYTHON = engine_named("python")


@lru_cache(maxsize=1)
def program() -> Program:
    bundle = build(load_directory(RULES)).bundle
    assert bundle is not None
    return Program.compile(bundle, PYTHON)


@lru_cache(maxsize=1)
def remaker() -> Remaker:
    return Remaker(PYTHON)


def value(fact: FactDef) -> st.SearchStrategy[FactValue]:
    """A value of the fact's kind, near the thresholds of the shipped rules more often than not."""
    marks = program().marks[fact.name].numbers if fact.name in program().marks else ()
    if fact.kind.is_numeric:
        low, high = fact.minimum if fact.minimum is not None else 0, fact.maximum or 400_000
        near = [min(high, max(low, mark + step)) for mark in marks for step in (-1, 0, 1)] or [low]
        whole = st.integers(int(low), int(high))
        return st.one_of(st.sampled_from(near), whole)
    if fact.kind is Kind.BOOLEAN:
        return st.booleans()
    if fact.kind is Kind.TEXTS:
        return st.just(("one", "two"))
    if fact.kind is Kind.DATE:
        return st.sampled_from(["2010-08-16", "2010-09-30"])
    if fact.kind is Kind.MONTH_DAY:
        return st.sampled_from(["08-16", "08-20", "02-29"])
    return st.sampled_from(fact.choices or ("north", "phone"))


def snapshots() -> st.SearchStrategy[list[tuple[int, dict[str, FactValue]]]]:
    """Some days, and for each what is known of the customer on it."""
    facts = {name: value(fact) for name, fact in program().bundle.facts.items() if fact.source in GIVEN}
    some = st.fixed_dictionaries({}, optional=facts)
    return st.lists(st.tuples(st.integers(0, 40), some), min_size=1, max_size=5)


@pytest.mark.slow
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_every_decision_is_made_again_identically(data: st.DataObject) -> None:
    relationship, day, before = Relationship(), FIRST, {}
    for number, (days, facts) in enumerate(data.draw(snapshots())):
        day += days
        cause = Cause("event", f"e{number}", "purchase", "shop")
        as_of = f"2010-08-16T09:{number:02}:00Z"
        snapshot = Snapshot("li", as_of, day, cause, program().digest, facts)
        found = evaluate(relationship, snapshot, Moment.of(snapshot), program(), MemoryAdmissions(100))
        for record in found.decisions:
            stored = decision_from_document(orjson.loads(orjson.dumps(decision_to_document(record))))
            made = remaker().remake(stored, program().bundle, Personal(facts, before))
            assert made is not None
            assert as_line(decision_to_data(made)) == as_line(decision_to_data(record))
        before = facts
