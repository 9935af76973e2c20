"""The life of a release: what each step asks for, what makes evidence void, and the way back."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from services.ingest.keys import ApiKeys
from services.rules.evidence import Evidence
from services.rules.office import ReleaseOffice
from services.rules.plans import carry_out_plans
from shared.http.keys import Scope, secret_of
from shared.model.governance import EvidenceKind
from shared.policy.release import load_directory
from shared.releases.errors import (
    AuthorError,
    ChangedMeanwhileError,
    IncompleteError,
    NoApproverError,
    NothingToRollBackError,
    ReleaseError,
    UnknownReleaseError,
)
from shared.releases.life import Stage
from shared.releases.people import Person, operator
from shared.store.collections import API_KEYS, RELEASE_RECORDS
from shared.store.port import Replacement
from tests.unit.rules_service.conftest import Office, office_of

GATE = """
activation: {mode: approved, needs: [check, test, backtest]}
approvals:
  - {impact_at_most_percent: 5, approvals: 1}
  - {impact_at_most_percent: 100, approvals: 2}
"""


class Desk:
    """An approved-mode installation with a release active and another one proposed by anna."""

    def __init__(self, place: Office) -> None:
        self.place = place
        place.edit("policy.yaml", "order:", GATE.strip() + "\norder:")
        self.office: ReleaseOffice = office_of(place)
        self.anna, self.bao, self.carl = (self.person(name) for name in ("anna", "bao", "carl"))
        first = self.office.propose(load_directory(place.rules), self.anna).release
        self.first = place.releases.activate(first, "first").digest
        place.edit("policies/membership.yaml", "less than 60", "less than 61")
        self.digest = self.office.propose(load_directory(place.rules), self.anna).release

    def person(self, name: str) -> Person:
        keys = ApiKeys(self.place.store.collection(API_KEYS), b"s" * 32, self.place.clock)
        issued = keys.create(name, [Scope.EDITOR, Scope.APPROVER])
        return Person(name, frozenset({"editor", "approver"}), issued.id, secret_of(issued.token))

    def prove(self, kind: EvidenceKind, *, passed: bool = True, impact: float = 0.0, report: int = 1) -> None:
        made = Evidence.of(kind, passed, {"report": report, "of": kind.value}, base=self.first, impact=impact)
        self.office.attach(self.digest, made, self.anna)

    def prove_all(self, impact: float = 0.0) -> None:
        self.office.gather(self.digest, self.anna)
        self.prove(EvidenceKind.TEST)
        self.prove(EvidenceKind.BACKTEST, impact=impact)

    @property
    def stage(self) -> Stage:
        return self.office.standing(self.digest).stage


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    place = Office(tmp_path)
    yield Desk(place)
    place.close()


def test_each_piece_of_evidence_takes_a_release_one_stage_on(desk: Desk) -> None:
    stages = [desk.stage]
    desk.office.gather(desk.digest, desk.anna)
    stages.append(desk.stage)
    for kind in (EvidenceKind.TEST, EvidenceKind.BACKTEST):
        desk.prove(kind)
        stages.append(desk.stage)
    desk.office.approve(desk.digest, desk.bao)
    stages.append(desk.stage)
    desk.office.activate(desk.digest, desk.bao)
    stages.append(desk.stage)
    desk.office.rollback(desk.anna, "oops")
    stages.append(desk.stage)

    assert [stage.value for stage in stages] == [
        "draft", "checked", "tested", "backtested", "approved", "active", "superseded",
    ]  # fmt: skip


def test_a_release_without_its_evidence_cannot_be_approved_or_activated(desk: Desk) -> None:
    with pytest.raises(IncompleteError, match="test, backtest"):
        desk.office.approve(desk.digest, desk.bao)
    with pytest.raises(IncompleteError, match="test, backtest, approval"):
        desk.office.activate(desk.digest, desk.bao)
    assert desk.place.releases.active().digest == desk.first


def test_the_author_cannot_approve_and_neither_can_a_name_without_a_key(desk: Desk) -> None:
    desk.prove_all()
    with pytest.raises(AuthorError):
        desk.office.approve(desk.digest, desk.anna)
    with pytest.raises(NoApproverError):
        desk.office.approve(desk.digest, operator("bao"))
    assert desk.stage is Stage.BACKTESTED


def test_a_larger_impact_asks_for_more_people_each_counted_once(desk: Desk) -> None:
    desk.prove_all(impact=30.0)
    for _ in range(2):
        desk.office.approve(desk.digest, desk.bao)
    assert desk.office.standing(desk.digest).missing == ("approval",)
    desk.office.approve(desk.digest, desk.carl)
    assert desk.stage is Stage.APPROVED


def test_a_report_made_anew_voids_the_approvals_given_on_the_old_one(desk: Desk) -> None:
    desk.prove_all()
    desk.office.approve(desk.digest, desk.bao)
    desk.prove(EvidenceKind.TEST, report=2)
    assert desk.stage is Stage.BACKTESTED


def test_an_approval_written_into_the_store_by_hand_does_not_count(desk: Desk) -> None:
    desk.prove_all(impact=30.0)
    desk.office.approve(desk.digest, desk.bao)
    records = desk.place.store.collection(RELEASE_RECORDS)
    last = desk.office.library.records(desk.digest)[-1]
    forged = dict(records.get_many([last.id])[last.id].document)
    forged |= {"_id": f"{desk.digest}-{last.number + 1:06d}", "number": last.number + 1, "by": "carl"}
    forged["data"] = {**forged["data"], "key": desk.carl.key_id}
    records.insert_absent([forged])
    assert desk.office.standing(desk.digest).approved_by == ("bao",)


def test_a_report_changed_after_it_was_signed_does_not_count(desk: Desk) -> None:
    desk.prove_all()
    desk.office.approve(desk.digest, desk.bao)
    records = desk.place.store.collection(RELEASE_RECORDS)
    test = desk.office.standing(desk.digest).evidence["test"]
    found = records.get_many([test.id])[test.id]
    data = {**found.document["data"], "digest": "0" * 64}
    records.replace([Replacement({**found.document, "data": data}, found.version)])
    assert desk.stage is Stage.BACKTESTED


def test_another_release_becoming_active_voids_what_compared_with_the_old_one(desk: Desk) -> None:
    desk.prove_all()
    desk.place.edit("policies/membership.yaml", "less than 61", "less than 62")
    other = desk.office.propose(load_directory(desk.place.rules), desk.carl).release
    desk.place.releases.activate(other, "meanwhile")
    assert desk.office.standing(desk.digest).missing == ("backtest", "dry-run", "approval")
    assert desk.stage is Stage.TESTED


def test_a_release_cannot_loosen_its_own_gate(desk: Desk) -> None:
    desk.place.edit("policy.yaml", "mode: approved", "mode: automatic")
    loose = desk.office.propose(load_directory(desk.place.rules), desk.anna).release
    with pytest.raises(IncompleteError, match="test, backtest, approval"):
        desk.office.activate(loose, desk.anna)


def test_a_rejected_release_stays_out_until_it_is_proposed_again(desk: Desk) -> None:
    desk.prove_all()
    desk.office.approve(desk.digest, desk.bao)
    desk.office.reject(desk.digest, desk.carl, "too early")
    assert desk.stage is Stage.REJECTED
    with pytest.raises(IncompleteError, match="proposal"):
        desk.office.activate(desk.digest, desk.bao)
    desk.office.propose(load_directory(desk.place.rules), desk.anna)
    assert desk.stage is Stage.APPROVED


def test_who_acts_on_an_outdated_view_is_told(desk: Desk) -> None:
    version = desk.office.standing(desk.digest).version
    desk.office.gather(desk.digest, desk.anna)
    with pytest.raises(ChangedMeanwhileError):
        desk.office.reject(desk.digest, desk.carl, "no", version)


def test_a_name_must_point_to_one_release(desk: Desk) -> None:
    assert desk.office.standing(desk.digest[:8]).release == desk.digest
    assert desk.office.standing("active").release == desk.first
    for name in ("zzzz", desk.digest[:3]):
        with pytest.raises(UnknownReleaseError):
            desk.office.standing(name)


def test_a_rollback_needs_somewhere_to_go(desk: Desk) -> None:
    with pytest.raises(NothingToRollBackError):
        desk.office.rollback(desk.anna, "oops")


def test_an_emergency_falls_back_by_itself_and_is_reviewed_by_somebody_else(desk: Desk) -> None:
    ends = desk.place.clock.now() + timedelta(hours=2)
    done = desk.office.activate_in_emergency(desk.digest, desk.bao, "wrong coupon", ends)
    carry_out_plans(desk.office)
    assert desk.place.releases.active() == done
    assert desk.office.open_reviews() == [done]
    desk.place.clock.advance(2 * 3600)
    carry_out_plans(desk.office)
    active = desk.place.releases.active()
    assert (active.digest, active.kind) == (desk.first, "expired")
    with pytest.raises(AuthorError):
        desk.office.review(done.number, desk.bao, "fine")
    desk.office.review(done.number, desk.carl, "fine")
    assert desk.office.open_reviews() == []


def test_an_emergency_still_needs_somebody_to_be_trusted(desk: Desk) -> None:
    editor = Person("dora", frozenset({"editor"}), "k", "s")
    with pytest.raises(NoApproverError):
        desk.office.activate_in_emergency(desk.digest, editor, "now", desk.place.clock.now())


def test_a_plan_is_carried_out_once_when_its_time_has_come(desk: Desk) -> None:
    desk.prove_all()
    desk.office.approve(desk.digest, desk.bao)
    desk.office.schedule(desk.digest, desk.bao, desk.place.clock.now() + timedelta(hours=1))
    carry_out_plans(desk.office)
    assert desk.stage is Stage.SCHEDULED
    desk.place.clock.advance(3600)
    carry_out_plans(desk.office)
    assert desk.stage is Stage.ACTIVE
    desk.office.rollback(desk.anna, "oops")
    carry_out_plans(office_of(desk.place))  # a service started anew
    assert desk.place.releases.active().digest == desk.first
    assert desk.place.releases.active().number == 3


def test_a_plan_that_lost_its_ground_is_refused_once_and_said_so(desk: Desk) -> None:
    desk.prove_all()
    desk.office.approve(desk.digest, desk.bao)
    desk.office.schedule(desk.digest, desk.bao, desk.place.clock.now())
    desk.prove(EvidenceKind.TEST, passed=False, report=2)
    carry_out_plans(desk.office)
    carry_out_plans(desk.office)
    refusals = [r for r in desk.office.library.records(desk.digest) if r.kind.value == "refused"]
    assert len(refusals) == 1
    assert "test" in refusals[0].data["reason"]
    assert desk.place.releases.active().digest == desk.first


def test_a_cancelled_plan_is_not_carried_out(desk: Desk) -> None:
    desk.prove_all()
    desk.office.approve(desk.digest, desk.bao)
    desk.office.schedule(desk.digest, desk.bao, desk.place.clock.now())
    desk.office.cancel(desk.digest, desk.carl, "later")
    carry_out_plans(desk.office)
    assert desk.place.releases.active().digest == desk.first
    with pytest.raises(ReleaseError):
        desk.office.review(1, desk.carl, "there was no emergency")
