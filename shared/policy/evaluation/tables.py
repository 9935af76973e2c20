"""Answering a decision table from a customer's facts.

Pure. The first matching row wins; a missing input makes the answer unknown.
"""

from collections.abc import Mapping

from shared.model.rules import Table
from shared.model.values import FactValue, Value


def answer(table: Table, facts: Mapping[str, FactValue]) -> Value | None:
    """The table's answer, or ``None`` when an input is missing (or no row and no *otherwise* answers)."""
    inputs = [facts.get(name) for name in table.inputs]
    if None in inputs:
        return None
    for row in table.rows:
        for value, cell in zip(inputs, row.cells, strict=True):
            if not (cell is None or _lies_in(value, cell)):
                break
        else:
            return row.answer
    return table.otherwise


def _lies_in(value: FactValue, cell: tuple[Value, ...]) -> bool:
    if isinstance(value, (tuple, list)):
        return any(text in cell for text in value)
    return value in cell
