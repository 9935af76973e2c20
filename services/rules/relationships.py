"""The document that the rules service keeps of a customer: the case, and its last snapshot as it came.

Pure; what changes a case is `shared.policy.evaluation.case`.
"""

from dataclasses import dataclass, field
from typing import Any

from shared.contracts.codecs import snapshot_from_data
from shared.policy.evaluation.case import Case
from shared.policy.evaluation.relationship import Relationship
from shared.store.port import Document


@dataclass(slots=True)
class KeptCase(Case):
    """A case with its last snapshot as it came, to be stored as it is."""

    sent: dict[str, Any] | None = None
    awaits: set[str] = field(default_factory=set)  # types of events that close tasks ordered so far


def load_case(key: str, document: Document | None) -> KeptCase:
    """Read a stored relationship, or begin a new one."""
    if document is None:
        return KeptCase(key)
    return KeptCase(
        key,
        Relationship.from_document(document["relationship"]),
        snapshot_from_data(document["snapshot"]),
        document["due_day"],
        document["snapshot"],
        set(document.get("awaits", ())),
    )


def dump_case(case: KeptCase) -> dict[str, Any]:
    """The fields that the rules service keeps of a customer."""
    return {
        "relationship": case.relationship.to_document(),
        "snapshot": case.sent,
        "awaits": sorted(case.awaits),
        "tier": case.relationship.tier,
        "open_alerts": len(case.relationship.alerts),
    }
