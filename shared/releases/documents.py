"""The shapes of release documents: the release itself and each of its activations.

Both are immutable and inserted once; the activation with the highest number is the active one.
"""

from dataclasses import dataclass
from typing import Any

from shared.store.port import Document

RELEASE = "release"
ACTIVATION = "activation"

AUTOMATIC, APPROVED, EMERGENCY = "automatic", "approved", "emergency"
ROLLBACK, EXPIRED = "rollback", "expired"
"""How a release became active."""


@dataclass(frozen=True, slots=True)
class Activation:
    """Release *digest* became active; *number* counts activations from 1.

    *schedule* is the id of the plan that it carries out; an emergency falls back at *expires_at*.
    """

    number: int
    digest: str
    activated_at: str
    reason: str
    by: str = ""
    kind: str = AUTOMATIC
    schedule: str = ""
    expires_at: str = ""


def release_document(digest: str, canonical: bytes, number: int, created_at: str) -> Document:
    """The stored form of a release: its canonical JSON is enough to rebuild the bundle."""
    return {
        "_id": digest,
        "kind": RELEASE,
        "number": number,
        "canonical": canonical.decode(),
        "created_at": created_at,
    }


def activation_document(activation: Activation) -> Document:
    """The stored form of an activation; its id makes each number unique."""
    return {
        "_id": activation_id(activation.number),
        "kind": ACTIVATION,
        "number": activation.number,
        "digest": activation.digest,
        "activated_at": activation.activated_at,
        "reason": activation.reason,
        "by": activation.by,
        "activated_as": activation.kind,
        "schedule": activation.schedule,
        "expires_at": activation.expires_at,
    }


def activation_id(number: int) -> str:
    """The id of activation *number*, sortable as text."""
    return f"activation-{number:08d}"


def activation_from(document: Document) -> Activation:
    """Read a stored activation."""
    return Activation(
        document["number"],
        document["digest"],
        document["activated_at"],
        document["reason"],
        document.get("by", ""),
        document.get("activated_as", AUTOMATIC),
        document.get("schedule", ""),
        document.get("expires_at", ""),
    )


def activation_told(done: Activation) -> dict[str, Any]:
    """An activation as JSON."""
    return {
        "number": done.number,
        "release": done.digest,
        "activated_at": done.activated_at,
        "reason": done.reason,
        "by": done.by,
        "kind": done.kind,
        "expires_at": done.expires_at or None,
    }
