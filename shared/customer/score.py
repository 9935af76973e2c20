"""Turn metrics and hand ratings into traits, a score and its coverage.

Pure, in whole numbers: a trait has 0–100 points, its contribution is weight × points in hundredths of
a score point, and the contributions add up to the score exactly.
"""

from bisect import bisect_right
from collections.abc import Mapping
from typing import Any

from shared.customer.rounding import percent, whole
from shared.customer.state import HandRating
from shared.customer.traits import HAND_RATING, IndicatorLine, Trait, TraitLine, TraitModel
from shared.model.values import FactValue
from shared.quick_dataclass import dataclass

_Row = tuple[str, FactValue, float | None, int, int]
"""The fields of an `IndicatorLine`."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A score 0–100 with two decimals, the percentage of its weight that rests on evidence, and each
    trait's points."""

    score: float
    coverage: float
    traits: Mapping[str, int]
    _facts: Mapping[str, Any]
    _ratings: Mapping[str, HandRating]
    _model: TraitModel
    _day: int

    @property
    def lines(self) -> tuple[TraitLine, ...]:
        """Every point of the score, traced to the metric or hand rating it came from; made when asked for."""
        return tuple(
            TraitLine(
                trait.id,
                trait.weight,
                self.traits[trait.id],
                trait.weight * self.traits[trait.id],
                tuple(IndicatorLine(*row) for row in self._rows(trait)),
            )
            for trait in self._model.traits
        )

    def _rows(self, trait: Trait) -> list[_Row]:
        rows: list[_Row] = []
        for gauge in trait.gauges:
            value = self._facts.get(gauge.metric)
            if value is not None:
                at = bisect_right(gauge.floors, value)
                band = gauge.floors[at - 1] if at else None
                rows.append((gauge.metric, value, band, gauge.points[at], gauge.weight))
        if rating := _counting(trait, self._ratings, self._day):
            rows.append((HAND_RATING, rating.points, None, rating.points, trait.rating_weight))
        return rows


def score(
    facts: Mapping[str, Any], assessments: Mapping[str, HandRating], model: TraitModel, day: int
) -> Scored:
    """Weigh *facts* (day counts read for *day*) and fresh hand ratings by *model*.

    A trait's points are the weighted mean of its known indicators and the hand rating, half to even; a
    trait without any takes its neutral points. A hand rating also makes up for indicators that are
    missing, but no trait is covered more than fully. *facts* and *assessments* belong to the answer, which
    reads them again when its lines are asked for.
    """
    points: dict[str, int] = {}
    total = covered = 0
    for trait in model.traits:
        weight, weighted = _evidence(trait, facts)
        if assessments and (rating := _counting(trait, assessments, day)):
            weight += trait.rating_weight
            weighted += trait.rating_weight * rating.points
        points[trait.id] = given = whole(weighted, weight) if weight else trait.neutral
        total += given * trait.weight
        covered += min(weight, trait.evidence_weight) * trait.unit
    coverage = percent(covered, model.full) if model.full else 0.0
    return Scored(total / 100, coverage, points, facts, assessments, model, day)


def _evidence(trait: Trait, facts: Mapping[str, Any]) -> tuple[int, int]:
    """The weight of the known indicators, and their points by weight: each gives the points of the last band
    whose floor its value reaches."""
    weight = weighted = 0
    for gauge in trait.gauges:
        value = facts.get(gauge.metric)
        if value is not None:
            weight += gauge.weight
            weighted += gauge.weight * gauge.points[bisect_right(gauge.floors, value)]
    return weight, weighted


def _counting(trait: Trait, ratings: Mapping[str, HandRating], day: int) -> HandRating | None:
    """The hand rating that counts for *trait* on *day*."""
    rating = ratings.get(trait.id)
    return rating if rating and trait.rating_weight and is_fresh(trait, rating, day) else None


def is_fresh(trait: Trait, rating: HandRating, day: int) -> bool:
    """Whether *rating* counts on *day*: not before it was given, nor once older than its stale days."""
    return 0 <= day - rating.day <= trait.rating_stale_days
