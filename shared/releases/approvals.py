"""What an approval signs: the release, what it would replace, and every report that was on the table.

Pure. A report made anew has another digest, so approvals given on the old one no longer count.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from shared.releases.records import Record, RecordKind
from shared.signatures import is_signed


@dataclass(frozen=True, slots=True)
class Grounds:
    """What people approve: a release on the strength of reports, by kind."""

    release: str
    base: str
    reports: Mapping[str, str]

    def content(self) -> bytes:
        """The bytes that are signed."""
        told = {"release": self.release, "base": self.base, "reports": dict(self.reports)}
        return json.dumps({"guanxi": "approval", **told}, sort_keys=True, separators=(",", ":")).encode()


def approval_data(grounds: Grounds, key: str, public: str, signature: str) -> dict[str, Any]:
    """The data of an approval's record."""
    return {
        "base": grounds.base,
        "reports": dict(grounds.reports),
        "key": key,
        "public_key": public,
        "signature": signature,
    }


def approvers(records: Sequence[Record], grounds: Grounds, public_keys: Mapping[str, str]) -> tuple[str, ...]:
    """Who validly approved *grounds*, by name and each once; *public_keys* are those of the API keys by id.

    An author's own approval and one that another key signed count for nothing.
    """
    authors = authors_of(records)
    found: dict[str, None] = {}
    for record in records:
        signs = record.kind is RecordKind.APPROVED and record.data["reports"] == dict(grounds.reports)
        if signs and _folded(record.by) not in authors and _is_genuine(record, grounds, public_keys):
            found.setdefault(record.by)
    return tuple(found)


def _is_genuine(record: Record, grounds: Grounds, public_keys: Mapping[str, str]) -> bool:
    public = public_keys.get(record.data["key"])
    return public is not None and is_signed(public, grounds.content(), record.data["signature"])


def authors_of(records: Sequence[Record]) -> frozenset[str]:
    """Everybody who proposed the release, folded for comparison."""
    return frozenset(_folded(record.by) for record in records if record.kind is RecordKind.PROPOSED)


def is_author(records: Sequence[Record], name: str) -> bool:
    """Whether *name* proposed the release."""
    return _folded(name) in authors_of(records)


def _folded(name: str) -> str:
    return name.strip().casefold()
