"""An installation whose days have closed, and what sends its digests.

Run as a program it is a process that looks until the digest is sent, and may be killed before:
``digesting.py STORE CRASH_AT``.
"""

import sys
from datetime import date, datetime, timezone
from pathlib import Path

from services.notification.digests import Digests
from services.notification.sealing import SecretBox
from services.notification.subscribers import Subscribers
from shared.asking.records import Records
from shared.clock import ManualClock
from shared.flow.crash_points import crash_points
from shared.policy.release import Sources, build, canonical, load_directory
from shared.releases.documents import Activation, activation_document, release_document
from shared.store.collections import CONTACT_PARTITIONS, DECISIONS, PARTITIONS, RELEASES, SUBSCRIPTIONS
from shared.store.open import open_store
from shared.store.port import CollectionSpec, Document, Query, Replacement, Store

RULES = Path(__file__).parents[3] / "rules"
WRITTEN = "digest: {to: manager, every: week on monday, channels: [inbox, email]}"
CLOCK = ManualClock(datetime(2010, 6, 7, 5, 0, tzinfo=timezone.utc))
TWO = 2


def establish(
    store: Store, digest: str = WRITTEN, number: int = 1, first_decision: str = "2010-01-02T10:00:00Z"
) -> None:
    """Make the shipped rules active, with that line in notifications.yaml; one has fired."""
    shipped = load_directory(RULES)
    text = shipped.files["notifications.yaml"]
    assert WRITTEN in text
    sources = Sources({**shipped.files, "notifications.yaml": text.replace(WRITTEN, digest)})
    bundle = build(sources).bundle
    assert bundle is not None
    now = "2010-01-01T00:00:00Z"
    releases = store.collection(RELEASES)
    releases.insert_absent([release_document(bundle.digest, canonical(sources), number, now)])
    releases.insert_absent([activation_document(Activation(number, bundle.digest, now, "test"))])
    fired = {"_id": "d1", "customer": "c1", "rule": "watch", "outcome": "fired", "as_of": first_decision}
    day = date.fromisoformat(first_decision[:10]).toordinal()
    store.collection(DECISIONS).insert_absent([{**fired, "mode": "live", "day": day, "facts": {}}])


def close(store: Store, day: int, *services: CollectionSpec) -> None:
    """Let *services* have closed *day* on every partition; without any: scoring and notification."""
    for spec in services or (PARTITIONS, CONTACT_PARTITIONS):
        memories = store.collection(spec)
        for name in map(str, range(TWO)):
            document = {"_id": name, "closed_day": day, "facts": {}}
            if memories.insert_absent([document]):
                found = memories.get_many([name])[name]
                memories.replace([Replacement(document, found.version)])


def subscribers(store: Store) -> Subscribers:
    return Subscribers(store.collection(SUBSCRIPTIONS), SecretBox(b"k" * 32), CLOCK)


def digests(store: Store, crash_at: str = "") -> Digests:
    reach = crash_points("notification", crash_at)
    return Digests(Records(store, TWO), subscribers(store), CLOCK, reach)


def everything(store: Store, spec: CollectionSpec) -> list[Document]:
    return [each.document for each in store.collection(spec).find(Query(limit=1_000)).documents]


if __name__ == "__main__":
    opened = open_store(sys.argv[1])
    looking = digests(opened, sys.argv[2])
    looking.look()
    looking.look()
    opened.close()
