"""Metrics counted anew from the raw list of events: slow, obvious, and written apart from the product."""

from datetime import datetime
from itertools import pairwise
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from shared.model.catalogue import Aggregate, Catalogue, MetricDef, Series
from shared.model.values import Kind
from tests.unit.customer.histories import Happening


class Recount:
    def __init__(self, catalogue: Catalogue, events: list[Happening]) -> None:
        self.catalogue = catalogue
        self.events = sorted(events, key=lambda event: (self.instant(event), event.source, event.id))

    def instant(self, event: Happening) -> datetime:
        return datetime.fromisoformat(event.time.replace("Z", "+00:00"))

    def day(self, event: Happening) -> int:
        return self.instant(event).astimezone(ZoneInfo(self.catalogue.timezone)).date().toordinal()

    def facts(self, day: int) -> dict[str, Any]:
        """Every known metric and change on *day*, day counts included."""
        found = {}
        for metric in self.catalogue.metrics.values():
            found[metric.id] = self.value(metric, day)
            if metric.compare:
                found[f"{metric.id}~change"] = self.change(metric, day)
        return {name: value for name, value in found.items() if value is not None}

    def value(self, metric: MetricDef, day: int) -> Any:
        if metric.aggregate is Aggregate.RATIO:
            return self.ratio(metric, self.named(metric.numerator, day), self.named(metric.denominator, day))
        if metric.aggregate is Aggregate.TREND:
            return self.change(self.catalogue.metrics[metric.numerator], day)
        if metric.aggregate is Aggregate.ANSWERED_SHARE:
            return self.answered(metric, day)
        if metric.aggregate is Aggregate.PACE_INSIDE:
            return self.pace(metric, day)
        return self.counted(metric, day)

    def named(self, metric: str | None, day: int) -> Any:
        return self.value(self.catalogue.metrics[metric], day)

    def ratio(self, metric: MetricDef, over: Any, under: Any) -> Any:
        if over is None or not under:
            return None
        if metric.kind is Kind.AMOUNT:
            return round(over / under)
        return round((100 if metric.kind is Kind.PERCENT else 1) * over / under, 2)

    def change(self, metric: MetricDef, day: int) -> Any:
        now, before = self.value(metric, day), self.before(metric, day)
        if now is None or before is None or before <= 0:
            return None
        return round(100 * (now - before) / before, 2)

    def before(self, metric: MetricDef, day: int) -> Any:
        if metric.aggregate is Aggregate.RATIO:
            parts = [self.catalogue.metrics[part] for part in (metric.numerator, metric.denominator)]
            return self.ratio(metric, *(self.before(part, day) for part in parts))
        if metric.aggregate is Aggregate.DAYS_SINCE_LAST or metric.window_days is None:
            return None
        return self.value(metric, day - metric.window_days)

    def pace(self, metric: MetricDef, day: int) -> Any:
        """Of each day after the first active one up to the last, what it brought: inside against outside."""
        found = self.matching(metric.series, metric, day, calendar=False)
        if not found or len(found) < metric.at_least:
            return None
        first, last = min(on for _, _, on in found), max(on for _, _, on in found)
        inside, outside = [], []
        for each in range(first + 1, last + 1):
            brought = sum(round(value * 10**6) for _, value, on in found if on == each)
            (inside if self.in_calendar(metric.calendar, each) else outside).append(brought)
        if not inside or not outside or sum(outside) <= 0:
            return None
        return round(100 * sum(inside) * len(outside) / (sum(outside) * len(inside)), 2)

    def matching(
        self, series: Series, metric: MetricDef, day: int, *, lifetime: bool = False, calendar: bool = True
    ) -> list[tuple]:
        """(event, signed value, local day) inside the window that ends on *day*, in order."""
        matched = []
        for event in self.events:
            on = self.day(event)
            in_window = lifetime or metric.window_days is None or on > day - metric.window_days
            if on > day or not in_window or not self.passes(series, event):
                continue
            if metric.calendar and calendar and not lifetime and not self.in_calendar(metric.calendar, on):
                continue
            for wanted, field, sign in series.terms:
                if event.type != wanted:
                    continue
                value = 1 if field is None else event.data.get(field)
                if value is not None:
                    matched.append((event, value if isinstance(value, str) else sign * value, on))
        return matched

    def passes(self, series: Series, event: Happening) -> bool:
        for test in series.where:
            value = event.data.get(test.field)
            if value is None:
                return False
            if test.values and value not in test.values:
                return False
            if not test.values and not (test.minimum <= value <= test.maximum):
                return False
        return True

    def in_calendar(self, calendar: str, day: int) -> bool:
        return any(
            period.first_day <= day <= period.last_day
            for period in self.catalogue.calendars[calendar].periods
        )

    def counted(self, metric: MetricDef, day: int) -> Any:
        found = self.matching(metric.series, metric, day)
        values = [value for _, value, _ in found]
        days = sorted({on for _, _, on in found})
        kind = metric.aggregate
        if kind is Aggregate.USUAL_GAP_DAYS:
            gaps = [after - before for before, after in pairwise(days)]
            return median(gaps) if len(days) >= max(2, metric.at_least) else None
        if len(values) < metric.at_least:
            return None
        if kind is Aggregate.COUNT:
            return len(values)
        if kind is Aggregate.SUM:
            return sum(round(value * 10**6) for value in values) / 10**6
        if kind is Aggregate.DISTINCT:
            return len(set(values))
        if not values:
            return None
        if kind is Aggregate.MEAN:
            mean = sum(round(value * 10**6) for value in values) / (10**6 * len(values))
            return round(mean) if metric.kind is Kind.AMOUNT else round(mean, 2)
        if kind is Aggregate.DAYS_SINCE_LAST:
            return day - days[-1]
        if kind is Aggregate.LAST:
            return values[-1]
        return min(values) if kind is Aggregate.MIN else max(values)

    def answered(self, metric: MetricDef, day: int) -> Any:
        """Of the days with an ask whose period is over, the percentage followed by an answer."""
        asks = [
            (event, on)
            for event, _, on in self.matching(metric.series, metric, day)
            if on + metric.within_days < day
        ]
        answers = [(event, on) for event, _, on in self.matching(metric.answer, metric, day, lifetime=True)]
        judged = sorted({on for _, on in asks})
        if not judged or len(asks) < metric.at_least:
            return None
        answered = 0
        for asked_on in judged:
            first = min(self.instant(event) for event, on in asks if on == asked_on)
            answered += any(
                asked_on <= on <= asked_on + metric.within_days and self.instant(event) > first
                for event, on in answers
            )
        return round(100 * answered / len(judged), 2)
