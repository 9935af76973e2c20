"""Facts and anchors as JSON values and back: one form on the wire and in every document.

Pure. A fact of several texts is a tuple here and a list there; an anchor is ``[day, factor, divisor]``.
"""

from collections.abc import Mapping
from typing import Any

from shared.contracts.snapshot import Anchor
from shared.model.values import FactValue


def facts_to_json(facts: Mapping[str, FactValue]) -> dict[str, Any]:
    """Write facts; the answer is a dictionary of its own."""
    if tuple not in map(type, facts.values()):
        return dict(facts)
    return {name: list(value) if type(value) is tuple else value for name, value in facts.items()}


def facts_from_json(data: Mapping[str, Any]) -> dict[str, FactValue]:
    """Read what `facts_to_json` wrote; the answer is a dictionary of its own."""
    if list not in map(type, data.values()):
        return dict(data)
    return {name: tuple(value) if type(value) is list else value for name, value in data.items()}


def anchors_to_json(anchors: Mapping[str, Anchor]) -> dict[str, Any]:
    """Write anchors."""
    return {name: [anchor.day, anchor.factor, anchor.divisor] for name, anchor in anchors.items()}


def anchors_from_json(data: Mapping[str, Any]) -> dict[str, Anchor]:
    """Read what `anchors_to_json` wrote."""
    return {name: Anchor(*parts) for name, parts in data.items()}
