"""What always holds, whatever a rule ordered: consent, one open task of a kind, the contact cap, quiet hours.

Pure. A refusal has a stable reason for machines and words for people.
"""

from dataclasses import dataclass
from datetime import datetime

from services.notification.consent import consents
from services.notification.contacts import ContactState
from services.notification.quiet_hours import end_of_quiet
from services.notification.routing import CUSTOMER
from shared.clock import from_rfc3339
from shared.contracts.decision import DecisionRecord
from shared.model.rules import NotificationPlan, Route
from shared.store.port import Document

INBOX = "inbox"
EMAIL = "email"
PUSHED = ("webhook", "file", EMAIL)
"""Channels whose messages go to subscribers."""

CUSTOMER_CHANNELS = frozenset({"phone", "visit", "sms", "email", "online", "post", "gathering"})
"""A task through one of these is a contact with the customer; any other is work inside the company."""


REASONS = {
    "no_consent": "the customer does not agree to be contacted",
    "consent_unknown": "the consent needed for a direct message is not known",
    "already_open": "the same task is open already",
    "contact_cap": "the cap on contacts is reached",
    "channel_unavailable": "the channel is not set up",
    "no_subscriber": "nobody subscribed to the channels of the route",
    "no_route": "no route matches the template",
}
"""Every reason why something ordered is not done."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something was not done."""

    reason: str  # one of REASONS
    detail: str


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of notifications.yaml as they stand for one customer at one decision."""

    plan: NotificationPlan
    decision: DecisionRecord
    state: ContactState
    timezone: str

    def on_task(self, task: Document) -> Refusal | None:
        """Why *task* may not be opened. A known refusal of consent forbids a contact, silence does not."""
        is_contact = task["channel"] in CUSTOMER_CHANNELS
        if is_contact and self._consent(task["channel"]) is False:
            return _NO_CONSENT
        open_id = self.state.open_tasks.get(task["task"], task["_id"])
        if open_id != task["_id"]:
            return Refusal("already_open", f"already open: {open_id}")
        return self.on_contact(bool(task["key_event"])) if is_contact else None

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

    def on_contact(self, is_key_event: bool = False) -> Refusal | None:
        """Why no contact may be made: the cap, counted over all rules in event time.

        The last of its contacts may be kept for key events, so that routine never takes their place.
        """
        if self.plan.contact_cap is None:
            return None
        allowed, days = self.plan.contact_cap
        made = self.state.contacts_in(days, self.decision.day)
        kept = 0 if is_key_event else self.plan.kept_for_key_events
        if made < allowed - kept:
            return None
        detail = f"{made} contacts in {days} days, allowed are {allowed}"
        return Refusal("contact_cap", f"{detail}, {kept} of them for key events" if kept else detail)

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
