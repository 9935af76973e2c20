"""Telling a report's sheets in Chinese: titles, headings, notes and the words that stand alone in a cell.

What rule files say comes with its own translation; only what the reports add is translated here. A text that
is not listed stays as it is. Pure.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from shared.reports.chinese_words import LONE_WORDS, PATTERNS, WORDS
from shared.reports.sheet import Sheet

CHINESE = "zh"

NAME_IN_RULES = "name in rules"
"""Heading of a column that holds names as rule files spell them."""


def told_in(language: str, sheets: Iterable[Sheet]) -> list[Sheet]:
    """The same sheets in the words of *language*."""
    return [_chinese(sheet) if language == CHINESE else sheet for sheet in sheets]


def _chinese(sheet: Sheet) -> Sheet:
    return replace(
        sheet,
        title=_word(sheet.title),
        rows=[_row(row, sheet.headers) for row in sheet.rows],
        headers=tuple(_word(header) for header in sheet.headers),
        note=_word(sheet.note),
    )


def _row(row: Sequence[str], headers: Sequence[str]) -> tuple[str, ...]:
    """Labels stand first where there are no headings; names that people write in rules stay as they are."""
    if not headers:
        return (_word(row[0]), *map(_cell, row[1:]))
    return tuple(
        cell if header == NAME_IN_RULES else _cell(cell) for cell, header in zip(row, headers, strict=False)
    )


def _word(text: str) -> str:
    return WORDS[text] if text in WORDS else _cell(text)


def _cell(text: str) -> str:
    if text in LONE_WORDS:
        return LONE_WORDS[text]
    for pattern, words in PATTERNS:
        if found := pattern.fullmatch(text):
            return found.expand(words)
    return text
