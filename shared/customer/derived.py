"""Metrics made of other metrics: ratios, trends and changes against the window before.

Pure. Each step reads what earlier steps found and adds its own; steps stand in dependency order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from shared.contracts.snapshot import Anchor
from shared.customer.rounding import Rounding, change, percent, rounding_for
from shared.model.catalogue import Aggregate, MetricDef
from shared.model.values import FactValue, Kind


@dataclass(slots=True, eq=False)
class Reading:
    """What one measuring has found so far. *before* holds values over the window before."""

    day: int
    facts: dict[str, FactValue] = field(default_factory=dict)
    anchors: dict[str, Anchor] = field(default_factory=dict)
    before: dict[str, Any] = field(default_factory=dict)
    changes_daily: bool = False  # something depends on days since in a way no anchor can say


class Step(Protocol):
    """One derived fact."""

    def add_to(self, reading: Reading) -> None:
        """Add the fact to *reading*, or nothing when it is unknown."""


@dataclass(frozen=True, slots=True)
class Ratio:
    """``of / to``, as percent if the kind says so; unknown when either is, or when ``to`` is 0.

    Days since over a positive number stay an anchor; the anchor rounds to two decimals.
    """

    metric: str
    over: str
    under: str
    as_percent: bool
    rounded: Rounding

    def add_to(self, reading: Reading) -> None:
        """Add the ratio, and the one of the window before when both its parts are known there."""
        if self.over in reading.anchors or self.under in reading.anchors:
            self._add_aging(reading)
        elif (value := self._of(reading.facts)) is not None:
            reading.facts[self.metric] = value
        if reading.before and (value := self._of(reading.before)) is not None:
            reading.before[self.metric] = value

    def _of(self, values: Mapping[str, Any]) -> float | None:
        over, under = values.get(self.over), values.get(self.under)
        return None if over is None or not under else self.rounded(over, under)

    def _add_aging(self, reading: Reading) -> None:
        under: Any = reading.facts.get(self.under)
        anchor = reading.anchors.get(self.over)
        if anchor is not None and self.under not in reading.anchors:
            if under is None or under == 0:
                return
            if under > 0:
                factor = anchor.factor * 100 if self.as_percent else anchor.factor
                reading.anchors[self.metric] = Anchor(anchor.day, factor, anchor.divisor * under)
                return
        self._add_for_today(reading)

    def _add_for_today(self, reading: Reading) -> None:
        """A number over days since, or days since over a negative number: no anchor says that."""
        aged = {name: anchor.at(reading.day) for name, anchor in reading.anchors.items()}
        known = {**reading.facts, **aged}
        if known.get(self.over) is None:
            return
        reading.changes_daily = True
        value = self._of(known)
        if value is not None:
            reading.facts[self.metric] = value


@dataclass(frozen=True, slots=True)
class Change:
    """The percent by which *metric* differs from its window before; unknown from zero or less."""

    fact: str
    metric: str

    def add_to(self, reading: Reading) -> None:
        """Add the change if both windows are known."""
        now: Any = reading.facts.get(self.metric)
        before = reading.before.get(self.metric)
        if now is None or before is None:
            return
        value = change(now, before)
        if value is not None:
            reading.facts[self.fact] = value


def compile_step(metric: MetricDef) -> Step:
    """Return the step of a RATIO or TREND metric."""
    over, under = metric.numerator or "", metric.denominator or ""
    if metric.aggregate is Aggregate.TREND:
        return Change(metric.id, over)
    as_percent = metric.kind is Kind.PERCENT
    return Ratio(metric.id, over, under, as_percent, percent if as_percent else rounding_for(metric.kind))


def compile_change(metric: MetricDef) -> Step:
    """Return the step of ``<metric>~change``, the fact that `rose by` and `fell by` read."""
    return Change(f"{metric.id}~change", metric.id)
