"""Test files among the files that are checked: their faults stand beside those of the rules. Pure."""

from shared.policy.release import BuildResult, Sources
from shared.policy.testing.reading import read_suites


def with_tests(built: BuildResult, tests: Sources) -> BuildResult:
    """*built* with the problems of *tests*; no bundle when one of them is an error.

    While the rules have errors, of the tests only what is not readable at all is told: names that a test
    uses may be what is wrong with the rules.
    """
    if built.bundle is None:
        _, unreadable = tests.parsed
        problems = [*tests.unreadable, *unreadable]
    else:
        _, problems = read_suites(tests, built.bundle)
    faulty = any(problem.severity == "error" for problem in problems)
    every = sorted((*built.problems, *problems), key=lambda p: (p.file, p.line, p.column, p.code, p.message))
    return BuildResult(None if faulty else built.bundle, every)
