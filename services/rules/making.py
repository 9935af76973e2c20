"""Evidence that other parts make: the tests beside the rule files, the backtest over what was recorded."""

from dataclasses import dataclass
from pathlib import Path

from services.backtest.display import Display
from services.backtest.recorded import RecordedHistory
from services.backtest.running import Plan, backtest
from services.cli.opened import Opened
from services.rules.evidence import Evidence, backtest_evidence
from shared.backtest.report import Window
from shared.customer.local_time import LocalTime
from shared.model.governance import EvidenceKind
from shared.policy.testing.files import load_tests
from shared.policy.testing.tester import run_bundle_tests
from shared.releases.errors import ReleaseError
from shared.releases.reader import ReleaseReader

LOG = "log"
"""The order of a backtest: that of the log."""


class NoBaseError(ReleaseError):
    """Without an active release, or without events, a backtest has nothing to compare."""

    code = "nothing-to-compare"


@dataclass(frozen=True, slots=True)
class TestMaker:
    """Runs the tests that lie beside the rule files, on every engine."""

    __test__ = False
    reader: ReleaseReader
    rules_dir: Path

    def make(self, digest: str, base: str) -> Evidence:
        """Test the release; without a single test there is no proof."""
        report = run_bundle_tests(self.reader.bundle(digest), load_tests(self.rules_dir))
        failed = [f"{each.suite.name}: {each.case.name}" for each in report.results if not each.passed]
        problems = [str(problem) for problem in report.problems]
        summary = {"tests": report.tests, "passed": report.passed, "failed": failed, "problems": problems}
        passed = report.ok and report.passed > 0
        return Evidence(EvidenceKind.TEST, report.digest, passed, summary=summary)


@dataclass(frozen=True, slots=True)
class BacktestMaker:
    """Runs the release beside the active one over every recorded event."""

    installation: Opened

    def make(self, digest: str, base: str) -> Evidence:
        """Compare the two by the gates of both."""
        if not base:
            raise NoBaseError("no release is active yet, so there is nothing to compare with")
        active, candidate = (self.installation.release(each) for each in (base, digest))
        history = RecordedHistory(self.installation)
        if not history:
            raise NoBaseError("no event is recorded yet, so there is nothing to compare over")
        first, last = history.days(LocalTime(active.catalogue.timezone).day_of)
        with Display() as display:
            step = display.step("backtest", len(history))
            report = backtest(Plan(active, candidate), history, Window(first, last, LOG), step)
        return backtest_evidence(report)
