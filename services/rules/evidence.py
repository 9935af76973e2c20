"""Evidence about a release: what a report is to the release's life, and the makers of reports.

A maker is any object with `make`; which kinds an installation can make is settled in its composition.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Protocol

import orjson

from shared.backtest.report import digest as report_digest
from shared.contracts.codecs import snapshot_from_data
from shared.model.governance import EvidenceKind
from shared.policy.evaluation.judge import Judge
from shared.releases.dry_run import Customer, dry_run, told
from shared.releases.errors import ReleaseError
from shared.releases.reader import ReleaseReader
from shared.store.port import Collection, Query

PAGE = 1_000


class BadReportError(ReleaseError):
    """A report that was brought cannot be evidence."""

    code = "bad-report"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One report: its digest is signed with the release. *base* is the release it compares with."""

    kind: EvidenceKind
    digest: str
    passed: bool
    base: str = ""
    impact_percent: float = 0.0
    summary: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        kind: EvidenceKind,
        passed: bool,
        summary: Mapping[str, Any],
        *,
        base: str = "",
        impact: float = 0.0,
    ) -> "Evidence":
        """Make evidence of a report whose whole content is *summary*."""
        content = orjson.dumps(summary, option=orjson.OPT_SORT_KEYS)
        return cls(kind, sha256(content).hexdigest(), passed, base, impact, summary)

    def data(self) -> dict[str, Any]:
        """What the release's record keeps."""
        return {
            "kind": self.kind.value,
            "digest": self.digest,
            "passed": self.passed,
            "base": self.base,
            "impact_percent": self.impact_percent,
            "summary": dict(self.summary),
        }


class EvidenceMaker(Protocol):
    """Makes one kind of report."""

    def make(self, digest: str, base: str) -> Evidence:
        """Report on release *digest*, beside the active release *base* (empty before the first)."""
        ...


@dataclass(frozen=True, slots=True)
class CheckMaker:
    """The check that every stored release has passed, made again from what is stored."""

    reader: ReleaseReader

    def make(self, digest: str, base: str) -> Evidence:
        """Rebuild the release; what cannot be built is never stored, so only damage fails here."""
        bundle = self.reader.bundle(digest)
        rules = sum(len(policy.rules) for policy in bundle.policies)
        summary = {"release": digest, "rules": rules, "policies": len(bundle.policies), "errors": 0}
        return Evidence.of(EvidenceKind.CHECK, True, summary)


@dataclass(frozen=True, slots=True)
class DryRunMaker:
    """The dry run over every stored customer."""

    relationships: Collection
    partitions: Collection
    judge: Callable[[str], Judge]
    reader: ReleaseReader

    def make(self, digest: str, base: str) -> Evidence:
        """Tell whom the release would move; without an active release there is nothing to compare with."""
        if not base:
            return Evidence.of(EvidenceKind.DRY_RUN, True, {"customers": 0, "moved": 0, "release": digest})
        most = self.reader.bundle(base).governance.moves_at_most_percent
        active, candidate = self.judge(base).program, self.judge(digest).program
        run = dry_run(self._customers(), active, candidate, self._today(), most)
        summary = {"release": digest, "base": base, **told(run)}
        return Evidence.of(
            EvidenceKind.DRY_RUN, not run.excesses, summary, base=base, impact=run.impact_percent
        )

    def _today(self) -> int:
        """The first day that no partition has closed yet."""
        found = self.partitions.find(Query(limit=1_024)).documents
        return max((int(each.document["closed_day"]) for each in found), default=0) + 1

    def _customers(self) -> Iterator[Customer]:
        cursor: str | None = None
        while True:
            page = self.relationships.find(Query(limit=PAGE, cursor=cursor))
            for found in page.documents:
                yield Customer(found.document["relationship"], snapshot_from_data(found.document["snapshot"]))
                time.sleep(0)  # let other threads in: else each of their reads waits for Python's 5 ms
            cursor = page.cursor
            if cursor is None:
                return


def brought(kind: EvidenceKind, content: bytes, digest: str) -> Evidence:
    """Read a report from a file: a backtest's own, or JSON that names its release and says if it passed."""
    try:
        report = orjson.loads(content)
        if kind is EvidenceKind.BACKTEST and "candidate" in report:
            about, made = report["candidate"]["digest"], backtest_evidence(report)
        else:
            about, made = report["release"], _plain(kind, content, report)
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise BadReportError("a report is a JSON object with at least `release` and `passed`") from error
    if about != digest:
        raise BadReportError(f"the report is about release {str(about)[:12]}, not {digest[:12]}")
    return made


def backtest_evidence(report: Mapping[str, Any]) -> Evidence:
    """What a backtest's report means to the release; its digest is made here, not taken on trust."""
    return Evidence(
        EvidenceKind.BACKTEST,
        report_digest(report),
        bool(report["passed"]),
        report["base"]["digest"],
        float(report["moved"]["percent"]),
        {name: report[name] for name in ("window", "gates", "moved", "tiers")},
    )


def _plain(kind: EvidenceKind, content: bytes, report: Mapping[str, Any]) -> Evidence:
    return Evidence(
        kind,
        sha256(content).hexdigest(),
        report["passed"] is True,
        str(report.get("base", "")),
        float(report.get("impact_percent", 0.0)),
        {name: value for name, value in report.items() if not isinstance(value, (list, dict))},
    )
