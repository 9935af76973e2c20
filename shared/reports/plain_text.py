"""A report as plain text, for messages: each row as its headings and cells. Pure."""

from collections.abc import Iterable, Iterator

from shared.reports.sheet import Sheet


def plain_text(sheets: Iterable[Sheet]) -> str:
    """All *sheets*, told in their language already."""
    return "\n\n".join("\n".join(_lines(sheet)) for sheet in sheets)


def _lines(sheet: Sheet) -> Iterator[str]:
    yield sheet.title
    for row in sheet.rows:
        names = sheet.headers or [""] * len(row)
        said = (f"{name} {cell}".strip() for name, cell in zip(names, row, strict=True) if cell)
        yield "- " + " · ".join(said)
    if sheet.note:
        yield sheet.note
