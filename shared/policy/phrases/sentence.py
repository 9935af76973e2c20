"""A phrase taken apart: what it says and the words it says it with, still untyped. Pure."""

import re
from dataclasses import dataclass

from shared.model.conditions import Phrase, Side

_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ITEM = re.compile(r'\s*("(?:[^"\\]|\\.)*"|[^",，、]*)\s*(?:[,，、]|$)')
_PLAIN = re.compile(r"[^\W_]([\w.\-/+:]| (?! ))*", re.UNICODE)
_KEYWORDS = re.compile(
    r"\b(and|to|not|known|missing|before|after|of)\b|[是变和与至]|已知|缺失|未知|之间|^\s|\s$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """*operands* are the texts of the values, unquoted; a reference is ``$name``.

    ``changed`` has two, ``None`` standing for anything. *literal* tells which operands were quoted.
    """

    phrase: Phrase
    operands: tuple[str | None, ...] = ()
    side: Side | None = None
    entry: str | None = None
    literal: frozenset[int] = frozenset()


def unquote(text: str) -> tuple[str, bool]:
    """Return the text without quotes, and whether it had them."""
    found = _QUOTED.fullmatch(text.strip())
    if not found:
        return text.strip(), False
    return re.sub(r"\\(.)", r"\1", found[1]), True


def quote(text: str, was_quoted: bool) -> str:
    """Write *text* so that it is read back as one value."""
    is_reference = text.startswith("$") and not was_quoted
    if is_reference or (_PLAIN.fullmatch(text) and not _KEYWORDS.search(text)):
        return text
    if not was_quoted and re.fullmatch(r"-?[\d.]+\s*[^\s\"]*|百分之\s*\S+", text):
        return text  # a quantity
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def split_items(text: str) -> list[str] | None:
    """Split the inside of ``[a, "b, c"]``; ``None`` when it does not read as a list."""
    text = text.strip()
    if not text:
        return []
    items: list[str] = []
    position = 0
    while position < len(text):
        found = _ITEM.match(text, position)
        if not found or not found[1].strip():
            return None
        items.append(found[1].strip())
        position = found.end()
    return items
