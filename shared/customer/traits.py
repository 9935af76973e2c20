"""The nine traits, compiled once per release, and the lines that trace a score back to its metrics.

Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import lcm

from shared.model.catalogue import Indicator, TraitDef
from shared.model.values import FactValue

HAND_RATING = "assessment"
"""Stands in an `IndicatorLine` where a metric's name would, when a person rated the trait."""


@dataclass(frozen=True, slots=True)
class IndicatorLine:
    """What one metric, or a hand rating, said about a trait.

    *band* is the floor of the band the value fell into, None below all bands and for hand ratings.
    """

    metric: str
    value: FactValue
    band: float | None
    points: int
    weight: int


@dataclass(frozen=True, slots=True)
class TraitLine:
    """One trait's part of a score: *contribution* = weight × points, in hundredths of a score point.

    Without evidence (*indicators* is empty) the points are the trait's neutral points.
    """

    trait: str
    weight: int
    points: int
    contribution: int
    indicators: tuple[IndicatorLine, ...]

    @property
    def is_neutral(self) -> bool:
        """Whether there was no evidence."""
        return not self.indicators


@dataclass(frozen=True, slots=True)
class Gauge:
    """One indicator ready to read: ``points[i]`` belongs to values below ``floors[i]``."""

    metric: str
    weight: int
    floors: tuple[float, ...]
    points: tuple[int, ...]

    @classmethod
    def of(cls, indicator: Indicator) -> "Gauge":
        """Return the gauge of *indicator*; below all floors it gives 0 points."""
        floors = tuple(floor for floor, _ in indicator.bands)
        return cls(
            indicator.metric, indicator.weight, floors, (0, *(points for _, points in indicator.bands))
        )


@dataclass(frozen=True, slots=True)
class Trait:
    """One trait ready to score."""

    id: str
    weight: int
    neutral: int
    gauges: tuple[Gauge, ...]
    rating_weight: int
    rating_stale_days: int
    evidence_weight: int  # of full evidence: the expected indicators, or the hand rating where there are none
    unit: int  # coverage units per unit of evidence weight


@dataclass(frozen=True, slots=True, eq=False)
class TraitModel:
    """All traits of one release. *full* is the number of coverage units of complete evidence."""

    traits: tuple[Trait, ...]
    full: int
    floors: Mapping[str, tuple[float, ...]]  # by metric: every band floor, ascending
    weights: Mapping[str, int]  # of the traits that are part of the score

    @classmethod
    def compile(cls, traits: Mapping[str, TraitDef]) -> "TraitModel":
        """Return the model of checked *traits*."""
        common = lcm(*(_evidence_weight(trait) for trait in traits.values()))
        weights = sum(trait.weight for trait in traits.values())
        floors: dict[str, set[float]] = {}
        for trait in traits.values():
            for indicator in trait.indicators:
                floors.setdefault(indicator.metric, set()).update(floor for floor, _ in indicator.bands)
        return cls(
            tuple(_compiled(trait, common) for trait in traits.values()),
            weights * common,
            {metric: tuple(sorted(values)) for metric, values in floors.items()},
            {trait.id: trait.weight for trait in traits.values() if trait.weight},
        )


def _evidence_weight(trait: TraitDef) -> int:
    """Of the indicators that are expected; where all are optional, of all."""
    expected = sum(each.weight for each in trait.indicators if not each.optional)
    return expected or sum(each.weight for each in trait.indicators) or trait.assessment_weight or 1


def _compiled(trait: TraitDef, common: int) -> Trait:
    evidence_weight = _evidence_weight(trait)
    return Trait(
        trait.id,
        trait.weight,
        trait.neutral,
        tuple(Gauge.of(indicator) for indicator in trait.indicators),
        trait.assessment_weight,
        trait.assessment_stale_days,
        evidence_weight,
        trait.weight * (common // evidence_weight),
    )
