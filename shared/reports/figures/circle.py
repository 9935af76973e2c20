"""The circle as charts: members at each month's end, and who entered and left. Pure."""

from collections.abc import Sequence

from shared.charts.columns import BOTTOM, Series, columns, names_across
from shared.charts.curves import Ground, Line, curves
from shared.charts.figure import Figure, Key
from shared.charts.marks import width_of
from shared.charts.scale import round_above, ticks, told
from shared.reports.circle import Month
from shared.reports.figures.words import worded

COURSE, FLOW = 190.0, 220.0


def circle_figures(months: Sequence[Month], language: str) -> list[Figure]:
    """How the circle grew, and by what: one under the other, month over month."""
    if not months:
        return []
    books = {
        "opening": f"{months[0].opening:,}",
        "entered": f"{sum(month.entered for month in months):,}",
        "left": f"{sum(month.left for month in months):,}",
        "closing": f"{months[-1].closing:,}",
    }
    balance = worded(
        language, "opening {opening} + entered {entered} - left {left} = closing {closing}", **books
    )
    flow = Figure(worded(language, "Entered and left, by month"), balance, FLOW, *_flow(months, language))
    if len(months) == 1:
        return [flow]
    period = "{first} to {last}: {closing} members at the end, {entered} entered, {left} left"
    ends = {"first": months[0].month, "last": months[-1].month}
    said = worded(language, period, **ends, **books)
    title = worded(language, "Members at the end of each month")
    return [Figure(title, said, COURSE, _course(months)), flow]


def _course(months: Sequence[Month]) -> str:
    top = round_above(max(month.closing for month in months))
    up = [(value, told(value)) for value in ticks(0, top)]
    left = max(width_of(text) for _, text in up) + 12
    points = [(at + 0.5, float(month.closing)) for at, month in enumerate(months)]
    ground = Ground((), up, COURSE, wide=(0, len(months)))
    names = names_across([month.month for month in months], left, COURSE - BOTTOM + 18)
    return curves([Line("new", points, filled=True)], ground) + names


def _flow(months: Sequence[Month], language: str) -> tuple[str, tuple[Key, ...]]:
    series = (
        Series("new", worded(language, "entered"), [month.entered for month in months]),
        Series("bad", worded(language, "left"), [-month.left for month in months]),
    )
    body = columns([month.month for month in months], series, FLOW)
    return body, tuple(Key(each.color, each.name) for each in series)
