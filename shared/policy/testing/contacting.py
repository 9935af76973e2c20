"""The contacts of one life under test, as the cap of notifications.yaml allows them.

Pure. Consent, tasks that are open already and subscribers are left out: they are not the rules' to say.
"""

from dataclasses import dataclass, field

from shared.contracts.decision import DecisionRecord
from shared.model.contacts import Weight
from shared.model.rules import Bundle, NotificationPlan
from shared.policy.contacting import CUSTOMER_CHANNELS, Weights, has_room, weights_of
from shared.policy.routing import Routed, routed


@dataclass(slots=True)
class Ledger:
    """Counts the contacts made, by day, and finds the decisions of which the cap holds one."""

    plan: NotificationPlan
    weights: Weights
    made: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, bundle: Bundle) -> "Ledger":
        """A ledger without contacts so far."""
        return cls(bundle.notifications, weights_of(bundle))

    def holds(self, decision: DecisionRecord) -> bool:
        """Take down the contacts that *decision* orders; whether the cap holds any of them."""
        if decision.outcome != "fired" or decision.rule not in self.weights:
            return False
        held = {
            action.id
            for action in decision.actions
            if action.fields.get("channel") in CUSTOMER_CHANNELS
            and not self._make(decision, action.fields.get("key_event"))
        }
        counting = [route for route in self.plan.routes if route.counts_as_contact]
        told = [each for each in routed(decision, counting) if not _is_only_of(each, held)]
        notices = [self._make(decision, *_key_events(each)) for each in told]
        return bool(held) or not all(notices)

    def _make(self, decision: DecisionRecord, *key_events: object) -> bool:
        """Make a contact, if the cap has room for one that matters so much."""
        days = self.plan.contact_cap[1] if self.plan.contact_cap else 0
        weight = Weight(self.weights[decision.rule].priority, any(key_events))
        room = has_room(self.plan, sum(day > decision.day - days for day in self.made), weight)
        if room:
            self.made.append(decision.day)
        return room


def _is_only_of(told: Routed, held: set[str]) -> bool:
    """Whether the message would tell of nothing but tasks that are held."""
    return all(action.id in held for action in told.actions)


def _key_events(told: Routed) -> list[object]:
    return [action.fields.get("key_event") for action in told.actions]
