"""Issuing, rotating and revoking API keys, and noting when they were last used.

Only this module writes the keys' collection; checking a key is `shared.http.keys`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from threading import Event

from shared.clock import Clock, to_rfc3339
from shared.errors import RefusedError, RetryLaterError
from shared.http.keys import KeyRing, Scope, digest_of, new_key, written
from shared.signatures import public_key
from shared.store.port import Collection, Document, Query, Replacement, Versioned
from shared.telemetry.logs import logger

NOTE_USE_EVERY_S = 60.0
_TRIES = 5


class UnknownKeyError(RefusedError):
    """There is no key with this id."""

    code = "unknown-key"


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """A new key. *token* is shown once and kept nowhere."""

    id: str
    token: str
    document: Document


class ApiKeys:
    """The keys of an installation."""

    def __init__(self, collection: Collection, installation_secret: bytes, clock: Clock) -> None:
        self._keys = collection
        self._secret = installation_secret
        self._clock = clock

    def create(
        self, name: str, scopes: Iterable[Scope], *, expires_in: timedelta | None = None, replaces: str = ""
    ) -> IssuedKey:
        """Issue a key; an empty list of scopes makes a key that opens nothing, so it is refused."""
        granted = sorted({scope.value for scope in scopes})
        if not granted:
            raise RefusedError("a key needs at least one scope", pointer="/scopes")
        identity, secret = new_key()
        now = self._clock.now()
        document: Document = {
            "_id": identity,
            "name": name,
            "scopes": granted,
            "hash": digest_of(identity, secret, self._secret).hex(),
            "public_key": public_key(identity, secret),
            "status": "active",
            "created_at": to_rfc3339(now.replace(microsecond=0)),
            "expires_at": to_rfc3339((now + expires_in).replace(microsecond=0)) if expires_in else None,
            "revoked_at": None,
            "last_used": None,
            "replaces": replaces or None,
        }
        self._keys.insert_absent([document])
        return IssuedKey(identity, written(identity, secret), document)

    def rotate(self, identity: str, *, overlap: timedelta) -> IssuedKey:
        """Issue a key like *identity*, which goes on working for *overlap*."""
        former = self._find(identity).document
        scopes = [Scope(scope) for scope in former["scopes"]]
        issued = self.create(former["name"], scopes, replaces=identity)
        ends = self._clock.now() + overlap

        def expire(document: Document) -> Document:
            return {**document, "expires_at": to_rfc3339(ends.replace(microsecond=0))}

        self._change(identity, expire)
        return issued

    def revoke(self, identity: str) -> Document:
        """End a key for good; it stops working within seconds."""
        now = to_rfc3339(self._clock.now().replace(microsecond=0))

        def end(document: Document) -> Document:
            ended = document["revoked_at"] or now
            return {**document, "status": "revoked", "revoked_at": ended}

        return self._change(identity, end)

    def all(self) -> Sequence[Document]:
        """Every key without its hash, by id."""
        documents: list[Document] = []
        cursor: str | None = None
        while True:
            page = self._keys.find(Query(sort=(("_id", 1),), limit=500, cursor=cursor))
            documents += [without_hash(found.document) for found in page.documents]
            cursor = page.cursor
            if cursor is None:
                return documents

    def note_use(self, identities: Iterable[str]) -> None:
        """Remember that keys were used, to the hour."""
        hour = to_rfc3339(self._clock.now().replace(minute=0, second=0, microsecond=0))
        found = self._keys.get_many(identities)
        self._keys.replace(
            [
                Replacement({**one.document, "last_used": hour}, one.version)
                for one in found.values()
                if one.document.get("last_used") != hour
            ]
        )

    def _find(self, identity: str) -> Versioned:
        found = self._keys.get_many([identity]).get(identity)
        if found is None:
            raise UnknownKeyError(f'there is no key "{identity}"; `guanxi keys list` names them')
        return found

    def _change(self, identity: str, change: Callable[[Document], Document]) -> Document:
        for _ in range(_TRIES):
            found = self._find(identity)
            changed = change(found.document)
            if not self._keys.replace([Replacement(changed, found.version)]):
                return without_hash(changed)
        raise RetryLaterError(f"the key {identity} is being changed by others")


def without_hash(document: Document) -> Document:
    """What people care to see of a key: neither its hash nor what its signatures are checked with."""
    return {name: value for name, value in document.items() if name not in ("hash", "public_key")}


def note_use_regularly(keys: ApiKeys, ring: KeyRing, stop: Event) -> None:
    """Write down which keys were used, once a minute and at the end."""
    while True:
        stopping = stop.wait(NOTE_USE_EVERY_S)
        try:
            if used := ring.take_used():
                keys.note_use(used)
        except RetryLaterError as error:
            logger().warning("use of keys not noted", code=error.code, detail=str(error))
        if stopping:
            return
