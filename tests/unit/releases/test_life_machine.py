"""Whatever people do in whatever order, nothing becomes active without its evidence and approvals."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.ingest.keys import ApiKeys
from services.rules.evidence import CheckMaker, Evidence
from services.rules.office import ReleaseOffice
from shared.http.keys import Scope, secret_of
from shared.model.governance import EvidenceKind
from shared.policy.release import Sources, load_directory
from shared.releases.documents import APPROVED
from shared.releases.errors import ReleaseError
from shared.releases.library import Library
from shared.releases.people import Person
from shared.releases.reader import ReleaseReader
from shared.store.collections import API_KEYS, RELEASE_RECORDS, RELEASES
from tests.unit.rules_service.conftest import Office

PEOPLE = ("anna", "bao", "carl")
KINDS = (EvidenceKind.TEST, EvidenceKind.BACKTEST)
GATE = """
activation: {mode: approved, needs: [check, test, backtest]}
approvals:
  - {impact_at_most_percent: 5, approvals: 1}
  - {impact_at_most_percent: 100, approvals: 2}
"""


class FixedDryRun:
    """A dry run with the answer that the machine wants."""

    passes = True
    impact = 0.0

    def make(self, digest: str, base: str) -> Evidence:
        return Evidence.of(
            EvidenceKind.DRY_RUN,
            self.passes,
            {"customers": 9, "moved": 0, "excesses": [], "moves": [], "of": digest},
            base=base,
            impact=self.impact,
        )


class Life(RuleBasedStateMachine):
    """Three people and three versions of the rules; the oracle is kept beside the office, in plain sets."""

    def __init__(self) -> None:
        super().__init__()
        self.directory = Path(tempfile.mkdtemp(prefix="guanxi-life-"))
        self.place = Office(self.directory)
        manifest = self.place.rules / "policy.yaml"
        manifest.write_text(manifest.read_text() + GATE)
        self.membership = (self.place.rules / "policies/membership.yaml").read_text()
        self.people = {name: self.holder(name) for name in PEOPLE}
        self.dry = FixedDryRun()
        reader = ReleaseReader(self.place.store.collection(RELEASES))
        collections = (self.place.store.collection(spec) for spec in (RELEASES, RELEASE_RECORDS, API_KEYS))
        makers = {EvidenceKind.CHECK: CheckMaker(reader), EvidenceKind.DRY_RUN: self.dry}
        self.office = ReleaseOffice(
            self.place.releases, Library(*collections, reader), self.place.clock, makers
        )
        self.authors: dict[str, set[str]] = {}
        self.passed: dict[str, dict[EvidenceKind, tuple[bool, str]]] = {}
        self.signed: dict[str, set[str]] = {}
        self.closed: set[str] = set()
        self.active = ""
        self.made = 0

    def holder(self, name: str) -> Person:
        keys = ApiKeys(self.place.store.collection(API_KEYS), b"s" * 32, self.place.clock)
        issued = keys.create(name, [Scope.EDITOR, Scope.APPROVER])
        return Person(name, frozenset({"editor", "approver"}), issued.id, secret_of(issued.token))

    def teardown(self) -> None:
        self.place.close()
        shutil.rmtree(self.directory)

    def sources(self, bar: int) -> Sources:
        path = self.place.rules / "policies/membership.yaml"
        path.write_text(self.membership.replace("less than 60", f"less than {bar}"))
        return load_directory(self.place.rules)

    @initialize()
    def begin(self) -> None:
        digest = self.office.propose(self.sources(60), self.people["anna"]).release
        self.authors[digest] = {"anna"}
        self.active = self.place.releases.activate(digest, "first").digest

    @rule(bar=st.sampled_from([60, 61, 62]), name=st.sampled_from(PEOPLE))
    def propose(self, bar: int, name: str) -> None:
        digest = self.office.propose(self.sources(bar), self.people[name]).release
        self.authors.setdefault(digest, set()).add(name)
        self.closed.discard(digest)

    def some(self, pick: int) -> str:
        return sorted(self.authors)[pick % len(self.authors)]

    @rule(
        pick=st.integers(0, 9),
        kind=st.sampled_from(KINDS),
        passed=st.booleans(),
        name=st.sampled_from(PEOPLE),
    )
    def prove(self, pick: int, kind: EvidenceKind, passed: bool, name: str) -> None:
        digest = self.some(pick)
        self.made += 1
        base = self.active if kind is EvidenceKind.BACKTEST else ""
        report = Evidence.of(kind, passed, {"report": self.made}, base=base)
        self.office.attach(digest, report, self.people[name])
        self.passed.setdefault(digest, {})[kind] = (passed, base)
        self.signed[digest] = set()

    @rule(pick=st.integers(0, 9), passes=st.booleans(), impact=st.sampled_from([0.0, 50.0]))
    def look(self, pick: int, passes: bool, impact: float) -> None:
        digest = self.some(pick)
        self.dry.passes, self.dry.impact = passes, impact
        before = self.office.standing(digest).evidence.get("dry-run")
        self.office.gather(digest, self.people["anna"])
        after = self.office.standing(digest).evidence["dry-run"]
        self.passed.setdefault(digest, {})[EvidenceKind.DRY_RUN] = (passes, self.active)
        self.passed[digest][EvidenceKind.CHECK] = (True, "")
        if before is None or before.data["digest"] != after.data["digest"]:
            self.signed[digest] = set()

    @rule(pick=st.integers(0, 9), name=st.sampled_from(PEOPLE))
    def approve(self, pick: int, name: str) -> None:
        digest = self.some(pick)
        try:
            self.office.approve(digest, self.people[name])
        except ReleaseError:
            return
        assert name not in self.authors[digest]
        self.signed.setdefault(digest, set()).add(name)

    @rule(pick=st.integers(0, 9))
    def work_through(self, pick: int) -> None:
        """Take one release all the way, so that activations are met often."""
        for kind in KINDS:
            self.prove(pick, kind, True, "anna")
        self.look(pick, True, 0.0)
        for name in PEOPLE:
            self.approve(pick, name)

    @rule(pick=st.integers(0, 9))
    def reject(self, pick: int) -> None:
        self.office.reject(self.some(pick), self.people["carl"], "no")
        self.closed.add(self.some(pick))

    @rule(pick=st.integers(0, 9))
    def activate(self, pick: int) -> None:
        digest = self.some(pick)
        if not self.dry.passes:
            self.passed.setdefault(digest, {})[EvidenceKind.DRY_RUN] = (False, self.active)
        try:
            done = self.office.activate(digest, self.people["bao"])
        except ReleaseError:
            return
        if done.digest != self.active:
            assert done.kind == APPROVED
            assert self.evidence_stands(digest)
        self.active = done.digest

    def evidence_stands(self, digest: str) -> bool:
        held = self.passed[digest]
        tests = held[EvidenceKind.TEST][0] and held[EvidenceKind.BACKTEST] == (True, self.active)
        people = self.signed.get(digest, set()) - self.authors[digest]
        return tests and self.dry.passes and digest not in self.closed and len(people) >= 1

    @precondition(lambda self: self.active)
    @rule()
    def roll_back(self) -> None:
        try:
            self.active = self.office.rollback(self.people["anna"], "back").digest
        except ReleaseError:
            return

    @invariant()
    def only_one_is_active(self) -> None:
        if self.active:
            assert self.place.releases.active().digest == self.active


TestLife = pytest.mark.slow(Life.TestCase)
TestLife.settings = settings(
    max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
