"""Where a release stands on its way, and what it still needs: worked out from its records, never stored.

Pure. draft → checked → tested → backtested → approved → (scheduled) → active → superseded. Evidence belongs
to one digest; what compares with the active release is void once another one is active.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from shared.model.governance import EvidenceKind, Governance
from shared.releases.approvals import Grounds, approvers
from shared.releases.documents import Activation
from shared.releases.records import Record, RecordKind, latest


class Stage(str, Enum):
    """How far a release has come."""

    DRAFT = "draft"
    CHECKED = "checked"
    TESTED = "tested"
    BACKTESTED = "backtested"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    ACTIVE = "active"
    SUPERSEDED = "superseded"
    REJECTED = "rejected"


_REACHED = {
    EvidenceKind.CHECK: Stage.CHECKED,
    EvidenceKind.TEST: Stage.TESTED,
    EvidenceKind.BACKTEST: Stage.BACKTESTED,
}
COMPARES = frozenset({EvidenceKind.BACKTEST, EvidenceKind.DRY_RUN})
"""Evidence that compares with the active release."""


@dataclass(frozen=True, slots=True)
class Situation:
    """All that a release's standing depends on beside its own records."""

    activations: Sequence[Activation]
    governance: Governance  # of the active release
    public_keys: Mapping[str, str] = field(default_factory=dict)

    @property
    def base(self) -> str:
        """The digest of the active release, or nothing."""
        return self.activations[-1].digest if self.activations else ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a release stands. *missing* names the steps before it may become active, in order."""

    release: str
    stage: Stage
    missing: tuple[str, ...]
    evidence: Mapping[str, Record]
    approved_by: tuple[str, ...]
    approvals_needed: int
    impact_percent: float
    scheduled: Record | None
    version: int

    @property
    def may_activate(self) -> bool:
        """Whether evidence and approvals are complete."""
        return not self.missing


def standing(release: str, records: Sequence[Record], situation: Situation) -> Standing:
    """Where *release* stands by its *records*, in order."""
    evidence = {kind.value: found for kind, found in _evidence(records, situation.base)}
    impact = max((float(found.data["impact_percent"]) for found in evidence.values()), default=0.0)
    signed = approvers(records, grounds(release, records, situation), situation.public_keys)
    needed = situation.governance.approvals_for(impact)
    missing = [kind.value for kind in situation.governance.required if not _passed(evidence.get(kind.value))]
    missing += [EvidenceKind.DRY_RUN.value] if not _passed(evidence.get(EvidenceKind.DRY_RUN.value)) else []
    missing += ["approval"] * max(0, needed - len(signed))
    if _is_rejected(records):
        missing.append("proposal")
    planned = _planned(records, situation.activations)
    return Standing(
        release,
        _stage(release, records, situation, missing, planned),
        tuple(missing),
        evidence,
        signed,
        needed,
        impact,
        planned,
        len(records),
    )


def grounds(release: str, records: Sequence[Record], situation: Situation) -> Grounds:
    """What an approval given now would sign."""
    reports = {kind.value: str(found.data["digest"]) for kind, found in _evidence(records, situation.base)}
    return Grounds(release, situation.base, reports)


def _evidence(records: Sequence[Record], base: str) -> Iterator[tuple[EvidenceKind, Record]]:
    """The latest report of each kind that still holds."""
    for kind in EvidenceKind:
        found = [r for r in records if r.kind is RecordKind.EVIDENCE and r.data["kind"] == kind.value]
        if found and (kind not in COMPARES or found[-1].data["base"] == base):
            yield kind, found[-1]


def _passed(record: Record | None) -> bool:
    return record is not None and record.data["passed"] is True


def _is_rejected(records: Sequence[Record]) -> bool:
    """A rejection stands until the release is proposed again."""
    rejected, proposed = latest(records, RecordKind.REJECTED), latest(records, RecordKind.PROPOSED)
    return rejected is not None and (proposed is None or proposed.number < rejected.number)


def _planned(records: Sequence[Record], activations: Sequence[Activation]) -> Record | None:
    """The plan that still waits: neither done, cancelled nor refused."""
    plan = latest(records, RecordKind.SCHEDULED)
    if plan is None or any(activation.schedule == plan.id for activation in activations):
        return None
    ended = (RecordKind.CANCELLED, RecordKind.REFUSED, RecordKind.REJECTED)
    return None if any(r.kind in ended and r.number > plan.number for r in records) else plan


def _stage(
    release: str,
    records: Sequence[Record],
    situation: Situation,
    missing: Sequence[str],
    planned: Record | None,
) -> Stage:
    if release == situation.base:
        return Stage.ACTIVE
    if _is_rejected(records):
        return Stage.REJECTED
    if planned and not missing:
        return Stage.SCHEDULED
    if any(activation.digest == release for activation in situation.activations):
        return Stage.SUPERSEDED
    if not missing:
        return Stage.APPROVED
    stage = Stage.DRAFT
    for kind in situation.governance.required:
        if kind.value in missing:
            break
        stage = _REACHED[kind]
    return stage


def told(found: Standing) -> dict[str, Any]:
    """A standing as JSON."""
    return {
        "release": found.release,
        "stage": found.stage.value,
        "missing": list(found.missing),
        "evidence": {
            kind: {**record.data, "at": record.at, "by": record.by} for kind, record in found.evidence.items()
        },
        "approved_by": list(found.approved_by),
        "approvals_needed": found.approvals_needed,
        "impact_percent": found.impact_percent,
        "scheduled": {"at": found.scheduled.data["at"], "by": found.scheduled.by}
        if found.scheduled
        else None,
        "version": found.version,
    }
