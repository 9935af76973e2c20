"""Which routes of notifications.yaml a decision's actions take, and to whom.

Pure. Every matching route applies; actions that fall into one group of a route share one notification.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shared.contracts.decision import DecisionRecord, OrderedAction
from shared.model.rules import ActionKind, Bundle, NotificationPlan, Route
from shared.model.values import FactValue

CUSTOMER = "customer"
OWNER = "owner"
UNASSIGNED = "unassigned"


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
            labels = labels_of(decision, action)
            if matches(route, labels):
                groups.setdefault(group_of(route, decision, labels), []).append(action)
        for group, actions in groups.items():
            yield Routed(route, group, actions)


def outward_kinds(plan: NotificationPlan) -> frozenset[str]:
    """The kinds of actions that may lead to anything here."""
    always = {ActionKind.CREATE_TASK.value, ActionKind.NOTIFY.value}
    return frozenset(always.union(*(_kinds_matched(route) for route in plan.routes)))


def _kinds_matched(route: Route) -> Iterable[str]:
    if "action" in route.match:
        return route.match["action"]
    if "template" in route.match:
        return (ActionKind.NOTIFY.value,)
    if route.match.keys() & {"alert", "severity"}:
        return (ActionKind.RAISE_ALERT.value,)
    return (kind.value for kind in ActionKind)


def labels_of(decision: DecisionRecord, action: OrderedAction) -> dict[str, str]:
    """What a route may match or group by."""
    fields = ("alert", "severity", "template", "task", "channel", "key_event")
    return {
        **{name: str(action.fields[name]) for name in fields if action.fields.get(name) is not None},
        "action": action.kind,
        "policy": decision.policy,
        "rule": decision.rule,
        "customer": decision.customer,
    }


def matches(route: Route, labels: Mapping[str, str]) -> bool:
    """Whether every condition of *route* names the label's value."""
    return all(labels.get(name) in values for name, values in route.match.items())


def group_of(route: Route, decision: DecisionRecord, labels: Mapping[str, str]) -> str:
    """The group's name, one per local day; empty without ``group_by``: every decision stands alone."""
    if not route.group_by:
        return ""
    parts = [f"{name}={labels.get(name, '')}" for name in route.group_by]
    return "/".join([route.id, date.fromordinal(decision.day).isoformat(), *parts])


def recipient(named: str, decision: DecisionRecord, bundle: Bundle, profile: Mapping[str, FactValue]) -> str:
    """Who *named* is: the customer's owner, the customer, or a name of the address book as it stands."""
    if named == CUSTOMER:
        return f"customer:{decision.customer}"
    if named == OWNER:
        known = profile.get(OWNER) or rule_owner(bundle, decision.rule)
        return str(known or UNASSIGNED)
    return named


def rule_owner(bundle: Bundle, rule: str) -> str:
    """Who keeps *rule*, or its policy."""
    for policy in bundle.policies:
        for item in policy.rules:
            if item.id == rule:
                return item.owner or policy.owner
    return ""
