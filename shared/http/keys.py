"""API keys as they travel and as they are kept, and a quick check of who is calling.

A key is ``gx_<id>_<secret>``; only a hash of the secret, keyed with the installation's secret, is
stored. Reading only: ingest alone issues and revokes keys.
"""

import base64
import hmac
import secrets
from dataclasses import dataclass
from enum import Enum
from typing import Any

from shared.clock import Clock, from_rfc3339
from shared.store.port import Collection

PREFIX = "gx"
CACHE_S = 5.0
"""How long a looked-up key is trusted: a revoked key stops working within this time."""

_CACHED_AT_MOST = 10_000


class Scope(str, Enum):
    """What a key may do. No scope includes another."""

    EVENTS_WRITE = "events:write"
    CLOCK = "clock"
    READ = "read"
    PERSONAL = "personal"
    TASKS_WRITE = "tasks:write"
    EDITOR = "editor"
    APPROVER = "approver"
    ADMIN = "admin"


PURPOSES = {
    Scope.EVENTS_WRITE: "publish events",
    Scope.CLOCK: "close days, where events set the clock",
    Scope.READ: "look at decisions, customers, tasks and reports, personal fields hidden",
    Scope.PERSONAL: "with read: see personal fields, each reading logged",
    Scope.TASKS_WRITE: "work care tasks",
    Scope.EDITOR: "propose and stop rules",
    Scope.APPROVER: "approve rules",
    Scope.ADMIN: "subscribers, dead letters, backtests, stopping rules",
}
"""What each scope is for, in words."""


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is calling."""

    key_id: str
    name: str
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Known:
    digest: bytes
    principal: Principal | None  # None: there is no such key, or it is revoked
    expires: float | None  # seconds since the epoch
    until: float  # of the monotonic clock


def new_key() -> tuple[str, str]:
    """Return a new key's id and secret."""
    identity = base64.b32encode(secrets.token_bytes(10)).decode().lower()
    return identity, secrets.token_urlsafe(32)


def written(identity: str, secret: str) -> str:
    """The key as its holder keeps it."""
    return f"{PREFIX}_{identity}_{secret}"


def secret_of(token: str) -> str:
    """The secret half of a key as its holder keeps it."""
    return token.split("_", 2)[-1]


def digest_of(identity: str, secret: str, installation_secret: bytes) -> bytes:
    """The keyed hash that is stored. A fast hash is right for a random secret of 256 bits."""
    return hmac.digest(installation_secret, f"{identity}.{secret}".encode(), "sha256")


class KeyRing:
    """Checks keys against the store, remembering them for some seconds. Safe in several threads."""

    def __init__(
        self, keys: Collection, installation_secret: bytes, clock: Clock, cache_s: float = CACHE_S
    ) -> None:
        self._keys = keys
        self._secret = installation_secret
        self._clock = clock
        self._cache_s = cache_s
        self._known: dict[str, _Known] = {}
        self._used: set[str] = set()

    def authenticate(self, token: str) -> Principal | None:
        """Return who holds *token*, or None; raises StoreUnavailableError when it cannot be known."""
        prefix, _, rest = token.partition("_")
        identity, _, secret = rest.partition("_")
        if prefix != PREFIX or not (identity and secret and token.isascii()):
            return None
        known = self._lookup(identity)
        matches = hmac.compare_digest(known.digest, digest_of(identity, secret, self._secret))
        if not matches or known.principal is None:
            return None
        if known.expires is not None and known.expires <= self._clock.now().timestamp():
            return None
        self._used.add(identity)
        return known.principal

    def take_used(self) -> set[str]:
        """Return the ids of keys used since the last call."""
        used, self._used = self._used, set()
        return used

    def _lookup(self, identity: str) -> _Known:
        now = self._clock.monotonic()
        known = self._known.get(identity)
        if known is None or known.until <= now:
            found = self._keys.get_many([identity]).get(identity)
            known = _known(found.document if found else {}, now + self._cache_s)
            if len(self._known) >= _CACHED_AT_MOST:
                self._known.clear()
            self._known[identity] = known
        return known


def _known(document: dict[str, Any], until: float) -> _Known:
    if document.get("status") != "active":
        return _Known(b"", None, None, until)
    principal = Principal(document["_id"], document["name"], frozenset(document["scopes"]))
    expires_at = document.get("expires_at")
    expires = from_rfc3339(expires_at).timestamp() if expires_at else None
    return _Known(bytes.fromhex(document["hash"]), principal, expires, until)
