"""Bars from left to right, one line for each name: funnels, loads, shares. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.charts.figure import WIDTH
from shared.charts.marks import Box, bar, clipped, width_of, words
from shared.charts.scale import Scale, told

LINE, THICK = 30.0, 18.0
_WIDEST_NAME, _GAP, _CLOSER = 300.0, 12.0, 9.0


@dataclass(frozen=True, slots=True)
class Part:
    """One piece of a bar: its colour, its value, and what the colour stands for."""

    color: str
    value: float
    name: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line: whose, the pieces end to end, and what stands after them; *joins*: close to the one above."""

    name: str
    parts: Sequence[Part]
    said: str
    joins: bool = False


def rows(found: Sequence[Row], most: float | None = None) -> str:
    """Draw the lines; *most* is what a bar over the whole width means, else the longest."""
    if not found:
        return ""
    left = name_room(row.name for row in found)
    right = max(width_of(row.said) for row in found) + _GAP
    longest = most or max(sum(part.value for part in row.parts) for row in found) or 1.0
    scale = Scale(0, longest, left, WIDTH - right - 4)
    return "".join(_row(row, at * LINE, left, scale) for at, row in enumerate(found))


def height_of(count: int) -> float:
    """How high a drawing of so many lines is."""
    return count * LINE + 6


def name_room(names: Iterable[str]) -> float:
    """How much is kept free on the left for *names*."""
    return min(_WIDEST_NAME, max(map(width_of, names), default=0.0)) + _GAP


def _row(row: Row, down: float, left: float, scale: Scale) -> str:
    middle = down + LINE / 2 - (_CLOSER if row.joins else 0)
    drawn = [words(left - _GAP, middle + 4, clipped(row.name, left - _GAP), "end", "said")]
    at = 0.0
    for part in row.parts:
        start, end = scale.at(at), scale.at(at + part.value)
        tip = " · ".join(filter(None, (row.name, f"{part.name}: {told(part.value)}".removeprefix(": "))))
        drawn.append(bar(Box(start, middle - THICK / 2, end - start, THICK), part.color, tip))
        at += part.value
    drawn.append(words(scale.at(at) + 8, middle + 4, row.said))
    return "".join(drawn)
