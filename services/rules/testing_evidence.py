"""Evidence of the tests that lie beside the rule files."""

from dataclasses import dataclass
from pathlib import Path

from services.rules.evidence import Evidence
from shared.model.governance import EvidenceKind
from shared.policy.testing.files import load_tests
from shared.policy.testing.tester import run_bundle_tests
from shared.releases.reader import ReleaseReader


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
