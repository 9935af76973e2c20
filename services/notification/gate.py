"""Asked once more when a message to a customer is about to leave: does consent hold, is it a quiet hour?

Reads the store. Consent may be withdrawn while a message waits; planning cannot know that.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.notification.consent import consents
from services.notification.quiet_hours import end_of_quiet
from shared.model.rules import Bundle
from shared.releases.documents import Activation
from shared.store.port import Collection, Document


class Releases(Protocol):
    """Which rules hold now."""

    def active(self) -> Activation:
        """The latest activation."""

    def bundle(self, digest: str) -> Bundle:
        """The release with *digest*."""


@dataclass(frozen=True, slots=True)
class Gate:
    """*live*: the installation runs on the wall clock, so the present hour counts.

    On the events' clock the hour of the decision was judged when it was planned.
    """

    customers: Collection
    releases: Releases
    live: bool

    def refusal(self, delivery: Document) -> str | None:
        """Why *delivery* must never be sent, or None."""
        if not delivery["to_customer"]:
            return None
        fact = self._active().notifications.consent_fact
        found = self.customers.get_many([delivery["customer"]]).get(delivery["customer"])
        if fact is None or found is None:
            return None
        agreed = consents(found.document["facts"].get(fact), (delivery["channel"],))
        return "no_consent: withdrawn while it waited" if agreed is False else None

    def quiet_until(self, delivery: Document, now: datetime) -> datetime | None:
        """Until when *delivery* must wait, or None."""
        if not (self.live and delivery["to_customer"]):
            return None
        bundle = self._active()
        return end_of_quiet(now, bundle.notifications.quiet_hours, bundle.catalogue.timezone)

    def _active(self) -> Bundle:
        return self.releases.bundle(self.releases.active().digest)
