"""What is known of a fact beyond its type: how finely it is counted, its bounds, whether it can be missing.

Pure. Scores and shares have two decimals, counts and amounts are whole, what publishers send may be any
number.
"""

from collections.abc import Mapping
from fractions import Fraction

from shared.model.catalogue import Aggregate, Catalogue, MetricDef
from shared.model.rules import FactDef, FactSource
from shared.model.values import Kind
from shared.policy.checks.regions.grid import Grid
from shared.policy.facts import ENTITLEMENTS, GROUPS, TIER

HUNDREDTH = Fraction(1, 100)
CHANGE = Grid(HUNDREDTH, low=-100)
"""Of a change in percent against the window before: nothing falls by more than all."""

_WHOLE = frozenset({Kind.INTEGER, Kind.DAYS, Kind.AMOUNT})
_ROUNDED = frozenset(
    {Aggregate.MEAN, Aggregate.RATIO, Aggregate.TREND, Aggregate.ANSWERED_SHARE, Aggregate.PACE_INSIDE}
)
_ALWAYS_KNOWN = frozenset({TIER, GROUPS, ENTITLEMENTS, "days_in_tier"})


def grid_of(fact: FactDef, catalogue: Catalogue) -> Grid:
    """The numbers that *fact* can have."""
    metric = catalogue.metrics.get(fact.name) if fact.source is FactSource.METRIC else None
    plain = 10**catalogue.minor_digits if fact.kind is Kind.AMOUNT else 1
    low, high = _bounds(fact, metric)
    return Grid(_step(fact, metric), low, high, plain)


def can_be_missing(fact: FactDef) -> bool:
    """Whether *fact* may be unknown: what rules keep is known if it begins with a value."""
    if fact.source is FactSource.POLICY:
        return fact.initial is None and fact.name not in _ALWAYS_KNOWN
    return fact.source is not FactSource.SCORE


def can_be_left_out(fact: FactDef) -> bool:
    """Whether nothing has to be said of *fact*: it may be unknown, or begins with a value of its own."""
    return can_be_missing(fact) or fact.source is FactSource.POLICY


def _step(fact: FactDef, metric: MetricDef | None) -> Fraction | None:
    if fact.kind in _WHOLE or fact.source is FactSource.TRAIT:
        return Fraction(1)
    if fact.source is FactSource.SCORE or (metric and metric.aggregate in _ROUNDED):
        return HUNDREDTH
    return None


def _bounds(fact: FactDef, metric: MetricDef | None) -> tuple[float | None, float | None]:
    low, high = fact.minimum, fact.maximum
    if metric and metric.aggregate is Aggregate.ANSWERED_SHARE:
        return (0 if low is None else low), (100 if high is None else high)
    return low, high


def smallest_step(fact: FactDef, metrics: Mapping[str, MetricDef]) -> Fraction:
    """The smallest difference that *fact* shows; of numbers without a step, a hundredth."""
    return _step(fact, metrics.get(fact.name)) or HUNDREDTH
