"""Reports on narrow terminals and in files: ids stay whole, numbers stand under each other."""

import io

from rich.console import Console

from services.cli.showing import show_sheets
from shared.reports.sheet import Sheet


def shown(sheet: Sheet, width: int) -> str:
    text = io.StringIO()
    show_sheets([sheet], Console(file=text, width=width, highlight=False))
    return text.getvalue()


def test_on_a_narrow_terminal_sentences_wrap_and_ids_stay_whole() -> None:
    decision = "d157d042908be223ab414"
    sheet = Sheet(
        "Alerts", [("silent for 35 days, five times the usual seven", decision)], ("because", "explain")
    )

    assert decision in shown(sheet, 40)


def test_numbers_stand_under_each_other() -> None:
    sheet = Sheet(
        "Circle", [("2011-11", "+72", "1,402.50 GBP"), ("2011-12", "-5", "9.00 GBP")], ("month", "n", "sum")
    )

    lines = shown(sheet, 80).splitlines()

    ends = [len(line.rstrip()) for line in lines if "GBP" in line]
    assert ends[0] == ends[1]
    assert "  -5 " in lines[-3]
