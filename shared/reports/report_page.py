"""A report as one page that needs no network, light or dark; or its charts alone. Pure."""

from collections.abc import Sequence

from shared.charts.figure import Figure, picture, sections
from shared.charts.marks import words
from shared.reports.backtest_page import document, section
from shared.reports.chinese import told_in
from shared.reports.figures.words import worded
from shared.reports.sheet import Sheet


def report_page(sheets: Sequence[Sheet], language: str, figures: Sequence[Figure] = ()) -> str:
    """The whole page, of sheets that are told in *language* already: the charts, then the tables."""
    title = sheets[0].title if sheets else ""
    return document(title, [*sections(figures), *map(section, sheets)], language)


def report_picture(sheets: Sequence[Sheet], figures: Sequence[Figure], language: str) -> str:
    """All *figures* as one SVG file; where there is nothing to draw yet, it says so."""
    if figures:
        return picture(figures, language)
    (first,) = told_in(language, sheets[:1])
    nothing = worded(language, "nothing to show yet")
    return picture([Figure(first.title, nothing, 24, words(0, 14, nothing))], language)
