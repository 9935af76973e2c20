"""Intervals and spreads on one scale, a line for each name: what is sure, and how wide it is. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.charts.figure import WIDTH
from shared.charts.marks import Box, bar, clipped, dot, line, width_of, words
from shared.charts.rows import LINE, name_room
from shared.charts.scale import Scale, told

_BELOW, _GAP = 24.0, 12.0


@dataclass(frozen=True, slots=True)
class Interval:
    """From *low* to *high* with a dot at *middle*, what stands behind, and an inner part drawn thicker.

    Nothing is drawn where *low* is None: then only *said* is known.
    """

    name: str
    low: float | None
    high: float
    middle: float
    said: str
    color: str = "new"
    inner: tuple[float, ...] = ()


def intervals(found: Sequence[Interval], low: float, high: float, named: Sequence[float]) -> str:
    """Draw the lines on a scale from *low* to *high* that names the values *named*."""
    if not found:
        return ""
    left = name_room(each.name for each in found)
    right = max(width_of(each.said) for each in found) + _GAP
    scale = Scale(low, high, left + 8, WIDTH - right - 8)
    floor = LINE * len(found) + 4
    ground = [
        line(scale.at(value), 0, scale.at(value), floor, "axis" if value == 0 else "grid")
        + words(scale.at(value), floor + 16, told(value), "middle")
        for value in named
    ]
    drawn = [_interval(each, at * LINE + LINE / 2, left, scale) for at, each in enumerate(found)]
    return "".join((*ground, *drawn))


def height_of(count: int) -> float:
    """How high a drawing of so many lines is."""
    return LINE * count + 4 + _BELOW


def _interval(each: Interval, y: float, left: float, scale: Scale) -> str:
    name = words(left - _GAP, y + 4, clipped(each.name, left - _GAP), "end", "said")
    said = words(scale.end + 8 + _GAP, y + 4, each.said)
    if each.low is None:
        return name + said
    ends = line(scale.at(each.low), y, scale.at(each.high), y, f"s-{each.color} whisker")
    boxes = "".join(
        bar(Box(scale.at(first), y - 6, scale.at(last) - scale.at(first) - 1, 12), each.color, opacity=0.4)
        for first, last in zip(each.inner, each.inner[1:], strict=False)
    )
    tip = f"{each.name}: {each.low:,.4g} … {each.middle:,.4g} … {each.high:,.4g}"
    return name + ends + boxes + dot(scale.at(each.middle), y, each.color, tip) + said
