"""Releases, their records and activations, as they stand in the store. Adds records; judges nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

from shared.model.governance import Governance
from shared.releases.documents import ACTIVATION, RELEASE, Activation, activation_from
from shared.releases.errors import UnknownReleaseError
from shared.releases.life import Situation
from shared.releases.reader import ReleaseReader
from shared.releases.records import Record, RecordKind, record_document, record_from
from shared.store.port import Collection, Document, Filter, Query, Sort

PAGE = 500
SHORTEST = 4
"""So many characters of a digest are enough to name it, if they are unique."""


@dataclass(frozen=True, slots=True)
class Library:
    """Reads the three collections that releases are told from."""

    releases: Collection
    kept_records: Collection
    api_keys: Collection
    reader: ReleaseReader

    def all(self) -> list[Document]:
        """Every stored release, in the order they came."""
        return list(_found(self.releases, {"kind": RELEASE}, (("number", 1),)))

    def activations(self) -> list[Activation]:
        """Every activation, the active one last."""
        found = _found(self.releases, {"kind": ACTIVATION}, (("number", 1),))
        return [activation_from(document) for document in found]

    def records(self, digest: str) -> list[Record]:
        """What happened to one release, in order."""
        found = _found(self.kept_records, {"release": digest}, (("number", 1),))
        return [record_from(document) for document in found]

    def planned(self) -> list[str]:
        """The releases that an activation was ever planned for."""
        found = _found(self.kept_records, {"kind": RecordKind.SCHEDULED.value}, (("at", 1),))
        return list(dict.fromkeys(document["release"] for document in found))

    def add(self, record: Record) -> bool:
        """Add a record; False if somebody else took its number."""
        return not self.kept_records.insert_absent([record_document(record)])

    def situation(self) -> Situation:
        """What every release's standing depends on now."""
        activations = self.activations()
        active = activations[-1].digest if activations else ""
        governance = self.reader.bundle(active).governance if active else Governance()
        keys = _found(self.api_keys, {}, ())
        return Situation(
            activations,
            governance,
            {key["_id"]: key["public_key"] for key in keys if key.get("public_key")},
        )

    def resolve(self, name: str) -> str:
        """The digest that *name* is, or is the beginning of; ``active`` is the active release."""
        if name == "active":
            return self.reader.active().digest
        digests = [release["_id"] for release in self.all()]
        found = [digest for digest in digests if digest == name or _begins(digest, name)]
        if len(found) != 1:
            many = "several releases begin" if found else "no release begins"
            raise UnknownReleaseError(f"{many} with {name!r}; `guanxi release list` names them")
        return str(found[0])


def _begins(digest: str, name: str) -> bool:
    return len(name) >= SHORTEST and digest.startswith(name)


def _found(collection: Collection, wanted: Filter, sort: Sort) -> Iterator[Document]:
    cursor: str | None = None
    while True:
        page = collection.find(Query(filter=wanted, sort=sort, limit=PAGE, cursor=cursor))
        for found in page.documents:
            yield found.document
        cursor = page.cursor
        if cursor is None:
            return
