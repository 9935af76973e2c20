"""Facts and anchors as JSON values and back: one form on the wire and in every document.

Pure. A fact of several texts is a tuple here and a list there; an anchor is ``[day, factor, divisor]``.
"""

from collections.abc import Callable, Mapping
from typing import Any

from shared.contracts.snapshot import Anchor
from shared.model.values import FactValue


def facts_to_json(facts: Mapping[str, FactValue]) -> dict[str, Any]:
    """Write facts; the answer is a dictionary of its own."""
    return _turned(facts, tuple, list)


def facts_from_json(data: Mapping[str, Any]) -> dict[str, FactValue]:
    """Read what `facts_to_json` wrote; the answer is a dictionary of its own."""
    return _turned(data, list, tuple)


def _turned(facts: Mapping[str, Any], of: type, into: Callable[[Any], Any]) -> dict[str, Any]:
    """A copy with each value of one type made *into* another; they are few, so each is found by its place."""
    turned = dict(facts)
    types = [*map(type, turned.values())]
    if of in types:
        names, at = [*turned], -1
        for _ in range(types.count(of)):
            at = types.index(of, at + 1)
            turned[names[at]] = into(turned[names[at]])
    return turned


def anchors_to_json(anchors: Mapping[str, Anchor]) -> dict[str, Any]:
    """Write anchors."""
    return {name: [anchor.day, anchor.factor, anchor.divisor] for name, anchor in anchors.items()}


def anchors_from_json(data: Mapping[str, Any]) -> dict[str, Anchor]:
    """Read what `anchors_to_json` wrote."""
    return {name: Anchor(*parts) for name, parts in data.items()}
