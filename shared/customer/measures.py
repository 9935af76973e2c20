"""The catalogue's metrics, compiled once per release into what `apply` and `measure` run.

Pure. Metrics that share a series share its buckets; those that share a window share its look-ups.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter

from shared.customer.aggregates import Read, compile_read
from shared.customer.answered import Share
from shared.customer.derived import Step, compile_change, compile_step
from shared.customer.intake import Intake, compile_intake
from shared.customer.series import Bucketing, Column
from shared.customer.state import CustomerState
from shared.customer.views import NO_DAYS, Sight, Views
from shared.model.catalogue import Aggregate, Catalogue, MetricDef, Series
from shared.model.values import FactValue

NamedReads = tuple[tuple[str, Read], ...]

_DERIVED = frozenset({Aggregate.RATIO, Aggregate.TREND})


@dataclass(frozen=True, slots=True)
class Window:
    """What is read from one view over the same days; *before* over as many days before those."""

    days: int | None
    reads: NamedReads
    anchors: NamedReads
    before: NamedReads


@dataclass(frozen=True, slots=True)
class Prospect:
    """One view and its windows; *idle* is what they read while it has no days."""

    windows: tuple[Window, ...]
    idle: Mapping[str, FactValue]
    idle_before: Mapping[str, FactValue]


@dataclass(frozen=True, slots=True, eq=False)
class Measures:
    """Compiled metrics of one release. Two of them with the same definition read the same buckets."""

    intake: Intake
    sights: tuple[Sight, ...]
    prospects: tuple[Prospect, ...]  # one per sight
    shares: tuple[Share, ...]
    steps: tuple[Step, ...]

    @property
    def definition(self) -> str:
        """Digest of all that decides what stands in a bucket."""
        return self.intake.definition

    @classmethod
    def compile(cls, catalogue: Catalogue) -> "Measures":
        """Return the compiled metrics of a checked *catalogue*."""
        return _Compiler(catalogue).compile()

    def new_customer(self) -> CustomerState:
        """Return the state of a customer of whom nothing is known yet."""
        return CustomerState(self.definition, [[] for _ in self.intake.series])

    def views_of(self, state: CustomerState) -> Views:
        """Return the views of *state*, kept on it until they belong to another catalogue."""
        views = state.views
        if views is None or views.sights is not self.sights:
            self.intake.expect(state)
            views = state.views = Views(self.sights, state.series)
        return views


class _Compiler:
    """Holds the catalogue's indexes while it is compiled."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._metrics = catalogue.metrics
        self._intake = compile_intake(catalogue)
        self._sights: dict[tuple[Series, str | None], int] = {}
        self._before = _wanted_before(catalogue.metrics)

    def compile(self) -> Measures:
        shares = tuple(
            self._share(metric)
            for metric in self._metrics.values()
            if metric.aggregate is Aggregate.ANSWERED_SHARE
        )
        windows = self._windows()
        prospects = tuple(_prospect(windows.get(at, ())) for at in range(len(self._sights)))
        sights = tuple(self._sight(series, calendar) for series, calendar in self._sights)
        return Measures(self._intake, sights, prospects, shares, self._steps())

    def _windows(self) -> dict[int, tuple[Window, ...]]:
        sharing: dict[int, dict[int | None, list[MetricDef]]] = {}
        for metric in self._metrics.values():
            if metric.series and metric.aggregate is not Aggregate.ANSWERED_SHARE:
                at = self._sight_index(metric.series, self._seen_through(metric))
                sharing.setdefault(at, {}).setdefault(metric.window_days, []).append(metric)
        return {
            at: tuple(self._window(days, metrics) for days, metrics in by_days.items())
            for at, by_days in sharing.items()
        }

    def _seen_through(self, metric: MetricDef) -> str | None:
        """The calendar that hides other days; a pace needs all days."""
        return None if metric.aggregate is Aggregate.PACE_INSIDE else metric.calendar

    def _window(self, days: int | None, metrics: list[MetricDef]) -> Window:
        reads: list[tuple[str, Read]] = []
        anchors: list[tuple[str, Read]] = []
        before: list[tuple[str, Read]] = []
        for metric in metrics:
            calendar = _days_of(self._catalogue, metric.calendar) if metric.calendar else frozenset()
            read = compile_read(metric, self._bucketing(metric.series), calendar)
            if metric.aggregate is Aggregate.DAYS_SINCE_LAST:
                anchors.append((metric.id, read))
                continue
            reads.append((metric.id, read))
            if days is not None and metric.id in self._before:
                before.append((metric.id, read))
        return Window(days, tuple(reads), tuple(anchors), tuple(before))

    def _share(self, metric: MetricDef) -> Share:
        asks, answers = self._bucketing(metric.series), self._bucketing(metric.answer)
        return Share(
            metric=metric.id,
            asks=self._sight_index(asks.series, metric.calendar),
            asked_at=asks.position(Column.FIRST_STAMP),
            answers=self._sight_index(answers.series, None),
            answered_at=answers.position(Column.LAST_STAMP),
            within_days=metric.within_days,
            window_days=metric.window_days,
            at_least=metric.at_least,
            before=metric.window_days is not None and metric.id in self._before,
        )

    def _steps(self) -> tuple[Step, ...]:
        parts = {
            metric.id: [part for part in (metric.numerator, metric.denominator) if part]
            for metric in self._metrics.values()
            if metric.aggregate in _DERIVED
        }
        ordered = [metric for metric in TopologicalSorter(parts).static_order() if metric in parts]
        steps = [compile_step(self._metrics[metric]) for metric in ordered]
        return (*steps, *(compile_change(metric) for metric in self._metrics.values() if metric.compare))

    def _bucketing(self, series: Series | None) -> Bucketing:
        return self._intake.bucketing(series)

    def _sight_index(self, series: Series, calendar: str | None) -> int:
        return self._sights.setdefault((series, calendar), len(self._sights))

    def _sight(self, series: Series, calendar: str | None) -> Sight:
        bucketing = self._bucketing(series)
        days = None if calendar is None else _days_of(self._catalogue, calendar)
        return Sight(self._intake.series.index(bucketing), bucketing, days)


def _prospect(windows: tuple[Window, ...]) -> Prospect:
    def idle(named: NamedReads) -> dict[str, FactValue]:
        read = {metric: formula(NO_DAYS, 0, 0) for metric, formula in named}
        return {metric: value for metric, value in read.items() if value is not None}

    reads = tuple(read for window in windows for read in window.reads)
    before = tuple(read for window in windows for read in window.before)
    return Prospect(windows, idle(reads), idle(before))


def _wanted_before(metrics: Mapping[str, MetricDef]) -> set[str]:
    """The metrics whose value over the window before is wanted: compared ones, numerators of trends,
    and, where these are ratios, their parts."""
    wanted: set[str] = set()
    pending = [metric.id for metric in metrics.values() if metric.compare]
    pending += [metric.numerator or "" for metric in metrics.values() if metric.aggregate is Aggregate.TREND]
    while pending:
        metric = pending.pop()
        if metric and metric not in wanted:
            wanted.add(metric)
            if metrics[metric].aggregate is Aggregate.RATIO:
                pending += [metrics[metric].numerator or "", metrics[metric].denominator or ""]
    return wanted


def _days_of(catalogue: Catalogue, calendar: str) -> frozenset[int]:
    periods = catalogue.calendars[calendar].periods
    return frozenset(day for period in periods for day in range(period.first_day, period.last_day + 1))
