"""The types tests know, and which of them a test asks for.

Pure. Exact types only: a value of any other type (a date object, NaN) is of no type and passes no comparison.
"""

from typing import Literal

from shared.model.conditions import Comparison, Junction, Proposition, Test

Asked = Literal["number", "text", "boolean", "presence"]

NEVER = Junction(False, ())
PRESENCE = (Comparison.KNOWN, Comparison.MISSING)
EQUALITY = (Comparison.EQ, Comparison.NE)


def type_of(value: object) -> Asked | None:
    """Return the type of *value*; None for anything but numbers, texts and booleans."""
    if type(value) is bool:
        return "boolean"
    if type(value) is int or (type(value) is float and value == value):  # noqa: PLR0124  # NaN differs from itself
        return "number"
    return "text" if type(value) is str else None


def asked(test: Test) -> Asked | None:
    """Return what *test* asks of its column; None if no value whatever could pass."""
    if test.comparison in PRESENCE:
        return "presence"
    kind = type_of(test.value)
    return kind if kind == "number" or test.comparison in EQUALITY else None


def answerable(proposition: Proposition) -> Proposition:
    """Replace tests that no value could pass by never."""
    if isinstance(proposition, Junction):
        return Junction(proposition.conjunction, tuple(map(answerable, proposition.parts)))
    return proposition if asked(proposition) else NEVER
