"""A report as one page that needs no network, light or dark, to print or to send. Pure."""

from collections.abc import Sequence

from shared.reports.backtest_page import document, section
from shared.reports.sheet import Sheet


def report_page(sheets: Sequence[Sheet], language: str) -> str:
    """The whole page, of sheets that are told in *language* already."""
    title = sheets[0].title if sheets else ""
    return document(title, map(section, sheets), language)
