"""The whole of what is known of a customer on one day, in one call.

Pure. Scoring, policy tests, backtests and what-if all come through here.
"""

from collections.abc import Mapping

from shared.contracts.snapshot import Anchor
from shared.customer.due import next_due
from shared.customer.measure import measure
from shared.customer.measures import Measures
from shared.customer.profile import profile_facts
from shared.customer.score import Scored, score
from shared.customer.state import CustomerState
from shared.customer.traits import TraitModel
from shared.model.catalogue import Catalogue
from shared.model.values import FactValue
from shared.quick_dataclass import dataclass

SCORE, COVERAGE, CUSTOMER_SINCE_DAYS = "score", "coverage", "customer_since_days"
"""Names of the facts that every release has."""


@dataclass(frozen=True, slots=True, eq=False)
class CustomerModel:
    """Metrics and traits of one release, compiled."""

    measures: Measures
    traits: TraitModel

    @classmethod
    def compile(cls, catalogue: Catalogue) -> "CustomerModel":
        """Return the model of a checked *catalogue*."""
        return cls(Measures.compile(catalogue), TraitModel.compile(catalogue.traits))


@dataclass(frozen=True, slots=True)
class Assessment:
    """*facts* (profile, metrics, traits, score, coverage) and *anchors* are what a snapshot carries.

    *next_due* is the first later day on which any of them may change with no new event, or None.
    """

    facts: Mapping[str, FactValue]
    anchors: Mapping[str, Anchor]
    scored: Scored
    next_due: int | None


def assess(state: CustomerState, model: CustomerModel, day: int) -> Assessment:
    """Return what is known of *state*'s customer on local date *day*."""
    measured = measure(state, model.measures, day)
    counted = dict(measured.facts)
    for metric, anchor in measured.anchors.items():
        counted[metric] = anchor.at(day)
    scored = score(counted, state.assessments, model.traits, day)
    facts = profile_facts(state.profile)
    facts.update(measured.facts)
    facts.update(scored.traits)
    if model.traits.traits:
        facts[SCORE], facts[COVERAGE] = scored.score, scored.coverage
    due = next_due(measured, state.assessments, model.traits, day)
    return Assessment(facts, {**measured.anchors, **_since(state, model)}, scored, due)


def _since(state: CustomerState, model: CustomerModel) -> dict[str, Anchor]:
    """Counted from the first event by its own time, however late it arrived."""
    if not state.first_event:
        return {}
    return {CUSTOMER_SINCE_DAYS: Anchor(model.measures.intake.local_time.day_of(state.first_event))}
