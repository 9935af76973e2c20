"""Which release is active, and any release by its digest, rebuilt once and kept.

Reads the store; never writes. Safe to use from several threads.
"""

from threading import Lock

from shared.errors import CorruptError, RetryLaterError
from shared.model.rules import Bundle
from shared.policy.release import bundle_from_canonical
from shared.releases.documents import ACTIVATION, Activation, activation_from, activation_id
from shared.store.port import Collection, Query


class NoReleaseError(RetryLaterError):
    """No release was ever activated; the rules service does so when it starts."""

    code = "no-release"


class ReleaseReader:
    """Releases as their readers see them."""

    def __init__(self, releases: Collection) -> None:
        self._releases = releases
        self._bundles: dict[str, Bundle] = {}
        self._lock = Lock()

    def active(self) -> Activation:
        """The latest activation; raises NoReleaseError before the first."""
        newest = Query(filter={"kind": ACTIVATION}, sort=(("number", -1),), limit=1)
        found = self._releases.find(newest).documents
        if not found:
            raise NoReleaseError("no rule release is active yet; is the rules service running?")
        return activation_from(found[0].document)

    def first(self) -> Activation:
        """The very first activation: it judges events older than any activation message."""
        found = self._releases.get_many([activation_id(1)])
        if not found:
            raise NoReleaseError("no rule release is active yet; is the rules service running?")
        return activation_from(found[activation_id(1)].document)

    def bundle(self, digest: str) -> Bundle:
        """The release with *digest*; raises CorruptError if it is not in the store or not what it claims."""
        with self._lock:
            if digest not in self._bundles:
                self._bundles[digest] = self._read(digest)
            return self._bundles[digest]

    def _read(self, digest: str) -> Bundle:
        found = self._releases.get_many([digest]).get(digest)
        if found is None:
            raise CorruptError(f"release {digest[:12]} is named but not in the store")
        bundle = bundle_from_canonical(found.document["canonical"].encode())
        if bundle.digest != digest:
            raise CorruptError(f"release {digest[:12]} has the content of {bundle.digest[:12]}")
        return bundle
