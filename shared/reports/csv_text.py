"""A sheet as CSV, for spreadsheets: thousands are not separated there. Pure."""

import csv
import io

from shared.reports.sheet import Sheet


def csv_text(sheet: Sheet) -> str:
    """One table with its headings."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(sheet.headers)
    writer.writerows(
        [cell.replace(",", "") if _is_number(cell) else cell for cell in row] for row in sheet.rows
    )
    return text.getvalue()


def _is_number(cell: str) -> bool:
    return cell.replace(",", "").replace(".", "").lstrip("+-").isdigit()
