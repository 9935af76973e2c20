"""Which routes of notifications.yaml a decision's actions take.

Pure. Every matching route applies; actions that fall into one group of a route are told together.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from shared.contracts.decision import DecisionRecord, OrderedAction
from shared.model.rules import Route

_LABELS = ("alert", "severity", "template", "task", "channel", "key_event")


@dataclass(frozen=True, slots=True)
class Routed:
    """Actions of one decision that one route tells together."""

    route: Route
    group: str
    actions: Sequence[OrderedAction]


def routed(decision: DecisionRecord, routes: Sequence[Route]) -> Iterator[Routed]:
    """Yield what each route has to tell of *decision*, in the order of routes and actions."""
    for route in routes:
        groups: dict[str, list[OrderedAction]] = {}
        for action in decision.actions:
            labels = labels_of(decision.policy, decision.rule, action.kind, action.fields)
            if matches(route, labels):
                groups.setdefault(_group(route, decision, labels), []).append(action)
        for group, actions in groups.items():
            yield Routed(route, group, actions)


def labels_of(policy: str, rule: str, kind: str, fields: Mapping[str, Any]) -> dict[str, str]:
    """What a route may match of an action."""
    named = {name: str(fields[name]) for name in _LABELS if fields.get(name) is not None}
    return {**named, "action": kind, "policy": policy, "rule": rule}


def matches(route: Route, labels: Mapping[str, str]) -> bool:
    """Whether every condition of *route* names the label's value."""
    return all(labels.get(name) in values for name, values in route.match.items())


def _group(route: Route, decision: DecisionRecord, labels: Mapping[str, str]) -> str:
    """The group's name, one per local day; empty without ``group_by``: every decision stands alone."""
    if not route.group_by:
        return ""
    known = {**labels, "customer": decision.customer}
    parts = [f"{name}={known.get(name, '')}" for name in route.group_by]
    return "/".join([route.id, date.fromordinal(decision.day).isoformat(), *parts])
