"""What happened to a release on its way: proposals, evidence, approvals, plans, reviews. Only ever added to.

Pure. The place of a record among its release's records is part of its id, so that of two people who act on
the same state one finds out.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from shared.store.port import Document


class RecordKind(str, Enum):
    """What was done."""

    PROPOSED = "proposed"
    EVIDENCE = "evidence"
    APPROVED = "approved"
    REJECTED = "rejected"
    SCHEDULED = "scheduled"
    CANCELLED = "cancelled"
    REFUSED = "refused"  # a planned activation came due and was not allowed
    REVIEWED = "reviewed"  # an emergency activation was looked at afterwards


@dataclass(frozen=True, slots=True)
class Record:
    """One thing that one person, or the service, did. *number* counts from 1 for each release."""

    release: str
    number: int
    kind: RecordKind
    at: str
    by: str
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Sorts by release, then in the order in which things happened."""
        return f"{self.release}-{self.number:06d}"


def record_document(record: Record) -> Document:
    """The stored form."""
    return {
        "_id": record.id,
        "release": record.release,
        "number": record.number,
        "kind": record.kind.value,
        "at": record.at,
        "by": record.by,
        "data": dict(record.data),
    }


def record_from(document: Document) -> Record:
    """Read a stored record."""
    return Record(
        document["release"],
        document["number"],
        RecordKind(document["kind"]),
        document["at"],
        document["by"],
        document["data"],
    )


def latest(records: Iterable[Record], kind: RecordKind) -> Record | None:
    """The last record of *kind*, or None."""
    found = [record for record in records if record.kind is kind]
    return found[-1] if found else None
