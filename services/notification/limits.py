"""What always holds, whatever a rule ordered: consent, one open task of a kind, the contact cap, quiet hours.

Pure. Limits are asked in this order; quiet hours only delay.
"""

from dataclasses import dataclass
from datetime import datetime

from services.notification.cap import Cap
from services.notification.consent import consents
from services.notification.contacts import ContactState
from services.notification.quiet_hours import end_of_quiet
from services.notification.refusing import REASONS, Refusal
from services.notification.routing import CUSTOMER
from shared.clock import from_rfc3339
from shared.contracts.decision import DecisionRecord
from shared.model.contacts import Weight
from shared.model.rules import NotificationPlan, Route
from shared.policy.contacting import CUSTOMER_CHANNELS
from shared.store.port import Document

INBOX = "inbox"
EMAIL = "email"
PUSHED = ("webhook", "file", EMAIL)
"""Channels whose messages go to subscribers."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of notifications.yaml as they stand for one customer at one decision.

    *priority*: that of the contacts its rule orders.
    """

    plan: NotificationPlan
    decision: DecisionRecord
    state: ContactState
    timezone: str
    priority: int = 0

    def on_task(self, task: Document) -> Refusal | None:
        """Why *task* may not be opened. A known refusal of consent forbids a contact, silence does not."""
        is_contact = task["channel"] in CUSTOMER_CHANNELS
        if is_contact and self._consent(task["channel"]) is False:
            return _NO_CONSENT
        open_id = self.state.open_tasks.get(task["task"], task["_id"])
        if open_id != task["_id"]:
            return Refusal("already_open", f"already open: {open_id}")
        return self.on_contact(task["key_event"]) if is_contact else None

    def on_channel(self, route: Route, channel: str) -> Refusal | None:
        """Why *channel* may not be used. What reaches a customer directly needs their known consent."""
        if channel != INBOX and channel not in PUSHED:
            known = ", ".join((INBOX, *PUSHED))
            return Refusal("channel_unavailable", f"no channel {channel!r} is set up; there are {known}")
        if channel == EMAIL and route.to == CUSTOMER:
            return Refusal("channel_unavailable", "e-mail goes to people of the company, not to customers")
        if route.to != CUSTOMER or self.plan.consent_fact is None:
            return None
        agreed = self._consent(channel)
        if agreed is None:
            return Refusal("consent_unknown", f"{self.plan.consent_fact} is not known")
        return None if agreed else _NO_CONSENT

    def on_contact(self, *key_events: object) -> Refusal | None:
        """Why no contact may be made for these occasions, if any of them is one."""
        weight = Weight(self.priority, any(key_events))
        return Cap(self.plan, self.state, self.decision.day).refusal(weight)

    def quiet_until(self) -> datetime | None:
        """The end of the quiet hours that the decision fell into, if any."""
        return end_of_quiet(from_rfc3339(self.decision.as_of), self.plan.quiet_hours, self.timezone)

    def _consent(self, channel: str) -> bool | None:
        fact = self.plan.consent_fact
        if fact is None:
            return None
        known = self.decision.facts.get(fact)
        return consents(self.state.profile.get(fact) if known is None else known, (channel,))


_NO_CONSENT = Refusal("no_consent", REASONS["no_consent"])
