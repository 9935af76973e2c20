"""What always holds between metrics of the same events: a shorter window counts no more than a longer one.

Pure. Without these a check would warn of customers who cannot be: four orders in 90 days but none in a year.
"""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import permutations

from shared.model.catalogue import Aggregate, Catalogue, MetricDef
from shared.model.conditions import Comparison, Junction, Proposition, Test
from shared.model.rules import FactDef, FactSource
from shared.policy.checks.regions.claims import Claim
from shared.policy.columns import Column, View
from shared.policy.lowering import tests as tests_of


def relations(
    claims: Sequence[Claim],
    facts: Mapping[str, FactDef],
    catalogue: Catalogue,
    private: AbstractSet[str],
) -> list[Claim]:
    """The claims that hold by themselves between the metrics that *claims* are about."""
    names = sorted({column.fact for claim in claims for column in claim.columns} - private)
    metrics = [catalogue.metrics[name] for name in names if _is_metric(name, facts, catalogue)]
    thresholds = _thresholds(claims)
    found: list[Claim] = []
    for one, other in permutations(metrics, 2):
        columns = frozenset({Column(one.id, one.kind), Column(other.id, other.kind)})
        if _counts_within(one, other):
            numbers = sorted(thresholds.get(one.id, set()) | thresholds.get(other.id, set()))
            found += [Claim(_no_more(one.id, other.id, number), columns) for number in numbers]
        elif _lasts(one, other):
            found.append(Claim(_seen_within(one.id, other), columns))
    return found


def _is_metric(name: str, facts: Mapping[str, FactDef], catalogue: Catalogue) -> bool:
    return name in catalogue.metrics and facts[name].source is FactSource.METRIC


def _thresholds(claims: Sequence[Claim]) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for claim in claims:
        plain = {column.name for column in claim.columns if column.view is View.VALUE}
        for test in tests_of(claim.proposition):
            if test.column in plain and isinstance(test.value, (int, float)):
                number = int(test.value)
                found.setdefault(test.column, set()).update((number, number + 1))
    return found


def _counts_within(one: MetricDef, other: MetricDef) -> bool:
    """Whether all that *one* counts is counted by *other* too."""
    counts = one.aggregate is other.aggregate is Aggregate.COUNT and one.series == other.series
    return counts and one.calendar == other.calendar and _days(one) < _days(other)


def _days(metric: MetricDef) -> float:
    return float("inf") if metric.window_days is None else metric.window_days


def _no_more(one: str, other: str, number: int) -> Proposition:
    """Where *one* is at least *number*, so is *other*."""
    return Junction(
        False,
        (
            Test(one, Comparison.LT, number),
            Test(one, Comparison.MISSING),
            Test(other, Comparison.GE, number),
            Test(other, Comparison.MISSING),
        ),
    )


def _lasts(one: MetricDef, other: MetricDef) -> bool:
    """Whether *one* is the days since the last of the events that *other* counts in a window."""
    kinds = one.aggregate is Aggregate.DAYS_SINCE_LAST and other.aggregate is Aggregate.COUNT
    same = one.series == other.series and one.calendar is other.calendar is None
    return kinds and same and one.window_days is None and other.window_days is not None


def _seen_within(since: str, count: MetricDef) -> Proposition:
    """An event in the window is as recent as the window is long, and the other way round."""
    days = count.window_days or 0
    return Junction(False, tuple(Junction(True, parts) for parts in _cases(since, count.id, days)))


def _cases(since: str, count: str, days: int) -> Iterator[tuple[Proposition, ...]]:
    yield Test(count, Comparison.GE, 1), Test(since, Comparison.LT, days)
    for away in (Test(since, Comparison.GE, days), Test(since, Comparison.MISSING)):
        yield Test(count, Comparison.LE, 0), away
    yield (Test(count, Comparison.MISSING),)
