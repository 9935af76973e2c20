"""A finished chart with its title, description and legend: in a page, or alone as an SVG file. Pure.

Who cannot see the drawing is told its title and description; who rests on a mark is told its value.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from shared.charts.marks import Box, bar, width_of, words
from shared.charts.style import COLORS, FONTS, MARKS

WIDTH = 920.0
_EDGE, _HEAD, _KEYS, _GAP = 24.0, 30.0, 26.0, 28.0


@dataclass(frozen=True, slots=True)
class Key:
    """What a colour stands for."""

    color: str
    name: str


@dataclass(frozen=True, slots=True)
class Figure:
    """*body* is SVG of WIDTH × *height*; *told* says in words what it shows."""

    title: str
    told: str
    height: float
    body: str
    keys: tuple[Key, ...] = ()


def section(figure: Figure, number: int) -> str:
    """The figure as a part of a page, the *number*-th there, with what it shows in words below it."""
    keys = "".join(
        f'<span class="key" style="background:var(--{key.color})"></span>{escape(key.name)}'
        for key in figure.keys
    )
    legend = f'<p class="keys">{keys}</p>' if keys else ""
    named = f'role="img" aria-labelledby="figure-{number} figure-{number}-told"'
    view = f'<svg viewBox="0 0 {WIDTH:g} {figure.height:g}" {named}>'
    note = f'<p class="note">{escape(figure.told)}</p>' if figure.told != figure.title else ""
    heading = f"<h2>{escape(figure.title)}</h2>"
    return f"<section>{heading}{legend}{view}{_names(figure, number)}{figure.body}</svg>{note}</section>"


def sections(figures: Iterable[Figure]) -> list[str]:
    """Every figure as a part of one page."""
    return [section(figure, number) for number, figure in enumerate(figures, 1)]


def picture(figures: Sequence[Figure], language: str) -> str:
    """All *figures*, one below the other, as one file that needs nothing else."""
    parts, down = [], _EDGE
    for number, figure in enumerate(figures, 1):
        drawn, height = _placed(figure, number, down)
        parts.append(drawn)
        down += height + _GAP
    wide, high = WIDTH + 2 * _EDGE, down - _GAP + _EDGE
    tongue = "zh-CN" if language == "zh" else "en"
    size = f'viewBox="0 0 {wide:g} {high:g}" width="{wide:g}" height="{high:g}"'
    style = f"<style>\n{COLORS}\nsvg {{ font-family: {FONTS}; }}\n{MARKS}\n</style>"
    back = f'<rect width="{wide:g}" height="{high:g}" style="fill: var(--card)"/>'
    body = "\n".join(parts)
    root = f'<svg xmlns="http://www.w3.org/2000/svg" {size} xml:lang="{tongue}">'
    return f"{root}\n{style}\n{back}\n{body}\n</svg>\n"


def _placed(figure: Figure, number: int, down: float) -> tuple[str, float]:
    """The figure *down* from the top, under its title and legend; and how high all that is."""
    above = _HEAD + (_KEYS if figure.keys else 0.0)
    named = f'role="img" aria-labelledby="figure-{number} figure-{number}-told"'
    place = f'<g transform="translate({_EDGE:g} {down:g})" {named}>'
    title = words(0, 16, figure.title, look="head")
    body = f'<g transform="translate(0 {above:g})">{figure.body}</g>'
    return f"{place}{_names(figure, number)}{title}{_legend(figure.keys)}{body}</g>", above + figure.height


def _legend(keys: Sequence[Key]) -> str:
    parts, x = [], 0.0
    for key in keys:
        parts.append(bar(Box(x, _HEAD + 2, 14, 10), key.color) + words(x + 20, _HEAD + 11, key.name))
        x += width_of(key.name) + 44
    return "".join(parts)


def _names(figure: Figure, number: int) -> str:
    title = f'<title id="figure-{number}">{escape(figure.title)}</title>'
    return f'{title}<desc id="figure-{number}-told">{escape(figure.told)}</desc>'
