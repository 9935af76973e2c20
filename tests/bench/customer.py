"""How fast the customer core is: events a second through apply and assess, and microseconds per assess.

Run ``python -m tests.bench.customer``. Prints medians of several rounds beside the ceiling measured in
the same run: parsing and writing the customer's document, which no pure code can avoid.
"""

import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import orjson

from shared.customer.apply import apply
from shared.customer.assess import CustomerModel, assess
from shared.customer.state import CustomerState
from shared.model.catalogue import (
    Aggregate,
    Catalogue,
    EventType,
    FieldDef,
    Filter,
    Indicator,
    MetricDef,
    Series,
    Tier,
    TraitDef,
)
from shared.model.values import Kind

ROUNDS, CUSTOMERS, ACTIVE_DAYS = 9, 400, 10
FIRST_DAY = date(2010, 1, 4)
TITLE = {"en": "title"}


@dataclass(frozen=True, slots=True)
class Purchase:
    """A typical event."""

    id: str
    source: str
    type: str
    time: str
    data: dict[str, Any]


def _events(*names: str) -> dict[str, EventType]:
    kinds = {"amount": Kind.AMOUNT, "country": Kind.TEXT}
    fields = {name: FieldDef(name, kind, TITLE) for name, kind in kinds.items()}
    return {name: EventType(name, TITLE, fields) for name in names}


def _metrics() -> list[MetricDef]:
    """Twenty-five metrics as a shop would define them."""
    orders = Series((("purchase", None, 1),))
    amounts = Series((("purchase", "amount", 1),))
    spend = Series((("purchase", "amount", 1), ("return", "amount", -1)))
    countries = Series((("purchase", "country", 1),))
    big = Series((("purchase", None, 1),), (Filter("amount", minimum=100_000),))
    agg, kind = Aggregate, Kind
    metrics = [
        MetricDef(f"orders_{days}d", TITLE, agg.COUNT, kind.INTEGER, orders, days) for days in (30, 90, 365)
    ]
    metrics += [
        MetricDef(f"spend_{days}d", TITLE, agg.SUM, kind.AMOUNT, spend, days, compare=days == 90)
        for days in (30, 90, 365)
    ]
    metrics += [
        MetricDef(f"{event}s_365d", TITLE, agg.COUNT, kind.INTEGER, Series(((event, None, 1),)), 365)
        for event in ("return", "complaint", "referral", "suggestion", "quote")
    ]
    metrics += [
        MetricDef("orders", TITLE, agg.COUNT, kind.INTEGER, orders),
        MetricDef("spend", TITLE, agg.SUM, kind.AMOUNT, spend),
        MetricDef("average_order", TITLE, agg.MEAN, kind.AMOUNT, amounts),
        MetricDef("largest_order", TITLE, agg.MAX, kind.AMOUNT, amounts),
        MetricDef("countries", TITLE, agg.DISTINCT, kind.INTEGER, countries),
        MetricDef("last_country", TITLE, agg.LAST, kind.TEXT, countries),
        MetricDef("days_since", TITLE, agg.DAYS_SINCE_LAST, kind.DAYS, orders),
        MetricDef("gap", TITLE, agg.USUAL_GAP_DAYS, kind.DAYS, orders, at_least=3),
        MetricDef("silence", TITLE, agg.RATIO, kind.NUMBER, numerator="days_since", denominator="gap"),
        MetricDef("big_365d", TITLE, agg.COUNT, kind.INTEGER, big, 365),
        MetricDef("trend_90d", TITLE, agg.TREND, kind.PERCENT, numerator="spend_90d"),
        MetricDef(
            "return_share", TITLE, agg.RATIO, kind.PERCENT,
            numerator="returns_365d", denominator="orders_365d",
        ),
        MetricDef(
            "answered", TITLE, agg.ANSWERED_SHARE, kind.PERCENT, Series((("care.given", None, 1),)), 365,
            answer=orders, within_days=14,
        ),
        MetricDef("care_365d", TITLE, agg.COUNT, kind.INTEGER, Series((("care.given", None, 1),)), 365),
    ]  # fmt: skip
    return metrics


def _traits(metrics: list[MetricDef]) -> dict[str, TraitDef]:
    numeric = [metric.id for metric in metrics if metric.kind.is_numeric]
    traits = {}
    for number in range(9):
        indicators = tuple(
            Indicator(metric, 1, ((0, 10), (5, 40), (50, 70), (500, 100)))
            for metric in numeric[number::9][:2]
        )
        traits[f"trait_{number}"] = TraitDef(f"trait_{number}", TITLE, 12 - (number > 3), 50, indicators)
    return traits


def model() -> CustomerModel:
    """Return the compiled catalogue."""
    metrics = _metrics()
    events = _events("purchase", "return", "complaint", "referral", "suggestion", "quote", "care.given")
    return CustomerModel.compile(
        Catalogue(
            events=events,
            metrics={metric.id: metric for metric in metrics},
            traits=_traits(metrics),
            tiers=(Tier("none", TITLE, 0),),
            timezone="Europe/London",
        )
    )


def purchases(customer: int) -> list[Purchase]:
    """Return the events of a typical customer: ten active days over a year."""
    events = []
    for number in range(ACTIVE_DAYS):
        day = FIRST_DAY + timedelta(days=(customer * 7 + number * 37) % 400)
        data = {"amount": 1000 + 977 * number, "country": "United Kingdom"}
        events.append(Purchase(f"{customer}-{number}", "shop", "purchase", f"{day}T10:00:00Z", data))
    return sorted(events, key=lambda event: event.time)


def lived(compiled: CustomerModel) -> list[CustomerState]:
    """Return all customers after all their events."""
    states = []
    for customer in range(CUSTOMERS):
        state = compiled.measures.new_customer()
        for event in purchases(customer):
            apply(event, state, compiled.measures)
        states.append(state)
    return states


def _median_us(work: Callable[[], int]) -> float:
    """Median over rounds of the microseconds per thing done."""
    rounds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        done = work()
        rounds.append((time.perf_counter() - started) * 1e6 / done)
    return statistics.median(rounds)


class Bench:
    """The customers, and each kind of work over all of them."""

    def __init__(self) -> None:
        self.model = model()
        self.histories = [purchases(customer) for customer in range(CUSTOMERS)]
        self.documents = [orjson.dumps(state.to_document()) for state in lived(self.model)]
        self.states = self.loaded()

    def loaded(self) -> list[CustomerState]:
        """Return every customer as loaded from the store."""
        return [CustomerState.from_document(orjson.loads(document)) for document in self.documents]

    def live(self) -> int:
        """Apply and assess every event."""
        for events in self.histories:
            state = self.model.measures.new_customer()
            for event in events:
                apply(event, state, self.model.measures)
                assess(state, self.model, state.day)
        return CUSTOMERS * ACTIVE_DAYS

    def apply(self) -> int:
        """Apply every event."""
        lived(self.model)
        return CUSTOMERS * ACTIVE_DAYS

    def load_and_assess(self) -> int:
        """Load every customer and assess each once."""
        for state in self.loaded():
            assess(state, self.model, state.day)
        return CUSTOMERS

    def assess_again(self) -> int:
        """Assess every customer on another day."""
        for state in self.states:
            assess(state, self.model, state.day + 3)
        return CUSTOMERS

    def load_and_save(self) -> int:
        """Load and save every customer."""
        for state in self.loaded():
            orjson.dumps(state.to_document())
        return CUSTOMERS

    def parse_and_write(self) -> int:
        """Parse and write every document, nothing else."""
        for document in self.documents:
            orjson.dumps(orjson.loads(document))
        return CUSTOMERS


def main() -> None:
    """Measure and print."""
    bench = Bench()
    lines = [f"{len(_metrics())} metrics, 9 traits, {ACTIVE_DAYS} active days; medians of {ROUNDS} rounds"]
    for name, work, unit in (
        ("apply + assess", bench.live, "events"),
        ("apply", bench.apply, "events"),
        ("load + assess", bench.load_and_assess, "customers"),
        ("assess on another day", bench.assess_again, "customers"),
        ("load + save", bench.load_and_save, "customers"),
        ("ceiling: parse + write", bench.parse_and_write, "customers"),
    ):
        spent = _median_us(work)
        lines.append(f"{name:<24}{spent:8.1f} us {1e6 / spent:10,.0f} {unit}/s")
    sys.stdout.write("\n".join([*lines, f"a document has {len(bench.documents[0])} bytes"]) + "\n")


if __name__ == "__main__":
    main()
