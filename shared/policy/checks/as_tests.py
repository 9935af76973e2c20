"""The customers that findings show, as tests: a suite to put beside the rules and to decide upon.

Pure text. A test says that nothing happens to the customer, and so fails while the finding stands; whoever
mends the rules writes what should happen instead.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import PurePosixPath

from shared.policy.checks.showing import BEFORE, CHANGE, DAY
from shared.policy.phrases.sentence import quote
from shared.policy.problems import Problem

NOTE = "# Decide what is right for this customer, and expect that."
_ROUND = 100


def suites(problems: Iterable[Problem], today: str) -> str:
    """Suites for all *problems* with a customer, one for each policy and day; nothing if there is none."""
    shown = sorted((p for p in problems if p.customer), key=lambda p: (_policy(p), _day(p, today)))
    parts = []
    for (policy, day), found in groupby(shown, key=lambda p: (_policy(p), _day(p, today))):
        lines = [f"# tests/{policy}-found.test.yaml", f"suite: customers that the check of {policy} found"]
        lines += [f"now: {day}", f"policies: {policy}"]
        tests = [line for problem in found for line in _test(problem)]
        parts.append("\n".join([*lines, "", "tests:", *tests]) + "\n")
    return "\n\n".join(parts)


def _policy(problem: Problem) -> str:
    return PurePosixPath(problem.file).stem


def _day(problem: Problem, today: str) -> str:
    return dict(problem.customer).get(DAY, today)


def _test(problem: Problem) -> Iterator[str]:
    before = {name.removesuffix(BEFORE): value for name, value in problem.customer if name.endswith(BEFORE)}
    facts = [(name, value) for name, value in problem.customer if not name.endswith(BEFORE) and name != DAY]
    words = problem.message.replace('"', "")
    yield ""
    yield f"  {NOTE}"
    yield f"  - name: {quote(f'{problem.code} {words}', was_quoted=False)}"
    if not before:
        yield f"    given: {{{', '.join(_facts(facts))}}}"
        yield "    expect: {nothing: true}"
        return
    earlier = [(name, before.get(name, value)) for name, value in facts]
    later = [(name, value) for name, value in facts if name in before]
    yield f"    given: {{{', '.join(_facts(earlier))}}}"
    yield "    timeline:"
    yield "      - {at: -1d}"
    yield f"      - {{at: +0d, given: {{{', '.join(_facts(later))}}}, expect: {{nothing: true}}}}"


def _facts(facts: Sequence[tuple[str, str]]) -> Iterator[str]:
    changes = {name.removesuffix(CHANGE): value for name, value in facts if name.endswith(CHANGE)}
    for name, value in facts:
        if not name.endswith(CHANGE) and name not in changes:
            yield f"{name}: {_written(value)}"
    for name, change in changes.items():
        percent = float(change.split()[0])
        yield f"{name}: {_plain(_ROUND + percent)} after {_ROUND}"


def _written(value: str) -> str:
    return value if value.startswith("[") else quote(value, was_quoted=False)


def _plain(number: float) -> str:
    return f"{number:g}"
