"""Which routes of notifications.yaml a decision's actions take, and to whom.

Pure. Every matching route applies; actions that fall into one group of a route share one notification.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from shared.contracts.decision import DecisionRecord, OrderedAction
from shared.model.rules import ActionKind, Bundle, NotificationPlan, PolicyDef, Route, RuleDef
from shared.model.values import FactValue
from shared.policy import contacting

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
            if contacting.matches(route, labels):
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
    labels = contacting.labels_of(decision.policy, decision.rule, action.kind, action.fields)
    return {**labels, "customer": decision.customer}


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
    found = _placed(bundle, rule)
    return (found[1].owner or found[0].owner) if found else ""


def rule_of(bundle: Bundle, rule: str) -> RuleDef | None:
    """The rule with that id."""
    found = _placed(bundle, rule)
    return found[1] if found else None


def _placed(bundle: Bundle, rule: str) -> tuple[PolicyDef, RuleDef] | None:
    each = ((policy, item) for policy in bundle.policies for item in policy.rules)
    return next((found for found in each if found[1].id == rule), None)
