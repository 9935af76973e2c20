"""What a run ordered about a customer, as plain acts with their days: what comparisons are made of. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from shared.contracts.decision import DecisionRecord
from shared.model.rules import ActionKind

TIER = ActionKind.CHANGE_TIER.value
ALERT = ActionKind.RAISE_ALERT.value
TASK = ActionKind.CREATE_TASK.value
OFFER = ActionKind.OFFER.value
SHADOW = "shadow"

_NAMES = {
    TIER: ("to",),
    ALERT: ("alert",),
    TASK: ("task",),
    OFFER: ("item",),
    ActionKind.GRANT.value: ("entitlement",),
    ActionKind.REVOKE.value: ("entitlement",),
    ActionKind.ADD_TO.value: ("group",),
    ActionKind.REMOVE_FROM.value: ("group",),
    ActionKind.NOTIFY.value: ("template",),
    ActionKind.SET.value: ("fact", "value"),
}


@dataclass(frozen=True, slots=True)
class Act:
    """One action that took effect: its kind, what it is about, and the decision behind it."""

    day: int
    kind: str
    name: str
    decision: DecisionRecord


def acts(decisions: Iterable[DecisionRecord], from_day: int) -> Iterator[Act]:
    """Every action ordered from *from_day* on; what a rule in shadow would have ordered is not among them."""
    for decision in decisions:
        if decision.outcome == "fired" and decision.mode != SHADOW and decision.day >= from_day:
            for action in decision.actions:
                name = " ".join(str(action.fields.get(part, "")) for part in _NAMES.get(action.kind, ()))
                yield Act(decision.day, action.kind, name.strip(), decision)


def written(decision: DecisionRecord) -> Iterator[str]:
    """The facts that a fired decision changed."""
    for action in decision.actions:
        if action.kind == ActionKind.SET.value:
            yield str(action.fields["fact"])
        elif action.kind == TIER:
            yield from ("tier", "days_in_tier", "entitlements")
        elif action.kind in (ActionKind.GRANT.value, ActionKind.REVOKE.value):
            yield "entitlements"
        elif action.kind in (ActionKind.ADD_TO.value, ActionKind.REMOVE_FROM.value):
            yield "groups"
