"""Charts of a backtest: what fell on a day, before and after, as weekly means. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from shared.charts.curves import Ground, Line, curves
from shared.charts.figure import Figure, Key
from shared.charts.scale import round_above, ticks, told
from shared.reports.backtest_sheets import BacktestSheets, series

CHARTS = (("alerts", "Alerts a day"), ("tasks", "Tasks a day"), ("cost", "Cost a day"))
SIDES = (("base", "before"), ("new", "after"))
WEEK, HEIGHT = 7, 180.0

Point = tuple[int, float, float]
"""A day (an ordinal), what there was before and what there is after."""


def backtest_figures(sheets: BacktestSheets) -> Iterator[Figure]:
    """Every chart in which there is something to show."""
    for name, heading in CHARTS:
        daily = [*series(sheets.report, name)]
        if any(base or candidate for _, base, candidate in daily):
            scale = 10**sheets.candidate.catalogue.minor_digits if name == "cost" else 1
            yield _figure(sheets, heading, daily, scale)


def _figure(
    sheets: BacktestSheets, heading: str, daily: Sequence[tuple[str, float, float]], scale: int
) -> Figure:
    base, candidate = max(b for _, b, _ in daily) / scale, max(c for *_, c in daily) / scale
    busiest = "busiest day: {base} before, {candidate} after"
    note = sheets.say(busiest, base=f"{base:,g}", candidate=f"{candidate:,g}")
    keys = tuple(Key(color, sheets.say(side)) for color, side in SIDES)
    return Figure(sheets.say(heading), note, HEIGHT, _drawing(_weekly(daily, scale)), keys)


def _weekly(daily: Iterable[tuple[str, float, float]], scale: int) -> list[Point]:
    """Means of a day over each week, by the ordinal of its first day; days without anything are zero."""
    weeks: dict[int, tuple[float, float]] = {}
    for day, base, candidate in daily:
        week = date.fromisoformat(day).toordinal() // WEEK * WEEK
        before, after = weeks.get(week, (0.0, 0.0))
        weeks[week] = before + base / WEEK / scale, after + candidate / WEEK / scale
    return [(week, *weeks.get(week, (0.0, 0.0))) for week in range(min(weeks), max(weeks) + WEEK, WEEK)]


def _drawing(points: Sequence[Point]) -> str:
    top = round_above(max(max(base, candidate) for _, base, candidate in points))
    ends = sorted({points[0][0], points[-1][0]})
    ground = Ground(
        across=[(day, date.fromordinal(day).isoformat()) for day in ends],
        up=[(value, told(value)) for value in ticks(0, top)],
        height=HEIGHT,
    )
    before = Line("base", [(day, base) for day, base, _ in points])
    after = Line("new", [(day, candidate) for day, _, candidate in points])
    return curves((before, after), ground)
