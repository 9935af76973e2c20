"""The whole of what is known of a customer on one day, in one call.

Pure. Scoring, policy tests, backtests and what-if all come through here.
"""

from collections.abc import Mapping

from shared.contracts.snapshot import Anchor
from shared.customer.due import next_due
from shared.customer.file import FileModel, FileStanding, file_fields
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
    """Metrics and traits of one release, and what it asks of files, compiled."""

    measures: Measures
    traits: TraitModel
    file: FileModel

    @classmethod
    def compile(cls, catalogue: Catalogue) -> "CustomerModel":
        """Return the model of a checked *catalogue*."""
        measures, traits = Measures.compile(catalogue), TraitModel.compile(catalogue.traits)
        fields = file_fields(catalogue.events.values())
        return cls(measures, traits, FileModel(fields, measures.intake.local_time))


@dataclass(frozen=True, slots=True)
class Assessment:
    """*facts* (profile and its upkeep, metrics, traits, score, coverage) and *anchors* go into a snapshot.

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
    file = _file(state, model.file, day)
    facts = profile_facts(state.profile)
    facts.update(file.facts)
    facts.update(measured.facts)
    facts.update(scored.traits)
    if model.traits.traits:
        facts[SCORE], facts[COVERAGE] = scored.score, scored.coverage
    due = next_due(measured, file, state.assessments, model.traits, day)
    return Assessment(facts, {**measured.anchors, **_since(state, model)}, scored, due)


def _file(state: CustomerState, model: FileModel, day: int) -> FileStanding:
    """How the file stands on *day*; worked out anew only when an event or the day has changed it."""
    kept = state.file
    if kept is None or not kept.holds(model, day):
        kept = state.file = model.standing(state.profile, state.confirmed, day)
    return kept


def _since(state: CustomerState, model: CustomerModel) -> dict[str, Anchor]:
    """Counted from the first event by its own time, however late it arrived."""
    if not state.first_event:
        return {}
    return {CUSTOMER_SINCE_DAYS: Anchor(model.measures.intake.local_time.day_of(state.first_event))}
