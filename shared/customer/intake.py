"""Which events enter which series, the profile or the hand ratings, compiled once per release.

Pure. The digest of these definitions is what a customer's buckets were built with; buckets built with
others must be rebuilt from history.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import orjson

from shared.customer.aggregates import NEEDS
from shared.customer.local_time import LocalTime
from shared.customer.series import MICRO, Bucketing, Column, Term, compile_test, field_kind, is_decimal
from shared.customer.state import CustomerState
from shared.errors import StopError
from shared.model.catalogue import Catalogue, Series


class StaleBucketsError(StopError):
    """A customer's buckets were built with other metric definitions: rebuild them from history."""

    code = "stale-buckets"


@dataclass(frozen=True, slots=True, eq=False)
class Intake:
    """What `apply` does with each event type."""

    definition: str
    local_time: LocalTime
    series: tuple[Bucketing, ...]
    terms: Mapping[str, tuple[Term, ...]]  # by event type
    profile_events: frozenset[str]
    confirming_events: frozenset[str]

    def bucketing(self, series: Series | None) -> Bucketing:
        """Return how the buckets of *series* are kept."""
        return next(bucketing for bucketing in self.series if bucketing.series == series)

    def expect(self, state: CustomerState) -> None:
        """Raise StaleBucketsError unless *state* was built with these definitions."""
        if state.definition != self.definition:
            raise StaleBucketsError(
                f"buckets built with metric definitions {state.definition or 'none'}, "
                f"the release has {self.definition}: rebuild the customer from history"
            )


def compile_intake(catalogue: Catalogue) -> Intake:
    """Return the intake of a checked *catalogue*."""
    needs = _needs(catalogue)
    series = tuple(_bucketing(catalogue, one, needs[one]) for one in sorted(needs, key=repr))
    profile_events = frozenset(event.name for event in catalogue.events.values() if event.sets_profile)
    confirming = frozenset(event.name for event in catalogue.events.values() if event.confirms_profile)
    return Intake(
        _digest(catalogue.timezone, series, profile_events, confirming),
        LocalTime(catalogue.timezone),
        series,
        _terms(catalogue, series),
        profile_events,
        confirming,
    )


def _needs(catalogue: Catalogue) -> dict[Series, set[Column]]:
    needs: dict[Series, set[Column]] = {}
    for metric in catalogue.metrics.values():
        if metric.series:
            columns = needs.setdefault(metric.series, set())
            if metric.aggregate in NEEDS:
                columns.add(NEEDS[metric.aggregate])
        if metric.answer:
            needs.setdefault(metric.answer, set()).add(Column.LAST_STAMP)
    return needs


def _bucketing(catalogue: Catalogue, series: Series, columns: set[Column]) -> Bucketing:
    decimal = any(is_decimal(field_kind(catalogue, event, field)) for event, field, _ in series.terms)
    return Bucketing(series, tuple(sorted(columns)), MICRO if decimal else 1)


def _terms(catalogue: Catalogue, series: tuple[Bucketing, ...]) -> dict[str, tuple[Term, ...]]:
    terms: dict[str, tuple[Term, ...]] = {}
    for index, bucketing in enumerate(series):
        tests = tuple(compile_test(condition) for condition in bucketing.series.where)
        for event, field, sign in bucketing.series.terms:
            term = Term(index, field, sign, is_decimal(field_kind(catalogue, event, field)), tests)
            terms[event] = (*terms.get(event, ()), term)
    return terms


def _digest(
    timezone: str, series: tuple[Bucketing, ...], profile_events: frozenset[str], confirming: frozenset[str]
) -> str:
    """Releases that confirm nothing keep the digest they always had: what they stored stays good."""
    definitions: list[object] = [timezone, *series]
    if confirming:
        definitions.append({"profile": sorted(profile_events), "confirmed by": sorted(confirming)})
    return hashlib.sha256(orjson.dumps(definitions, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
