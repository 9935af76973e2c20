"""Whom a decision's actions concern: which kinds of them anybody, and who is meant by a route's addressee.

Pure. Which routes the actions take is `shared.policy.routing`.
"""

from collections.abc import Iterable, Mapping

from shared.contracts.decision import DecisionRecord
from shared.model.rules import ActionKind, Bundle, NotificationPlan, PolicyDef, Route, RuleDef
from shared.model.values import FactValue

CUSTOMER = "customer"
OWNER = "owner"
UNASSIGNED = "unassigned"


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
