"""Daily buckets and windows against a model that keeps every event and counts them all anew each day."""

from typing import Any

import orjson
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from shared.customer import measure as measuring
from shared.customer.apply import apply
from shared.customer.assess import CustomerModel
from shared.customer.measure import Measured
from shared.customer.state import CustomerState
from tests.unit.customer.catalogues import METRICS, catalogue, ordinal
from tests.unit.customer.histories import STARTS, ZONES, Happening, rfc3339
from tests.unit.customer.recount import Recount

DAILY = ("rush", "deficit")
"""Metrics that make a customer due every day: with them no missed due day would show."""

CALM = tuple(metric for metric in METRICS if metric.id not in DAILY)
KINDS = st.sampled_from(["purchase", "purchase", "purchase", "return", "care.given"])
AMOUNTS = st.sampled_from([1, 499, 500, 900, 901])
MINUTES_OF_A_DAY = 24 * 60


class WindowsMachine(RuleBasedStateMachine):
    """Events of today and late ones, days that pass, storing and loading.

    As scoring does, it measures at an event and on the day that the last measurement named, never between.
    """

    @initialize(start=st.sampled_from(STARTS), zone=st.sampled_from(ZONES))
    def begin(self, start: str, zone: str) -> None:
        self.start, self.first = start, ordinal(start)
        promotions = (self.first + 3, self.first + 9), (self.first + 30, self.first + 30)
        self.catalogue = catalogue(zone, CALM, promotions=promotions)
        self.measures = CustomerModel.compile(self.catalogue).measures
        self.state: CustomerState = self.measures.new_customer()
        self.events: list[Happening] = []
        self.day = self.first + 1
        self.seen = self.measured()

    def measured(self) -> Measured:
        return measuring.measure(self.state, self.measures, self.day)

    @rule(kind=KINDS, amount=AMOUNTS, late=st.sampled_from([0, 0, 0, 1, 7, 29, 30, 90]), minute=st.data())
    def happen(self, kind: str, amount: int, late: int, minute: st.DataObject) -> None:
        at = minute.draw(st.integers(0, MINUTES_OF_A_DAY - 1))
        minutes = (self.day - 1 - self.first - late) * MINUTES_OF_A_DAY + at
        number = f"{len(self.events):03}"
        event = Happening(number, "shop", kind, rfc3339(self.start, minutes), {"amount": amount})
        apply(event, self.state, self.measures)
        self.events.append(event)
        self.seen = self.measured()
        self.compare()

    @rule(days=st.sampled_from([1, 1, 2, 5, 29, 30, 31, 90]))
    def wait(self, days: int) -> None:
        for _ in range(days):
            self.day += 1
            if self.seen.next_change is not None and self.seen.next_change <= self.day:
                self.seen = self.measured()
        self.compare()

    @rule()
    def store_and_load(self) -> None:
        stored = orjson.dumps(self.state.to_document())
        self.state = CustomerState.from_document(orjson.loads(stored))

    @rule(ago=st.integers(1, 40))
    def look_back(self, ago: int) -> None:
        then = self.day - ago
        measured = measuring.measure(self.state, self.measures, then)
        assert self.read(measured, then) == Recount(self.catalogue, self.events).facts(then)

    def compare(self) -> None:
        assert self.read(self.seen, self.day) == Recount(self.catalogue, self.events).facts(self.day)

    def read(self, measured: Measured, day: int) -> dict[str, Any]:
        return {**measured.facts, **{name: anchor.at(day) for name, anchor in measured.anchors.items()}}
