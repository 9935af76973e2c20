"""Charts of a backtest as inline SVG: what fell on a day, before and after, as weekly means. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date
from html import escape
from math import floor, log10

from shared.reports.backtest_sheets import BacktestSheets, series

WIDTH, HEIGHT, LEFT, BOTTOM = 920, 180, 56, 24
CHARTS = (("alerts", "Alerts a day"), ("tasks", "Tasks a day"), ("cost", "Cost a day"))
WEEK = 7
_STEPS = (1, 2, 4, 6, 8, 10)

Point = tuple[int, float, float]
"""A day (an ordinal), what there was before and what there is after."""


def chart(sheets: BacktestSheets, name: str, heading: str) -> str:
    """One chart with its heading and legend; empty when there is nothing to show."""
    daily = [*series(sheets.report, name)]
    scale = 10**sheets.candidate.catalogue.minor_digits if name == "cost" else 1
    if not any(base or candidate for _, base, candidate in daily):
        return ""
    base, candidate = (max(values) / scale for values in ([b for _, b, _ in daily], [c for *_, c in daily]))
    busiest = "busiest day: {base} before, {candidate} after"
    note = sheets.say(busiest, base=f"{base:,g}", candidate=f"{candidate:,g}")
    keys = "".join(
        f'<span class="key" style="background:var(--{color})"></span>{escape(sheets.say(side))}'
        for color, side in (("base", "before"), ("new", "after"))
    )
    title = escape(sheets.say(heading))
    drawing = _drawing(_weekly(daily, scale), title)
    return f'<section><h2>{title}{keys}</h2>{drawing}<p class="note">{escape(note)}</p></section>'


def _weekly(daily: Iterable[tuple[str, float, float]], scale: int) -> list[Point]:
    """Means of a day over each week, by the ordinal of its first day; days without anything are zero."""
    weeks: dict[int, tuple[float, float]] = {}
    for day, base, candidate in daily:
        week = date.fromisoformat(day).toordinal() // WEEK * WEEK
        before, after = weeks.get(week, (0.0, 0.0))
        weeks[week] = before + base / WEEK / scale, after + candidate / WEEK / scale
    return [(week, *weeks.get(week, (0.0, 0.0))) for week in range(min(weeks), max(weeks) + WEEK, WEEK)]


def _drawing(points: Sequence[Point], label: str) -> str:
    top = round_above(max(max(base, candidate) for _, base, candidate in points))
    first, last = points[0][0], max(points[-1][0], points[0][0] + 1)

    def at(day: int, value: float) -> str:
        across = LEFT + (WIDTH - LEFT - 8) * (day - first) / (last - first)
        return f"{across:.1f},{_height(value, top):.1f}"

    before = " ".join(at(day, base) for day, base, _ in points)
    after = " ".join(at(day, candidate) for day, _, candidate in points)
    lines = f'<polyline class="before" points="{before}"/><polyline class="after" points="{after}"/>'
    levels = "".join(_level(value, _height(value, top)) for value in (0, top / 2, top))
    ends = _end(LEFT, first, "start") + _end(WIDTH - 8, last, "end")
    view = f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}"'
    return f"<svg {view}>{levels}{ends}{lines}</svg>"


def round_above(value: float) -> float:
    """The least of 1, 2, 4, 6, 8, 10 times a power of ten not below *value*; half of it reads well."""
    power = 10.0 ** floor(log10(value)) if value > 0 else 1.0
    return next(power * step for step in _STEPS if power * step >= value * (1 - 1e-9))


def _level(value: float, height: float) -> str:
    line = f'<line class="grid" x1="{LEFT}" x2="{WIDTH - 8}" y1="{height:.1f}" y2="{height:.1f}"/>'
    return f'{line}<text x="{LEFT - 6}" y="{height + 4:.1f}" text-anchor="end">{value:,g}</text>'


def _end(across: int, day: int, anchor: str) -> str:
    told = date.fromordinal(day).isoformat()
    return f'<text x="{across}" y="{HEIGHT - 6}" text-anchor="{anchor}">{told}</text>'


def _height(value: float, top: float) -> float:
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - 12) * value / top
