"""Who left, and in which way: out of the circle, alarmed for, or lost; read from decisions.

Pure, over decision documents. Decisions that were held back or ran in shadow changed nothing: they do not
count.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from shared.reports.decisive import Decided, decided_by

LEFT, ALARMED, LOST = "left the circle", "churn alert", "counted as lost"
CHURN_ALERT, STAGE, LOST_STAGE = "churn", "stage", "lost"


@dataclass(frozen=True, slots=True)
class Leaving:
    """One customer leaves, or is feared to, on a local *day*; by which rule, and what decided."""

    customer: str
    day: int
    way: str
    rule: str
    decision: str
    decided: Decided | None


def leavings(decisions: Iterable[Mapping[str, Any]], outside: str) -> Iterator[Leaving]:
    """Every leaving among *decisions*; *outside* is the tier of who is no member."""
    for decision in decisions:
        if took_effect(decision):
            for way in _ways(decision, outside):
                yield Leaving(
                    decision["customer"],
                    decision["day"],
                    way,
                    decision["rule"],
                    decision["_id"],
                    decided_by(decision.get("leaves", ())),
                )


def took_effect(decision: Mapping[str, Any]) -> bool:
    """Whether a decision was carried out: not held back, not in shadow."""
    return bool(decision["outcome"] == "fired" and decision["mode"] != "shadow")


def leaves_circle(decision: Mapping[str, Any], outside: str) -> bool:
    """Whether a decision takes a member out of the circle."""
    before, _, after = (decision.get("tier_change") or "").partition(">")
    return bool(before) and before != outside and after == outside


def sets(decision: Mapping[str, Any], fact: str) -> Iterator[Any]:
    """The values that a decision sets *fact* to."""
    for action in decision["actions"]:
        if action["kind"] == "set" and action["fields"].get("fact") == fact:
            yield action["fields"]["value"]


def _ways(decision: Mapping[str, Any], outside: str) -> Iterator[str]:
    if leaves_circle(decision, outside):
        yield LEFT
    if LOST_STAGE in sets(decision, STAGE):
        yield LOST
    for action in decision["actions"]:
        if action["kind"] == "raise_alert" and action["fields"].get("alert") == CHURN_ALERT:
            yield ALARMED
