"""Which one condition decided, read from a decision's record: so that many decisions can be added up.

Where all conditions had to hold, it is the one nearest to its threshold: the last to be reached. Where some
did not hold, one of several was enough, and it is the one furthest beyond its threshold. Pure.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Decided:
    """A condition on a number, without the customer's own value."""

    fact: str
    phrase: str
    threshold: float


def decided_by(leaves: Iterable[Mapping[str, Any]]) -> Decided | None:
    """The condition that decided; None where the rule measures nothing."""
    measured = [leaf for leaf in leaves if _is_measured(leaf)]
    holding = [leaf for leaf in measured if leaf["outcome"]]
    if not holding:
        return None
    one_was_enough = len(holding) < len(measured)
    found = (max if one_was_enough else min)(holding, key=_distance)
    return Decided(found["fact"], found["phrase"], found["threshold"])


def _is_measured(leaf: Mapping[str, Any]) -> bool:
    return leaf["margin"] is not None and isinstance(leaf["threshold"], int | float)


def _distance(leaf: Mapping[str, Any]) -> float:
    """How far beyond the threshold, as a share of it, so that points and money compare."""
    return abs(float(leaf["margin"])) / max(abs(float(leaf["threshold"])), 1.0)
