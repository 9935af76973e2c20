"""Lines over a common ground: curves, courses of time. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from shared.charts.figure import WIDTH
from shared.charts.marks import area, dot, line, path, width_of, words
from shared.charts.scale import Scale

RIGHT, TOP, BOTTOM = 14.0, 12.0, 24.0
_BENEATH = 18.0


@dataclass(frozen=True, slots=True)
class Line:
    """One line through *points* (across, up); points that are not known are left out."""

    color: str
    points: Sequence[tuple[float, float | None]]
    dashed: bool = False
    filled: bool = False


@dataclass(frozen=True, slots=True)
class Ground:
    """What an axis names: values with their words, the least first."""

    across: Sequence[tuple[float, str]]
    up: Sequence[tuple[float, str]]
    height: float = 200.0
    low: float | None = None  # where the axes begin, if not at what they name first
    wide: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """A point that is told in words."""

    at: tuple[float, float]
    color: str
    text: str
    lead: bool = False  # with lines down to both axes


def curves(lines: Sequence[Line], ground: Ground, marks: Sequence[Mark] = ()) -> str:
    """Draw *lines* over *ground*."""
    across, up = _scales(ground)
    floor = ground.height - BOTTOM
    drawn = [_level(up.at(value), across.start, text) for value, text in ground.up]
    drawn += [_across(across, value, text, ground.height - 6) for value, text in ground.across]
    for each in lines:
        points = [(across.at(x), up.at(y)) for x, y in each.points if y is not None]
        if each.filled and points:
            drawn.append(area([(points[0][0], floor), *points, (points[-1][0], floor)], each.color))
        drawn.append(path(points, each.color, "dashed" if each.dashed else ""))
    below = 0.0
    for mark in marks:  # words of the next stand below those of the one before
        below = max(up.at(mark.at[1]), below) + _BENEATH
        drawn.append(_mark(mark, across, up, below))
    return "".join(drawn)


def _scales(ground: Ground) -> tuple[Scale, Scale]:
    left = max((width_of(text) for _, text in ground.up), default=0.0) + 12
    first, last = ground.wide or (ground.across[0][0], ground.across[-1][0])
    low = ground.up[0][0] if ground.low is None else ground.low
    up = Scale(low, ground.up[-1][0], ground.height - BOTTOM, TOP)
    return Scale(first, last, left, WIDTH - RIGHT), up


def _level(y: float, left: float, text: str) -> str:
    return line(left, y, WIDTH - RIGHT, y, "grid") + words(left - 8, y + 4, text, "end")


def _across(scale: Scale, value: float, text: str, y: float) -> str:
    x, half = scale.at(value), width_of(text) / 2
    if x - half < scale.start:
        return words(scale.start, y, text)
    if x + half > scale.end:
        return words(scale.end, y, text, "end")
    return words(x, y, text, "middle")


def _mark(mark: Mark, across: Scale, up: Scale, below: float) -> str:
    x, y = across.at(mark.at[0]), up.at(mark.at[1])
    look = f"s-{mark.color} dashed"
    leads = line(x, y, x, up.start, look) + line(across.start, y, x, y, look) if mark.lead else ""
    ends = x + 14 + width_of(mark.text) > WIDTH - RIGHT
    beside = words(x + (-12 if ends else 12), below, mark.text, "end" if ends else "start", "said")
    return leads + dot(x, y, mark.color, mark.text) + beside
