"""A report as JUnit XML, which every build server shows. Pure; without times, so that it is reproducible."""

import re
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from shared.policy.problems import Problem
from shared.policy.testing.report import Report, Result, by_suite

_FORBIDDEN = re.compile(r"[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\U00010000-\U0010FFFF]")


def to_junit(report: Report) -> str:
    """The report as one document; faults of the test files are errors of a suite of their own."""
    faults = [problem for problem in report.problems if problem.severity == "error"]
    tests, failed = len(report.results), report.failed
    root = Element("testsuites", _counts("guanxi rules test", tests + len(faults), failed, len(faults)))
    for results in by_suite(report.results).values():
        _suite(root, results)
    if faults:
        suite = SubElement(root, "testsuite", _counts("test files", len(faults), 0, len(faults)))
        for problem in faults:
            _fault(suite, problem)
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _counts(name: str, tests: int, failures: int, errors: int) -> dict[str, str]:
    return {"name": _clean(name), "tests": str(tests), "failures": str(failures), "errors": str(errors)}


def _suite(root: Element, results: list[Result]) -> None:
    first = results[0].suite
    failed = sum(not result.passed for result in results)
    suite = SubElement(root, "testsuite", _counts(first.name, len(results), failed, 0))
    for result in results:
        _case(suite, result)


def _case(suite: Element, result: Result) -> None:
    span = result.case.span
    place = {"classname": _clean(result.suite.file), "file": _clean(span.file), "line": str(span.line)}
    case = SubElement(suite, "testcase", {"name": _clean(result.case.name), **place})
    if result.failures:
        # one element for all: the format allows a test one failure
        told = [(f"{f.span.file}:{f.span.line}:{f.span.column}", f) for f in result.failures]
        message = _clean(result.failures[0].message)
        failure = SubElement(case, "failure", {"message": message, "type": "expectation"})
        failure.text = _clean(
            "\n".join("\n  ".join((f"{place} {f.message}", *f.details)) for place, f in told)
        )


def _fault(suite: Element, problem: Problem) -> None:
    case = SubElement(suite, "testcase", {"name": _clean(problem.place), "classname": _clean(problem.file)})
    error = SubElement(case, "error", {"message": _clean(problem.message), "type": problem.code})
    error.text = _clean(str(problem))


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
