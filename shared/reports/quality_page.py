"""The quality of alerts as one page that needs no network: tables, and a chart as inline SVG. Pure."""

from collections.abc import Sequence
from html import escape

from shared.reports.backtest_page import document, section
from shared.reports.quality_sheets import QualitySheets, points
from shared.reports.sheet import Sheet

WIDTH, HEIGHT, LEFT, RIGHT, BOTTOM, TOP = 920, 240, 56, 12, 24, 12
LOWEST, HIGHEST = 0.5, 1.0
LINES = (("risk", "new"), ("RFM", "good"), ("recency", "base"))
"""What each line shows, and the colour of the style sheet it is drawn in."""


def page(sheets: QualitySheets) -> str:
    """The whole page."""
    summary, *tables = sheets.all()
    first = f"<h1>{escape(summary.title)}</h1>"
    body = (first, section(Sheet("", summary.rows)), _chart(sheets), *map(section, tables))
    return document(summary.title, body, sheets.language)


def _chart(sheets: QualitySheets) -> str:
    """The areas under the curve over the cuts; 0.5 is chance. Empty with less than two cuts."""
    found = list(points(sheets.report))
    if len(found) < 2:
        return ""
    names = (sheets.report["rank"], "RFM", sheets.say("recency"))
    keys = "".join(
        f'<span class="key" style="background:var(--{color})"></span>{escape(name)}'
        for name, (_, color) in zip(names, LINES, strict=True)
    )
    title = escape(sheets.say("Area under the curve at each cut"))
    return f"<section><h2>{title}{keys}</h2>{_drawing(found, title)}</section>"


def _drawing(found: Sequence[tuple[str, Sequence[float | None]]], label: str) -> str:
    levels = "".join(_level(value) for value in (0.5, 0.6, 0.7, 0.8, 0.9, 1.0))
    ends = "".join(
        f'<text x="{across}" y="{HEIGHT - 6}" text-anchor="{anchor}">{cut}</text>'
        for across, anchor, cut in ((LEFT, "start", found[0][0]), (WIDTH - RIGHT, "end", found[-1][0]))
    )
    lines = "".join(_line([areas[at] for _, areas in found], color) for at, (_, color) in enumerate(LINES))
    view = f'viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}"'
    return f"<svg {view}>{levels}{ends}{lines}</svg>"


def _line(areas: Sequence[float | None], color: str) -> str:
    step = (WIDTH - LEFT - RIGHT) / (len(areas) - 1)
    path = " ".join(
        f"{LEFT + at * step:.1f},{_height(area):.1f}" for at, area in enumerate(areas) if area is not None
    )
    return f'<polyline fill="none" stroke-width="2" stroke="var(--{color})" points="{path}"/>'


def _level(value: float) -> str:
    height = _height(value)
    line = f'<line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{height:.1f}" y2="{height:.1f}"/>'
    return f'{line}<text x="{LEFT - 6}" y="{height + 4:.1f}" text-anchor="end">{value:.1f}</text>'


def _height(area: float) -> float:
    share = (min(max(area, LOWEST), HIGHEST) - LOWEST) / (HIGHEST - LOWEST)
    return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * share
