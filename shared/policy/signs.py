"""Comparison signs where a phrase belongs: found, explained, and put right for reading on. Pure.

An unquoted ``>`` begins a folded text in YAML, so ``score: >= 5`` is a syntax error there; the sign
is replaced by one of equal length, so that the rest of the file is still read and columns stay true.
"""

import re

from shared.policy.codes import COMPARISON_SIGN
from shared.policy.nodes import Span
from shared.policy.problems import Problems
from shared.policy.said import Said, write

WORDS = {
    ">=": "at least", "≥": "at least", "<=": "at most", "≤": "at most", ">": "more than", "<": "less than",
    "==": "is", "=": "is", "!=": "is not", "≠": "is not",
}  # fmt: skip
_LEADING = re.compile(r"(>=|<=|==|!=|≥|≤|≠|=|>|<)\s*(.*)", re.DOTALL)
_UNQUOTED = re.compile(r"(?<=[:,\[{-] )(>=?)(\s*)([^,}\]#]*)")


def split_sign(text: str) -> tuple[str, str] | None:
    """Return the sign *text* begins with and what follows it."""
    found = _LEADING.match(text.strip())
    return (found[1], found[2].strip()) if found else None


def report_sign(sign: str, rest: str, span: Span, problems: Problems) -> None:
    """Record that *sign* was written for a phrase, once a place."""
    if problems.has(COMPARISON_SIGN, span):
        return
    written = f"{sign} {rest}".strip()
    problems.add(
        COMPARISON_SIGN,
        span,
        Said(f'comparison written as "{written}"', f"比较写成了“{written}”"),
        expected=Said("a phrase in words", "用文字写的短语"),
        suggestion=write(f"{WORDS[sign]} {rest or '…'}"),
    )


def mend_line(file: str, line_number: int, line: str, problems: Problems) -> str | None:
    """Report every unquoted ``>`` and ``>=`` of *line*; return the line made readable, if there was one."""
    found = list(_UNQUOTED.finditer(line))
    for match in found:
        rest = match[3].strip()
        span = Span(file, line_number, match.start() + 1, len(match[0].rstrip()))
        report_sign(match[1], rest, span, problems)
    return _UNQUOTED.sub(lambda m: "=" * len(m[1]) + m[2] + m[3], line) if found else None
