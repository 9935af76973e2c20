"""How much numbers vary although nothing happens that matters, and rules read with that much tolerance.

Pure. A metric may declare its `noise`; else it is one event for counts, one point for scores, traits and
shares, the smallest step for amounts and other numbers, and nothing for days and for what is told of a
customer.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from shared.model.catalogue import Aggregate, Catalogue
from shared.model.conditions import Comparison, Junction, Proposition, Test
from shared.model.rules import FactDef, FactSource
from shared.model.values import Kind
from shared.policy.checks.regions.claims import Claim
from shared.policy.checks.regions.domains import smallest_step

_LOWER = {Comparison.GE, Comparison.GT}
_UPPER = {Comparison.LE, Comparison.LT}
_COUNTS = frozenset({Aggregate.COUNT, Aggregate.DISTINCT})


def noise_of(fact: FactDef, catalogue: Catalogue) -> float:
    """How much *fact* varies by itself; 0 for what does not."""
    metric = catalogue.metrics.get(fact.name) if fact.source is FactSource.METRIC else None
    if metric is not None and metric.noise is not None:
        return metric.noise
    if fact.source in (FactSource.SCORE, FactSource.TRAIT):
        return 1
    if metric is None or fact.kind is Kind.DAYS:
        return 0
    if metric.aggregate in _COUNTS or fact.kind is Kind.PERCENT:
        return 1
    return float(smallest_step(fact, catalogue.metrics))


def tolerant(claim: Claim, noise: Mapping[str, float], facts: Mapping[str, FactDef]) -> Claim:
    """*claim* of a customer whose numbers may be off by *noise*.

    What asks for the smallest value there is, such as none at all, is no matter of more or less, and stays.
    """

    def loosened(test: Test) -> Test:
        name, value = test.column, test.value
        amount = noise.get(name, 0)
        if not amount or not isinstance(value, (int, float)):
            return test
        if test.comparison in _LOWER:
            return replace(test, value=value - amount)
        if test.comparison in _UPPER and not _asks_for_none(test, facts[name]):
            return replace(test, value=value + amount)
        return test

    return replace(claim, proposition=_mapped(claim.proposition, loosened))


def _asks_for_none(test: Test, fact: FactDef) -> bool:
    low, value = fact.minimum, test.value
    if low is None or not isinstance(value, (int, float)):
        return False
    return value <= low or (
        test.comparison is Comparison.LT and value <= low + 1 and fact.kind is Kind.INTEGER
    )


def _mapped(said: Proposition, change: Callable[[Test], Test]) -> Proposition:
    if isinstance(said, Test):
        return change(said)
    return Junction(said.conjunction, tuple(_mapped(part, change) for part in said.parts))
