"""Which actions reach the customer, and how much each rule's contacts matter, over all policies.

Pure. Consent, tasks that are open already and subscribers may forbid a contact too; the notification service
knows them.
"""

from collections.abc import Iterable, Mapping, Sequence

from shared.contracts.decision import DecisionRecord
from shared.model.contacts import Keep, Weight
from shared.model.rules import (
    Action,
    ActionKind,
    Bundle,
    NotificationPlan,
    PolicyDef,
    RolloutMode,
    Route,
    RuleDef,
)
from shared.policy.routing import labels_of, matches

CUSTOMER_CHANNELS = frozenset({"phone", "visit", "sms", "email", "online", "post", "gathering"})
"""A task through one of these is a contact with the customer; any other is work inside the company."""

Weights = Mapping[str, Weight]
"""By rule id; rules that order no contact are not in it."""


def weights_of(bundle: Bundle) -> Weights:
    """How much the contacts of each rule matter that orders any."""
    return weights_in(bundle.policies, bundle.notifications)


def weights_in(policies: Iterable[PolicyDef], plan: NotificationPlan) -> Weights:
    """The same of *policies* whose decisions are told by *plan*."""
    counting = [route for route in plan.routes if route.counts_as_contact]
    found: dict[str, Weight] = {}
    for policy in policies:
        for rule in policy.rules:
            contacts = [each for each in rule.actions if _is_contact(policy.id, rule, each, counting)]
            if contacts and rule.rollout is not RolloutMode.SHADOW:
                occasions = any(each.fields.get("key_event") for each in contacts)
                found[rule.id] = Weight(rule.priority_of_contacts, occasions)
    return found


def in_order_of_weight(decisions: Sequence[DecisionRecord], weights: Weights) -> tuple[DecisionRecord, ...]:
    """What one evaluation decided, so that the contacts that matter most are asked for first.

    Several that order contacts stand behind all others, the weightiest first; among equals the order of
    policies and rules stays.
    """
    if len(decisions) < 2:
        return tuple(decisions)
    contacts = [each for each in decisions if _orders_contact(each, weights)]
    if len(contacts) < 2:
        return tuple(decisions)
    others = [each for each in decisions if not _orders_contact(each, weights)]
    return (*others, *sorted(contacts, key=lambda each: weights[each.rule], reverse=True))


def _orders_contact(decision: DecisionRecord, weights: Weights) -> bool:
    return decision.outcome == "fired" and decision.rule in weights


def has_room(plan: NotificationPlan, made: int, weight: Weight) -> bool:
    """Whether the cap allows a contact of *weight* when so many were *made* in its days."""
    if plan.contact_cap is None:
        return True
    left = plan.contact_cap[0] - made
    return left > 0 and kept_from(weight, left, plan.keeps) is None


def kept_from(weight: Weight, left: int, keeps: Iterable[Keep]) -> Keep | None:
    """What keeps the contacts that are *left*, if any, from one of *weight*; the narrowest of several."""
    keeping = [keep for keep in keeps if 0 < left <= keep.last and not keep.serves(weight)]
    return min(keeping, key=lambda keep: keep.last, default=None)


def _is_contact(policy: str, rule: RuleDef, action: Action, counting: Sequence[Route]) -> bool:
    if action.kind is ActionKind.CREATE_TASK and action.fields.get("channel") in CUSTOMER_CHANNELS:
        return True
    labels = labels_of(policy, rule.id, action.kind.value, action.fields)
    return any(matches(route, labels) for route in counting)
