"""The marks that charts are made of, as SVG text: lines, bars, dots, words. Pure.

Colours are names of the style sheet (`shared.charts.style`), so that one drawing serves light and dark.
Words are escaped here and nowhere else.
"""

from collections.abc import Iterable
from html import escape
from typing import NamedTuple

SIZE = 12.0
"""Height of words, in pixels of a drawing."""

_WIDE_FROM = 0x2E80  # from here on characters are as wide as they are high
_LATIN_WIDTH = 0.62


def words(x: float, y: float, text: str, anchor: str = "start", look: str = "") -> str:
    """*text* with its baseline at *y*."""
    named = f' class="{look}"' if look else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{named}>{escape(text)}</text>'


def line(x: float, y: float, to_x: float, to_y: float, look: str) -> str:
    """A straight line."""
    return f'<line class="{look}" x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}"/>'


def path(points: Iterable[tuple[float, float]], color: str, look: str = "") -> str:
    """A line from point to point."""
    told = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polyline class="path s-{color} {look}" points="{told}"/>'


def area(points: Iterable[tuple[float, float]], color: str) -> str:
    """A faint surface."""
    told = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f'<polygon class="area f-{color}" points="{told}"/>'


class Box(NamedTuple):
    """A place: its left upper corner, how wide and how high."""

    x: float
    y: float
    width: float
    height: float


def bar(box: Box, color: str, tip: str = "", opacity: float = 1.0) -> str:
    """A filled box; nothing where there is nothing to fill."""
    if box.width <= 0 or box.height <= 0:
        return ""
    place = f'x="{box.x:.1f}" y="{box.y:.1f}" width="{box.width:.1f}" height="{box.height:.1f}" rx="1.5"'
    faint = f' fill-opacity="{opacity:.2f}"' if opacity < 1 else ""
    return f'<rect class="f-{color}" {place}{faint}>{_tip(tip)}</rect>'


def dot(x: float, y: float, color: str, tip: str = "", radius: float = 4.5) -> str:
    """A filled circle."""
    return f'<circle class="f-{color}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}">{_tip(tip)}</circle>'


def width_of(text: str) -> float:
    """About how wide *text* is drawn."""
    return SIZE * sum(1.0 if ord(each) >= _WIDE_FROM else _LATIN_WIDTH for each in text)


def clipped(text: str, width: float) -> str:
    """*text*, cut with an ellipsis where it is wider than *width*."""
    if width_of(text) <= width:
        return text
    kept = text
    while kept and width_of(kept) > width - SIZE:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def _tip(text: str) -> str:
    """What a pointer resting on the mark is told."""
    return f"<title>{escape(text)}</title>" if text else ""
