"""Add, find, change and remove subscribers; the one place that writes the subscriptions collection.

Secrets are shown once, when they are made, and stored sealed.
"""

import re
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from services.notification.channels.guarded import networks_from
from services.notification.channels.signing import new_secret
from services.notification.sealing import SecretBox
from services.notification.subscriptions import (
    Kind,
    SealedSecret,
    Subscription,
    subscription_from_document,
    subscription_to_document,
)
from shared.clock import Clock, to_rfc3339
from shared.errors import RefusedError
from shared.store.port import Collection, Query, Replacement

OLD_SECRET_LIVES = timedelta(hours=24)
"""After a rotation both secrets sign for this long."""

_MOST = 1_000
_ADDRESS = re.compile(r"[^\s@,;:<>()\"]+@[^\s@,;:<>()\"]+")


class SubscriptionRefusedError(RefusedError):
    """What was asked for cannot be a subscription."""

    code = "subscription-refused"


class UnknownSubscriptionError(RefusedError):
    """There is no such subscription."""

    code = "unknown-subscription"


@dataclass(frozen=True, slots=True)
class Subscribers:
    """The subscribers of an installation."""

    collection: Collection
    box: SecretBox
    clock: Clock

    def all(self) -> list[Subscription]:
        """Every subscriber but removed ones, oldest first."""
        found = self.collection.find(Query(limit=_MOST)).documents
        kept = (subscription_from_document(item.document) for item in found)
        return sorted((s for s in kept if s.status != "removed"), key=lambda s: (s.created_at, s.id))

    def active(self) -> list[Subscription]:
        """Those that are sent to."""
        return [subscription for subscription in self.all() if subscription.status == "active"]

    def get(self, identity: str) -> Subscription:
        """The subscription with *identity*; raises UnknownSubscriptionError."""
        found = self.collection.get_many([identity]).get(identity)
        if found is None:
            raise UnknownSubscriptionError(
                f"there is no subscription {identity!r}; `guanxi subscriptions list` names them all"
            )
        return subscription_from_document(found.document)

    def add_webhook(
        self, url: str, routes: Sequence[str] = (), allow_networks: Sequence[str] = ()
    ) -> tuple[Subscription, str]:
        """Add a webhook; return it and its signing secret, which is never shown again."""
        _check_url(url, allow_networks)
        secret = new_secret()
        draft = self._draft("webhook", url, routes)
        sealed = SealedSecret(self.box.seal(secret, draft.id))
        return self._insert(replace(draft, secrets=(sealed,), allow_networks=tuple(allow_networks))), secret

    def add_file(self, path: str, routes: Sequence[str] = ()) -> Subscription:
        """Add a file of JSON lines."""
        target = Path(path).expanduser().absolute()
        if target.is_dir() or not target.parent.is_dir():
            raise SubscriptionRefusedError(
                f"{target}: expected a file in an existing directory", pointer="/target"
            )
        return self._insert(self._draft("file", str(target), routes))

    def add_email(self, address: str, routes: Sequence[str] = (), language: str = "en") -> Subscription:
        """Add a person's address."""
        if not _ADDRESS.fullmatch(address):
            hint = "expected an address such as manager@example.org"
            raise SubscriptionRefusedError(hint, pointer="/target")
        return self._insert(replace(self._draft("email", address, routes), language=language))

    def rotate(self, identity: str) -> str:
        """Give a webhook a new secret and return it; the old one goes on signing for a day."""
        secret = new_secret()

        def rotated(subscription: Subscription) -> Subscription:
            if subscription.kind != "webhook":
                raise SubscriptionRefusedError(f"{identity} is no webhook and has no signing secret")
            now = self.clock.now()
            until = to_rfc3339(now + OLD_SECRET_LIVES)
            current = (s for s in subscription.secrets if s.until is None)
            old = tuple(replace(s, until=until) for s in current)
            return replace(subscription, secrets=(SealedSecret(self.box.seal(secret, identity)), *old))

        self.change(identity, rotated)
        return secret

    def remove(self, identity: str) -> Subscription:
        """Remove a subscriber for good; its secrets are forgotten."""
        return self.change(identity, lambda found: replace(found, status="removed", secrets=()))

    def enable(self, identity: str) -> Subscription:
        """Send to a disabled subscriber again; what waited for it is sent now."""
        return self.change(identity, Subscription.enabled)

    def change(self, identity: str, changed: Callable[[Subscription], Subscription]) -> Subscription:
        """Compare-and-set a subscription until it holds; return what is stored then."""
        while True:
            self.get(identity)
            found = self.collection.get_many([identity])[identity]
            before = subscription_from_document(found.document)
            after = changed(before)
            if after == before:
                return after
            if not self.collection.replace([Replacement(subscription_to_document(after), found.version)]):
                return after

    def _draft(self, kind: Kind, target: str, routes: Sequence[str]) -> Subscription:
        return Subscription(
            id=f"sub_{secrets.token_hex(8)}",
            kind=kind,
            target=target,
            created_at=to_rfc3339(self.clock.now().replace(microsecond=0)),
            routes=tuple(routes),
        )

    def _insert(self, subscription: Subscription) -> Subscription:
        if any(s.kind == subscription.kind and s.target == subscription.target for s in self.all()):
            raise SubscriptionRefusedError(
                f"{subscription.target} is subscribed already; remove that one first", pointer="/target"
            )
        self.collection.insert_absent([subscription_to_document(subscription)])
        return subscription


def _check_url(url: str, allow_networks: Sequence[str]) -> None:
    try:
        parts = urlsplit(url)
        networks_from(allow_networks)
        usable = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1)
    except ValueError as error:
        raise SubscriptionRefusedError(str(error), pointer="/target") from error
    if not usable or parts.username or parts.password or parts.fragment:
        raise SubscriptionRefusedError(
            "expected a URL such as https://example.org/hook, without user, password or fragment",
            pointer="/target",
        )
    if parts.scheme == "http" and not allow_networks:
        raise SubscriptionRefusedError(
            "plain http would show customers' data on the way; use https, or name the receiver's own network "
            "with --allow-network",
            pointer="/target",
        )
