"""Columns over time: what came above the line and what went below it, side on side in one place. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.charts.figure import WIDTH
from shared.charts.marks import Box, bar, line, width_of, words
from shared.charts.scale import Scale, around_zero, ticks, told

RIGHT, TOP, BOTTOM = 14.0, 12.0, 24.0
_FILLED = 0.72
_WIDEST = 56.0
_APART = 14.0  # what an axis names nearer than this would stand in each other


@dataclass(frozen=True, slots=True)
class Series:
    """One value for each label, drawn in one colour; below zero: downwards."""

    color: str
    name: str
    values: Sequence[float]


def columns(labels: Sequence[str], series: Sequence[Series], height: float = 200.0, left: float = 0) -> str:
    """Stack *series* over each of *labels*; *left* is kept free at least."""
    above = [sum(max(0.0, each.values[at]) for each in series) for at in range(len(labels))]
    below = [sum(min(0.0, each.values[at]) for each in series) for at in range(len(labels))]
    low, high = around_zero(min(below, default=0.0), max(above, default=0.0))
    named = [(value, told(abs(value))) for value in ticks(low, high)]
    left = max(left, *(width_of(text) + 12 for _, text in named))
    up = Scale(low, high, height - BOTTOM, TOP)
    drawn = [
        line(left, up.at(value), WIDTH - RIGHT, up.at(value), "axis" if value == 0 else "grid")
        + words(left - 8, up.at(value) + 4, text, "end")
        for value, text in named
        if value == 0 or abs(up.at(value) - up.at(0)) >= _APART
    ]
    step = (WIDTH - RIGHT - left) / max(1, len(labels))
    for at, label in enumerate(labels):
        place = Scale(0, 1, left + step * at, left + step * (at + 1))
        drawn.append(_stacked(label, [(each, each.values[at]) for each in series], place, up))
    return "".join(drawn) + names_across(labels, left, height - 6)


def _stacked(label: str, values: Sequence[tuple[Series, float]], place: Scale, up: Scale) -> str:
    """One column: *values* on top of each other in the middle of *place*."""
    wide = min((place.end - place.start) * _FILLED, _WIDEST)
    left = place.at(0.5) - wide / 2
    drawn, top, foot = [], 0.0, 0.0
    for each, value in values:
        start = top if value > 0 else foot
        first, last = sorted((up.at(start), up.at(start + value)))
        tip = f"{label} · {each.name}: {told(abs(value))}"
        drawn.append(bar(Box(left, first, wide, last - first), each.color, tip))
        top, foot = (top + value, foot) if value > 0 else (top, foot + value)
    return "".join(drawn)


def names_across(labels: Sequence[str], left: float, y: float) -> str:
    """*labels* in the middle of equal steps, as many as there is room for."""
    if not labels:
        return ""
    step = (WIDTH - RIGHT - left) / len(labels)
    every = max(1, -(-int(max(map(width_of, labels)) + 14) // max(1, int(step))))
    return "".join(
        words(left + step * (at + 0.5), y, labels[at], "middle") for at in range(0, len(labels), every)
    )
