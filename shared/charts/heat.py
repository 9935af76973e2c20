"""A table whose cells are the darker the more they hold: from where (down) to where (across). Pure."""

from collections.abc import Mapping, Sequence

from shared.charts.figure import WIDTH
from shared.charts.marks import Box, bar, width_of, words
from shared.charts.scale import told

LINE = 36.0
_GAP, _BETWEEN = 12.0, 4.0
_FAINTEST, _TURNS = 0.12, 0.5  # beyond a share of _TURNS words are light on dark


def heat(names: Sequence[str], values: Mapping[tuple[int, int], float]) -> str:
    """Draw ``values[from, to]``; what is not there is empty."""
    left = max(map(width_of, names), default=0.0) + _GAP
    wide = (WIDTH - left - 4) / max(1, len(names))
    most = max(values.values(), default=0.0) or 1.0
    drawn = []
    for at, name in enumerate(names):
        drawn.append(words(left + wide * (at + 0.5), 11, f"→ {name}", "middle", "said"))
        drawn.append(words(left - _GAP, LINE * (at + 1) + 2, name, "end", "said"))
        for to, other in enumerate(names):
            box = Box(left + wide * to, LINE * (at + 0.5), wide - _BETWEEN, LINE - _BETWEEN)
            drawn.append(_cell(box, values.get((at, to), 0.0), most, f"{name} → {other}"))
    return "".join(drawn)


def height_of(count: int) -> float:
    """How high a table of so many names is."""
    return LINE * (count + 0.5) + 6


def _cell(box: Box, value: float, most: float, tip: str) -> str:
    if not value:
        return bar(box, "back")
    share = value / most
    shade = bar(box, "new", f"{tip}: {told(value)}", _FAINTEST + (1 - _FAINTEST) * share)
    look = "inside" if share > _TURNS else "said"
    return shade + words(box.x + box.width / 2, box.y + box.height / 2 + 4, told(value), "middle", look)
