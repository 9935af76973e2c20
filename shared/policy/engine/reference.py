"""The reference engine: a plain interpretation of propositions, and beside it the meaning of conditions.

`truth` (three-valued, straight on what people wrote) defines what a condition means; every other way of
evaluating is tested against it. Pure, simple before fast.
"""

from collections.abc import Mapping

from shared.model.conditions import Comparison, Proposition, Test
from shared.model.values import Value
from shared.policy.engine.truth import Situation, trace, truth
from shared.policy.engine.typed import EQUALITY, PRESENCE, asked, type_of

__all__ = ["ReferenceEngine", "ReferenceMatcher", "Situation", "holds", "trace", "truth"]


class ReferenceEngine:
    """Interprets propositions as they stand."""

    name = "reference"

    def compile(
        self, propositions: Mapping[str, Proposition], *, missing_passes: bool = False
    ) -> "ReferenceMatcher":
        """Return a matcher over *propositions*."""
        return ReferenceMatcher(propositions, missing_passes=missing_passes)


class ReferenceMatcher:
    """Walks every proposition for every row."""

    def __init__(self, propositions: Mapping[str, Proposition], *, missing_passes: bool) -> None:
        self._propositions = dict(propositions)
        self._missing_passes = missing_passes

    def match(self, row: Mapping[str, Value]) -> frozenset[str]:
        """Return the keys of the propositions that hold."""
        return frozenset(
            key
            for key, proposition in self._propositions.items()
            if holds(proposition, row, missing_passes=self._missing_passes)
        )

    def close(self) -> None:
        """Nothing to free."""


def holds(proposition: Proposition, row: Mapping[str, Value], *, missing_passes: bool = False) -> bool:
    """Tell whether *proposition* holds for *row*."""
    if isinstance(proposition, Test):
        value = row.get(proposition.column)
        if value is None and proposition.comparison not in PRESENCE:
            return missing_passes and asked(proposition) is not None
        return _passes(proposition, value)
    parts = (holds(part, row, missing_passes=missing_passes) for part in proposition.parts)
    return all(parts) if proposition.conjunction else any(parts)


def _passes(test: Test, value: Value | None) -> bool:
    if test.comparison in PRESENCE:
        return (value is not None) is (test.comparison is Comparison.KNOWN)
    kind = type_of(value)
    if kind is None or kind != type_of(test.value):
        return False
    if test.comparison in EQUALITY:
        return (value == test.value) is (test.comparison is Comparison.EQ)
    return kind == "number" and _ordered(test.comparison, value, test.value)  # type: ignore[arg-type]


def _ordered(comparison: Comparison, value: float, threshold: float) -> bool:
    if comparison in (Comparison.LT, Comparison.LE):
        return value < threshold or (comparison is Comparison.LE and value == threshold)
    return value > threshold or (comparison is Comparison.GE and value == threshold)
