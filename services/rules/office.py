"""The use cases of a release's life, the same for the command line, HTTP and the running service.

Who acts is known by an API key (`Person`) or is the operator of the machine. Errors carry one code and one
sentence for every surface. Where a release stands is worked out by `shared.releases.life`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from services.rules.evidence import Evidence, EvidenceMaker
from services.rules.releases import Releases
from shared.clock import Clock, from_rfc3339, to_rfc3339
from shared.model.governance import EvidenceKind
from shared.policy.release import Sources, build
from shared.releases import documents
from shared.releases.approvals import approval_data, is_author
from shared.releases.documents import Activation
from shared.releases.errors import (
    AuthorError,
    ChangedMeanwhileError,
    IncompleteError,
    InvalidReleaseError,
    NothingToRollBackError,
    UnknownReleaseError,
)
from shared.releases.library import Library
from shared.releases.life import Stage, Standing, grounds, standing, told
from shared.releases.people import Person
from shared.releases.records import Record, RecordKind

ANY_VERSION = -1
"""Act on whatever state the release is in."""


@dataclass(frozen=True, slots=True)
class ReleaseOffice:
    """Takes proposals, gathers evidence and approvals, and activates what is complete."""

    releases: Releases
    library: Library
    clock: Clock
    makers: Mapping[EvidenceKind, EvidenceMaker] = field(default_factory=dict)

    def propose(self, sources: Sources, by: Person, note: str = "") -> Standing:
        """Store the files as a release and open its way. Proposing the same again adds an author."""
        result = build(sources)
        if result.bundle is None:
            raise InvalidReleaseError(result.problems)
        digest = self.releases.store(result.bundle, sources)
        if (
            not is_author(self.library.records(digest), by.name)
            or self.standing(digest).stage is Stage.REJECTED
        ):
            self._add(digest, RecordKind.PROPOSED, by, {"note": note})
        return self.standing(digest)

    def standing(self, name: str) -> Standing:
        """Where the release named by *name*, a digest or its beginning, stands."""
        digest = self.library.resolve(name)
        return standing(digest, self.library.records(digest), self.library.situation())

    def rows(self) -> list[dict[str, Any]]:
        """Every release with its standing, as JSON."""
        situation = self.library.situation()
        return [
            {
                **told(standing(each["_id"], self.library.records(each["_id"]), situation)),
                "created_at": each["created_at"],
            }
            for each in self.library.all()
        ]

    def gather(self, name: str, by: Person, kinds: Sequence[EvidenceKind] = ()) -> Standing:
        """Make the evidence that can be made here, *kinds* or else what the gate asks for, in order."""
        digest = self.library.resolve(name)
        wanted = kinds or (*self.library.situation().governance.required, EvidenceKind.DRY_RUN)
        for kind in EvidenceKind:
            if kind in self.makers and kind in wanted:
                made = self.makers[kind].make(digest, self.library.situation().base)
                self.attach(digest, made, by)
        return self.standing(digest)

    def attach(self, name: str, evidence: Evidence, by: Person) -> Standing:
        """Add a report to the release, made here or brought."""
        digest = self.library.resolve(name)
        self._add(digest, RecordKind.EVIDENCE, by, evidence.data())
        return self.standing(digest)

    def approve(self, name: str, by: Person, note: str = "", expected: int = ANY_VERSION) -> Standing:
        """Sign the release and every report on the table. Authors cannot; nor can anyone without a key."""
        digest = self.library.resolve(name)
        records, situation = self.library.records(digest), self.library.situation()
        by.must_be_approver()
        if is_author(records, by.name):
            raise AuthorError(f"{by.name} proposed this release, so others have to approve it")
        found = standing(digest, records, situation)
        if missing := [step for step in found.missing if step != "approval"]:
            raise IncompleteError(digest, missing)
        signed = grounds(digest, records, situation)
        data = approval_data(signed, by.key_id, by.public_key, by.sign(signed.content()))
        self._add(digest, RecordKind.APPROVED, by, {**data, "note": note}, expected)
        return self.standing(digest)

    def reject(self, name: str, by: Person, reason: str, expected: int = ANY_VERSION) -> Standing:
        """Close the way of a release until it is proposed again."""
        digest = self.library.resolve(name)
        self._add(digest, RecordKind.REJECTED, by, {"reason": reason}, expected)
        return self.standing(digest)

    def schedule(self, name: str, by: Person, at: datetime, expected: int = ANY_VERSION) -> Standing:
        """Plan the activation; the running service carries it out once, looking at everything again."""
        found = self._complete(name)
        self._add(found.release, RecordKind.SCHEDULED, by, {"at": to_rfc3339(at)}, expected)
        return self.standing(found.release)

    def cancel(self, name: str, by: Person, reason: str, expected: int = ANY_VERSION) -> Standing:
        """Give up a plan."""
        digest = self.library.resolve(name)
        self._add(digest, RecordKind.CANCELLED, by, {"reason": reason}, expected)
        return self.standing(digest)

    def refuse(self, name: str, by: Person, reason: str) -> None:
        """Note that a plan came due and was not allowed."""
        self._add(self.library.resolve(name), RecordKind.REFUSED, by, {"reason": reason})

    def activate(
        self, name: str, by: Person, reason: str = "", *, schedule: str = "", kind: str = documents.APPROVED
    ) -> Activation:
        """Make a complete release the active one, after a dry run over the customers of this moment."""
        digest = self.library.resolve(name)
        self._dry_run(digest, by)
        found = self._complete(digest)
        return self.releases.activate(
            found.release, reason or "approved", by=by.name, kind=kind, schedule=schedule
        )

    def activate_in_emergency(
        self, name: str, by: Person, reason: str, expires: datetime, *, despite_dry_run: bool = False
    ) -> Activation:
        """Activate without tests and approvals: it falls back by itself at *expires*, and is reviewed."""
        digest = self.library.resolve(name)
        by.must_be_trusted()
        found = self._dry_run(digest, by)
        steps = (EvidenceKind.CHECK.value, EvidenceKind.DRY_RUN.value)
        missing = [step for step in found.missing if step in (steps[:1] if despite_dry_run else steps)]
        if missing:
            raise IncompleteError(digest, missing, _why(found))
        return self.releases.activate(
            digest, reason, by=by.name, kind=documents.EMERGENCY, expires_at=to_rfc3339(expires)
        )

    def rollback(
        self, by: Person, reason: str, to: str = "", *, kind: str = documents.ROLLBACK
    ) -> Activation:
        """Activate an earlier release again, by default the one before; nothing is asked, so it is quick."""
        activations = self.library.activations()
        active = activations[-1].digest if activations else ""
        earlier = [each for each in activations if each.digest != active]
        if to:
            digest = self.library.resolve(to)
            earlier = [each for each in earlier if each.digest == digest]
        if not earlier:
            raise NothingToRollBackError(
                "no other release was ever active" if not to else f"{to} was never active"
            )
        return self.releases.activate(earlier[-1].digest, reason, by=by.name, kind=kind)

    def ended_by_people(self, digest: str) -> str:
        """How people ended *digest*, still that of the files: rolled back, replaced by hand, or neither."""
        found = self.library.activations()
        ended = [
            after for before, after in pairwise(found) if before.digest == digest and after.digest != digest
        ]
        if ended and ended[-1].kind in (documents.ROLLBACK, documents.EXPIRED):
            return "rolled back"
        by_files = [each.digest for each in found if each.kind == documents.AUTOMATIC]
        unedited = by_files[-1:] == [digest] and found[-1].digest != digest
        return "replaced by hand" if unedited else ""

    def expect(self, name: str, version: int) -> None:
        """Refuse whoever has seen another state of the release than it is in."""
        found = self.standing(name)
        if version not in (ANY_VERSION, found.version):
            raise ChangedMeanwhileError(
                f"release {found.release[:12]} is at version {found.version}, not {version}"
            )

    def review(self, number: int, by: Person, note: str) -> None:
        """Close the review of an emergency activation; the one who ordered it cannot."""
        found = next((each for each in self.library.activations() if each.number == number), None)
        if found is None or found.kind != documents.EMERGENCY:
            raise UnknownReleaseError(f"activation {number} was no emergency")
        if found.by == by.name:
            raise AuthorError(f"{by.name} ordered activation {number}, so somebody else has to review it")
        self._add(found.digest, RecordKind.REVIEWED, by, {"activation": number, "note": note})

    def open_reviews(self) -> list[Activation]:
        """Emergency activations that nobody has looked at yet."""
        emergencies = [each for each in self.library.activations() if each.kind == documents.EMERGENCY]
        return [each for each in emergencies if not self._is_reviewed(each)]

    def _is_reviewed(self, activation: Activation) -> bool:
        return any(
            record.kind is RecordKind.REVIEWED and record.data["activation"] == activation.number
            for record in self.library.records(activation.digest)
        )

    def _dry_run(self, digest: str, by: Person) -> Standing:
        """Look again at what the release would do now: customers have changed since it was proposed."""
        missing = self.standing(digest).missing
        if EvidenceKind.CHECK.value in missing:
            self.gather(digest, by, [EvidenceKind.CHECK])
        maker, base = self.makers[EvidenceKind.DRY_RUN], self.library.situation().base
        made = maker.make(digest, base)
        if not made.passed or EvidenceKind.DRY_RUN.value in missing:
            return self.attach(digest, made, by)
        return self.standing(digest)

    def _complete(self, name: str) -> Standing:
        found = self.standing(name)
        if found.missing:
            raise IncompleteError(found.release, found.missing, _why(found))
        return found

    def _add(
        self, digest: str, kind: RecordKind, by: Person, data: Mapping[str, Any], expected: int = ANY_VERSION
    ) -> None:
        while True:
            version = len(self.library.records(digest))
            if expected not in (ANY_VERSION, version):
                raise ChangedMeanwhileError(f"release {digest[:12]} is at version {version}, not {expected}")
            now = to_rfc3339(self.clock.now())
            if self.library.add(Record(digest, version + 1, kind, now, by.name, data)):
                return


def _why(found: Standing) -> Mapping[str, Any]:
    """The dry run's own words, where it is what stands in the way."""
    run = found.evidence.get(EvidenceKind.DRY_RUN.value)
    return run.data["summary"] if run is not None and not run.data["passed"] else {}


def is_due(plan: Record, now: datetime) -> bool:
    """Whether a planned activation's time has come."""
    return from_rfc3339(plan.data["at"]) <= now
