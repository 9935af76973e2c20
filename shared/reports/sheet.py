"""A report as titled tables of text, before anything decides how it is shown. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table; *headers* empty: names on the left, what they are on the right."""

    title: str
    rows: Sequence[Sequence[str]]
    headers: Sequence[str] = ()
    note: str = ""
