"""The quality of alerts as one page that needs no network: tables, and a chart. Pure."""

from html import escape

from shared.charts.curves import Ground, Line, curves
from shared.charts.figure import Figure, Key, sections
from shared.reports.backtest_page import document, section
from shared.reports.quality_sheets import QualitySheets, points
from shared.reports.sheet import Sheet

HEIGHT = 240.0
LEVELS = (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
"""From chance to certainty; what is worse than chance stands at chance."""

COLORS = ("new", "good", "base")
"""Of the lines of risk, RFM and recency."""


def page(sheets: QualitySheets) -> str:
    """The whole page."""
    summary, *tables = sheets.all()
    first = f"<h1>{escape(summary.title)}</h1>"
    body = (first, section(Sheet("", summary.rows)), *sections(_figures(sheets)), *map(section, tables))
    return document(summary.title, body, sheets.language)


def _figures(sheets: QualitySheets) -> list[Figure]:
    """The areas under the curve over the cuts; none with less than two cuts."""
    found = list(points(sheets.report))
    if len(found) < 2:
        return []
    names = (sheets.report["rank"], "RFM", sheets.say("recency"))
    keys = tuple(Key(color, name) for name, color in zip(names, COLORS, strict=True))
    lines = [
        Line(color, [(float(cut), areas[at]) for cut, (_, areas) in enumerate(found)])
        for at, color in enumerate(COLORS)
    ]
    ground = Ground(
        across=[(0.0, found[0][0]), (float(len(found) - 1), found[-1][0])],
        up=[(level, f"{level:.1f}") for level in LEVELS],
        height=HEIGHT,
    )
    title = sheets.say("Area under the curve at each cut")
    return [Figure(title, title, HEIGHT, curves(lines, ground), keys)]
