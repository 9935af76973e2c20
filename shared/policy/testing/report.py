"""What came of the tests of a bundle: each result, the counts, and a digest of it all. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import Any

import orjson

from shared.policy.problems import Problem
from shared.policy.release import Sources
from shared.policy.testing.comparing import Failure
from shared.policy.testing.coverage import Coverage
from shared.policy.testing.model import Case, Suite

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Result:
    """One test and everything in which it failed."""

    suite: Suite
    case: Case
    failures: tuple[Failure, ...]

    @property
    def passed(self) -> bool:
        """Whether everything is as expected."""
        return not self.failures


@dataclass(frozen=True)
class Report:
    """The outcome of all tests; *problems* are faults of the test files themselves.

    *release* and *tests* are the digests of what was tested and of the tests.
    """

    release: str
    tests: str
    engines: tuple[str, ...]
    results: tuple[Result, ...]
    problems: tuple[Problem, ...] = ()
    coverage: Coverage | None = None

    @property
    def passed(self) -> int:
        """How many tests passed."""
        return sum(result.passed for result in self.results)

    @property
    def failed(self) -> int:
        """How many tests failed."""
        return len(self.results) - self.passed

    @property
    def ok(self) -> bool:
        """Whether no test failed, and every test file could be read."""
        return not self.failed and not any(problem.severity == "error" for problem in self.problems)

    @cached_property
    def digest(self) -> str:
        """SHA-256 over what was tested, the tests, and every outcome: what an approval can name.

        The same wherever the files lie.
        """
        outcomes = [[r.suite.name, r.case.name, [f.message for f in r.failures]] for r in self.results]
        faults = [[problem.code, problem.message] for problem in self.problems]
        told = [FORMAT, self.release, self.tests, list(self.engines), outcomes, faults]
        return sha256(orjson.dumps(told)).hexdigest()

    def to_json(self) -> dict[str, Any]:
        """The report as JSON values."""
        told: dict[str, Any] = {
            "format": FORMAT,
            "release": self.release,
            "tests": self.tests,
            "engines": list(self.engines),
            "passed": self.ok,
            "counts": {"passed": self.passed, "failed": self.failed},
            "problems": [str(problem) for problem in self.problems],
            "results": [_row(result) for result in self.results],
        }
        if self.coverage is not None:
            told["coverage"] = self.coverage.to_json()
        return told


def _row(result: Result) -> dict[str, Any]:
    span = result.case.span
    return {
        "suite": result.suite.name,
        "name": result.case.name,
        "file": span.file,
        "line": span.line,
        "column": span.column,
        "passed": result.passed,
        "failures": [
            {
                "line": failure.span.line,
                "column": failure.span.column,
                "message": failure.message,
                "details": list(failure.details),
            }
            for failure in result.failures
        ],
    }


def digest_of(tests: Sources) -> str:
    """SHA-256 over the texts of test files."""
    return sha256(orjson.dumps(dict(tests.files), option=orjson.OPT_SORT_KEYS)).hexdigest()


def by_suite(results: Iterable[Result]) -> Mapping[str, list[Result]]:
    """The results of each suite, by its file, in order."""
    found: dict[str, list[Result]] = {}
    for result in results:
        found.setdefault(result.suite.file, []).append(result)
    return found
