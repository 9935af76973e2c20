"""The cap on contacts with one customer: how many in so many days, and what the last of them wait for.

Pure. Contacts are counted over all rules in event time; what comes first is counted first.
"""

from dataclasses import dataclass
from datetime import date

from services.notification.contacts import Contact, ContactState
from services.notification.refusing import Refusal
from shared.model.contacts import Weight
from shared.model.rules import NotificationPlan
from shared.policy.contacting import has_room, kept_from

MOST_NAMED = 5
"""How many of the contacts that were made instead a refusal names."""


@dataclass(frozen=True, slots=True)
class Cap:
    """The cap as it stands for one customer on local *day*."""

    plan: NotificationPlan
    state: ContactState
    day: int

    def refusal(self, weight: Weight) -> Refusal | None:
        """Why no contact of that *weight* may be made, with those that were made instead."""
        if self.plan.contact_cap is None:
            return None
        allowed, days = self.plan.contact_cap
        made = self.state.contacts_in(days, self.day)
        if has_room(self.plan, len(made), weight):
            return None
        kept = kept_from(weight, allowed - len(made), self.plan.keeps)
        counted = f"{len(made)} contacts in {days} days, allowed are {allowed}"
        waits = f", the last {kept.last} for {kept.name}" if kept else ""
        ahead = made[-MOST_NAMED:]
        told = f"; this one has priority {weight.priority}, made before it: " if ahead else ""
        return Refusal("contact_cap", counted + waits + told + ", ".join(map(_named, ahead)), _rules(ahead))


def _named(contact: Contact) -> str:
    return f"{contact.rule or contact.id} (priority {contact.priority}, {date.fromordinal(contact.day)})"


def _rules(contacts: tuple[Contact, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(contact.rule for contact in contacts if contact.rule))
