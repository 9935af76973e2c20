"""Sheets on a terminal: aligned tables that count Chinese characters at their width."""

import re
from collections.abc import Iterable, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from shared.reports.sheet import Sheet

NUMBER = re.compile(r"[+-]?[\d,]+(\.\d+)?( ?(%|s|[A-Z]{3}))?")
"""A number as reports print it, with at most a short unit."""


def console() -> Console:
    """A console on standard output; as wide as needed when nobody looks at it."""
    found = Console(highlight=False, soft_wrap=False)
    return found if found.is_terminal else Console(highlight=False, width=160)


def show_sheets(sheets: Iterable[Sheet], on: Console) -> None:
    """Print every sheet."""
    for sheet in sheets:
        on.print(Text(sheet.title, style="bold"))
        on.print(_table(sheet))
        if sheet.note:
            on.print(Text(f"  {sheet.note}", style="dim"))
        on.print()


def _table(sheet: Sheet) -> Table:
    table = Table(box=SIMPLE_HEAD if sheet.headers else None, pad_edge=True, show_header=bool(sheet.headers))
    if not sheet.headers:
        table.add_column(style="dim")
        table.add_column()
    for number, header in enumerate(sheet.headers):
        cells = [row[number] for row in sheet.rows if row[number]]
        table.add_column(
            header,
            justify="right" if _are_numbers(cells) else "left",
            no_wrap=not any(
                " " in cell for cell in cells
            ),  # ids are there to be copied: sentences wrap first
            overflow="fold",
        )
    for row in sheet.rows:
        table.add_row(*(Text(cell) for cell in row))
    return table


def _are_numbers(cells: Sequence[str]) -> bool:
    """Whether digits stand under each other best at the right: numbers, at most with a unit after them."""
    return bool(cells) and all(NUMBER.fullmatch(cell) for cell in cells)
