"""What is known of a customer under test on a day: facts as given, or computed from events.

Pure state. Both kinds answer with what a snapshot carries, so that rules cannot tell a test from the world.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from shared.clock import from_rfc3339, to_rfc3339
from shared.contracts.snapshot import Anchor
from shared.customer.apply import apply
from shared.customer.assess import CUSTOMER_SINCE_DAYS, CustomerModel, assess
from shared.customer.derived import Change, Ratio, Reading
from shared.customer.file import COUNTED
from shared.customer.local_time import LocalTime, stamp
from shared.customer.profile import revise
from shared.customer.state import CustomerState
from shared.model.catalogue import Aggregate, Catalogue
from shared.model.rules import Bundle, FactSource
from shared.model.values import FactValue
from shared.policy.testing.model import Given

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Known:
    """Facts and day counts on one day, and the next day on which they change by themselves."""

    facts: Mapping[str, FactValue]
    anchors: Mapping[str, Anchor]
    next_change: int | None


class Knowledge(Protocol):
    """Where a test's facts come from."""

    def change(self, given: Given, day: int) -> None:
        """Take facts that are given on *day*."""

    def on(self, day: int) -> Known:
        """What is known on *day*."""


@dataclass(slots=True)
class GivenFacts:
    """Facts as the test gives them. Day counts grow by themselves.

    A ratio, a change or how many fields of the file are named, where not given, is worked out from what it is
    made of, as scoring does.
    """

    model: CustomerModel
    catalogue: Catalogue
    facts: dict[str, FactValue] = field(default_factory=dict)
    anchors: dict[str, Anchor] = field(default_factory=dict)
    before: dict[str, float] = field(default_factory=dict)
    stated: set[str] = field(default_factory=set)  # given, be it as missing

    def change(self, given: Given, day: int) -> None:
        """See `Knowledge`."""
        for name, value in given.facts.items():
            for known in (self.facts, self.anchors, self.before):
                known.pop(name, None)
            self.stated.add(name)
            if isinstance(value, int) and self._counts_days(name):
                self.anchors[name] = Anchor(day - value)
            elif value is not None:
                self.facts[name] = value
        self.before.update(given.before)

    def _counts_days(self, name: str) -> bool:
        metric = self.catalogue.metrics.get(name)
        return name == CUSTOMER_SINCE_DAYS or (
            metric is not None and metric.aggregate is Aggregate.DAYS_SINCE_LAST
        )

    def on(self, day: int) -> Known:
        """See `Knowledge`."""
        reading = Reading(day, dict(self.facts), dict(self.anchors), dict(self.before))
        for step in self.model.measures.steps:
            if self._made_by(step) not in self.stated:
                step.add_to(reading)
        for count, names in COUNTED.items():
            named = self.facts.get(names)
            if isinstance(named, tuple) and count not in self.stated:
                reading.facts[count] = len(named)
        return Known(reading.facts, reading.anchors, day + 1 if reading.changes_daily else None)

    def _made_by(self, step: object) -> str:
        if isinstance(step, Ratio):
            return step.metric
        return step.fact if isinstance(step, Change) else ""


@dataclass(slots=True)
class FromEvents:
    """Facts computed from events exactly as scoring does; what the profile says beforehand may be given."""

    model: CustomerModel
    local_time: LocalTime
    state: CustomerState
    count: int = 0

    def change(self, given: Given, day: int) -> None:
        """See `Knowledge`: what is given has stood in the file since *day* began."""
        if given.facts:
            began = from_rfc3339(self.local_time.end_of(day - 1)) + _SECOND
            key = (stamp(to_rfc3339(began)), "", "")
            revise(self.state.profile, key, {name: _as_data(value) for name, value in given.facts.items()})
            self.state.file = None

    def happen(self, type_: str, data: Mapping[str, FactValue], time: str) -> str:
        """Take an event; return its id."""
        self.count += 1
        identity = f"e{self.count}"
        plain = {name: _as_data(value) for name, value in data.items()}
        apply(_Event(identity, type_, time, plain), self.state, self.model.measures)
        return identity

    def on(self, day: int) -> Known:
        """See `Knowledge`."""
        self.state.advance(self.local_time.end_of(day) if day > self.state.day else self.state.as_of, day)
        assessment = assess(self.state, self.model, self.state.day)
        return Known(assessment.facts, assessment.anchors, assessment.next_due)


@dataclass(frozen=True, slots=True)
class _Event:
    id: str
    type: str
    time: str
    data: Mapping[str, object]
    source: str = "test"


def _as_data(value: FactValue) -> object:
    """A value as events carry it."""
    return list(value) if isinstance(value, tuple) else value


def is_kept_by_rules(name: str, bundle: Bundle) -> bool:
    """Whether *name* is kept with the relationship rather than told by scoring."""
    return bundle.facts[name].source is FactSource.POLICY
