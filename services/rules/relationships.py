"""A customer under judgement, and the document it is kept in.

Pure. Episodes, tier and derived facts belong to `shared.policy.evaluation`; here is what the service
adds: the last snapshot, so that the customer can be judged on a later day without another one.
"""

from dataclasses import dataclass
from typing import Any

from shared.contracts.codecs import snapshot_from_data
from shared.contracts.snapshot import Snapshot
from shared.policy.evaluation.relationship import Relationship
from shared.store.port import Document


@dataclass(slots=True)
class Case:
    """One customer's relationship, its last snapshot, and when it is to be judged again by itself."""

    key: str
    relationship: Relationship
    snapshot: Snapshot | None = None
    due_day: int | None = None
    sent: dict[str, Any] | None = None  # the snapshot as it came, to be stored as it is


def load_case(key: str, document: Document | None) -> Case:
    """Read a stored relationship, or begin a new one."""
    if document is None:
        return Case(key, Relationship())
    return Case(
        key,
        Relationship.from_document(document["relationship"]),
        snapshot_from_data(document["snapshot"]),
        document["due_day"],
        document["snapshot"],
    )


def dump_case(case: Case) -> dict[str, Any]:
    """The fields that the rules service keeps of a customer."""
    return {
        "relationship": case.relationship.to_document(),
        "snapshot": case.sent,
        "tier": case.relationship.tier,
        "open_alerts": len(case.relationship.alerts),
    }
