"""Who wants notifications pushed: a webhook's URL, a file's path, an address; with what was agreed.

Pure. Secrets are held sealed; only a channel about to sign opens them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from shared.store.port import Document

Kind = Literal["webhook", "file", "email"]
Status = Literal["active", "disabled", "removed"]


@dataclass(frozen=True, slots=True)
class SealedSecret:
    """A signing secret as it is stored; *until* is when an old one ends after a rotation."""

    sealed: str
    until: str | None = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """A subscriber. *routes* empty: everything sent through its kind of channel.

    *allow_networks* are the non-public networks this webhook may reach; only administrators set them.
    *language* is the one that a person at an address reads.
    """

    id: str
    kind: Kind
    target: str
    created_at: str
    status: Status = "active"
    routes: tuple[str, ...] = ()
    secrets: tuple[SealedSecret, ...] = ()
    allow_networks: tuple[str, ...] = ()
    failing_since: str | None = None
    disabled_because: str | None = None
    language: str = "en"

    def wants(self, route: str) -> bool:
        """Whether notifications of *route* are for this subscriber."""
        return not self.routes or route in self.routes

    def disabled(self, because: str) -> "Subscription":
        """The same subscriber, not sent to until it is enabled again."""
        return replace(self, status="disabled", disabled_because=because)

    def enabled(self) -> "Subscription":
        """The same subscriber, sent to again."""
        return replace(self, status="active", disabled_because=None, failing_since=None)


def subscription_to_document(subscription: Subscription) -> Document:
    """The stored form."""
    return {
        "_id": subscription.id,
        **{name: getattr(subscription, name) for name in _PLAIN},
        "routes": list(subscription.routes),
        "secrets": [{"sealed": secret.sealed, "until": secret.until} for secret in subscription.secrets],
        "allow_networks": list(subscription.allow_networks),
        "language": subscription.language,
    }


def subscription_from_document(document: Mapping[str, Any]) -> Subscription:
    """Read a stored subscription."""
    return Subscription(
        id=document["_id"],
        **{name: document[name] for name in _PLAIN},
        routes=tuple(document["routes"]),
        secrets=tuple(SealedSecret(**secret) for secret in document["secrets"]),
        allow_networks=tuple(document["allow_networks"]),
        language=document.get("language", "en"),  # subscribers of former versions have none
    )


_PLAIN = ("kind", "target", "created_at", "status", "failing_since", "disabled_because")
