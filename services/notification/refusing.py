"""Why something that was ordered is not done: a stable reason for machines, words for people.

Pure. Who refuses is `limits` and `cap`.
"""

from dataclasses import dataclass

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
    """Why something was not done. *ahead*: the rules whose contacts were made instead."""

    reason: str  # one of REASONS
    detail: str
    ahead: tuple[str, ...] = ()
